"""What stands before a workspace that is entered by its providers, for whoever came otherwise."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from config.web.http import page
from workspaces.guards import UserRequest, signed_in
from workspaces.models import Member
from workspaces.operations.sso.reach import reach_of
from workspaces.views.sign_in.ways import way_back


@signed_in("a member who was stopped at the door reads why, and goes on by a provider")
def sso_entry(request: UserRequest, slug: str) -> HttpResponse:
    """Say which workspace asks for a provider, and lead there and back (P5)."""
    mine = Member.objects.present().filter(user=request.user, workspace__slug=slug)
    member = mine.select_related("workspace").first()
    if member is None:
        raise Http404
    back = way_back(request, slug)
    if reach_of(request).satisfies(member):
        return redirect(back)
    active = member.workspace.sso_connections.active().by_name()
    context = {"workspace": member.workspace, "connections": active, "back": back}
    return page(request, "workspaces/sso/entry.html", context)
