"""The start: one's workspaces, a new one, and where each of them begins."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from config.web.http import page, toast
from config.web.lists.listing import paged
from workspaces.forms.workspace.workspaces import NewWorkspaceForm, WorkspaceFilters
from workspaces.guards import SAFE, MemberRequest, UserRequest, actor_of, needs, signed_in
from workspaces.models import Member, Workspace
from workspaces.operations.sso.reach import reach_of
from workspaces.operations.workspace import workspaces
from workspaces.views.console.answers import active_chips
from workspaces.views.sign_in.words import is_short


@signed_in("everybody sees their own workspaces", asks_reach=True)
def home(request: UserRequest) -> HttpResponse:
    """One's workspaces; who has just one goes straight to it, and so does whoever came by its
    connection (P2).
    """
    reach = reach_of(request)
    if not reach.own:
        return redirect("workspaces:start", reach.slug)
    filters = WorkspaceFilters(request.GET)
    mine = Member.objects.present().filter(user=request.user).select_related("workspace")
    found = paged(request, filters.narrow(mine).order_by("workspace__sort_key", "pk"))
    if found.paginator.count == 1 and not filters.asked and "all" not in request.GET:
        return redirect(found.rows[0].workspace.url("start"))
    may_create = workspaces.may_create(request.user)
    context = {
        "page": found,
        "filters": filters,
        "chips": active_chips(request, filters),
        "may_create": may_create,
        "is_short": is_short(request),
    }
    return page(request, "workspaces/workspace/home.html", context, status=filters.http_status)


@signed_in("whoever is signed in may make a workspace (R16)", methods=(*SAFE, "POST"))
def new_workspace(request: UserRequest) -> HttpResponse:
    """Make a workspace and be its first owner; a setting keeps this for staff."""
    if not workspaces.may_create(request.user):
        raise PermissionDenied
    form = NewWorkspaceForm(request.POST or None)
    if form.is_valid():
        name, slug, once = (form.cleaned_data[key] for key in ("name", "slug", "once"))
        with form.refusals():
            made = workspaces.create(slug, name, request.user, by=actor_of(request), ident=once)
            toast(request, _("{name} is there, and you own it.").format(name=made.name))
            return redirect(made.url("start"))
    return page(
        request, "workspaces/workspace/new_workspace.html", {"form": form}, status=form.status
    )


@needs("read")
def start(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Owners begin at the overview, everybody else at their own access."""
    if request.access.check("administer", workspace):
        return redirect(workspace.url("overview"))
    return redirect(workspace.url("my_access"))
