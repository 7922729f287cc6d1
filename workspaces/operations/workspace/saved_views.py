"""Views of lists that people keep for themselves; like any preference no event tells of them."""

from django.db import transaction

from accounts.models.user import User
from workspaces.errors import Refused
from workspaces.models import SavedView, Workspace

MOST = 20  # views of one list that somebody keeps in a workspace


@transaction.atomic
def save(workspace: Workspace, user: User, which: str, name: str, query: str) -> SavedView:
    """Keep the query of a list under a name; it takes the place of one called the same (N2).

    Raises Refused for a name that is none (N1), and where somebody keeps as many as they may.
    """
    User.objects.select_for_update().get(pk=user.pk)  # two at once would both be the last
    kept = workspace.saved_views.kept_by(user).of_list(which)
    view = kept.named(name).first()
    if view is None and kept.count() >= MOST:
        raise Refused(
            "XH11",
            f"You keep {MOST} views of this list, and more is too many. Remove one first.",
            field="name",
        )
    view = view or SavedView(workspace=workspace, user=user, which=which)
    view.name, view.query = name, query
    view.save()
    return view


def remove(view: SavedView) -> None:
    """Keep a view no more."""
    view.delete()
