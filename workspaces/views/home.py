"""The start: one's workspaces, and where each of them begins."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect

from config.web.http import page
from config.web.listing import paged
from workspaces.guards import MemberRequest, UserRequest, needs, signed_in
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace


@signed_in("everybody sees their own workspaces")
def home(request: UserRequest) -> HttpResponse:
    """One's workspaces; who has just one goes straight to it."""
    text = request.GET.get("q", "").strip()[:200]
    mine = Member.objects.present().filter(user=request.user).select_related("workspace")
    if text:
        mine = mine.filter(Q(workspace__name__icontains=text) | Q(workspace__slug__icontains=text))
    found = paged(request, mine.order_by("workspace__name", "pk"))
    if found.paginator.count == 1 and not text:
        return redirect("workspaces:start", slug=found.rows[0].workspace.slug)
    return page(request, "workspaces/home.html", {"page": found, "q": text})


@needs("read")
def start(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Owners begin at the overview, everybody else at their own access."""
    if request.access.check("administer", workspace):
        return redirect("workspaces:overview", slug=workspace.slug)
    return redirect("workspaces:my_access", slug=workspace.slug)
