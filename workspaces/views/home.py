"""The start: one's workspaces, a new one, and where each of them begins."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.listing import paged
from config.web.toasts import toast
from workspaces.forms.workspaces import NewWorkspaceForm
from workspaces.guards import SAFE, MemberRequest, UserRequest, actor_of, needs, signed_in
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.operations import workspaces
from workspaces.views.sign_in_words import is_short


@signed_in("everybody sees their own workspaces")
def home(request: UserRequest) -> HttpResponse:
    """One's workspaces; who has just one goes straight to it."""
    text = request.GET.get("q", "").strip()[:200]
    mine = Member.objects.present().filter(user=request.user).select_related("workspace")
    if text:
        mine = mine.filter(Q(workspace__name__icontains=text) | Q(workspace__slug__icontains=text))
    found = paged(request, mine.order_by("workspace__name", "pk"))
    if found.paginator.count == 1 and not text and "all" not in request.GET:
        return redirect("workspaces:start", slug=found.rows[0].workspace.slug)
    may_create = workspaces.may_create(request.user)
    context = {
        "page": found,
        "q": text,
        "may_create": may_create,
        "is_short": is_short(request),
    }
    return page(request, "workspaces/home.html", context)


@signed_in("whoever is signed in may make a workspace (§1)", methods=(*SAFE, "POST"))
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
            return redirect("workspaces:start", slug=made.slug)
    return page(request, "workspaces/new_workspace.html", {"form": form}, status=form.status)


@needs("read")
def start(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Owners begin at the overview, everybody else at their own access."""
    if request.access.check("administer", workspace):
        return redirect("workspaces:overview", slug=workspace.slug)
    return redirect("workspaces:my_access", slug=workspace.slug)
