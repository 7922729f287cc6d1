"""Through which visit a support person sees a workspace, if through any (XK7)."""

from accounts.models.user import User
from workspaces.models import SupportVisit, Workspace

SUPPORT = "workspaces.support_workspace"


def visit_of(user: User, slug: str) -> SupportVisit | None:
    """Return the visit of the user that may open the workspace; 3 statements, none for others.

    Whether it still gives sight – its own end, its window's – the engine says.
    """
    if not user.is_staff:
        return None
    rows = SupportVisit.objects.unsettled().of(user).select_related("workspace")
    visit = rows.filter(workspace__slug=slug).first()
    return visit if visit is not None and is_assigned(user, visit.workspace) else None


def is_assigned(user: User, workspace: Workspace) -> bool:
    """Whether a superuser gave the workspace to this support person, or to a group of theirs."""
    return user.is_staff and user.has_perm(SUPPORT, workspace)
