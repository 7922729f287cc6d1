"""What stands before a workspace that requires a second factor, for whoever has none."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from accounts.sign_in.second_factor import BACK
from config.web.http import page
from workspaces.guards import UserRequest, signed_in
from workspaces.models import Member
from workspaces.operations.sign_in.second_factor import with_second_factor
from workspaces.views.sign_in.ways import way_back


@signed_in("a member who was stopped at the door reads why, and goes on to set one up")
def second_factor(request: UserRequest, slug: str) -> HttpResponse:
    """Say which workspace asks, why and from when; keep where to go back to afterwards."""
    mine = Member.objects.present().filter(user=request.user, workspace__slug=slug)
    member = with_second_factor(mine.select_related("workspace")).first()
    if member is None:
        raise Http404
    back = way_back(request, slug)
    required_from = member.workspace.mfa_required_from
    if required_from is None or member.has_factor:
        return redirect(back)
    request.session[BACK] = back
    context = {
        "workspace": member.workspace,
        "required_from": required_from,
        "due": member.factor_due,
        "back": back,
    }
    return page(request, "workspaces/sign_in/second_factor.html", context)
