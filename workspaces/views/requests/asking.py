"""Asking for access, by everybody: at a locked door, on one's own page, for longer (Q1)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from config.web import errors
from config.web.limits import HOUR, MINUTE, Limit, count, limited
from workspaces.access.naming import things_of
from workspaces.catalogue import READ, WORKSPACE, role_of
from workspaces.errors import Conflict
from workspaces.forms.requests.requests import ASKABLE, AskForm, ExtendForm, grant_named
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import AccessRequest, Workspace
from workspaces.operations.requests import requests as operations
from workspaces.operations.requests.requests import Asked
from workspaces.views.console import answers, wording

ASKS = "requests for access"  # both doors count together (XE14)
limited_as_ask = limited(Limit(ASKS, 10, MINUTE), Limit(ASKS, 60, HOUR))


@needs("read", methods=(*SAFE, "POST"), visitors=False)
@limited_as_ask
def access_ask(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Ask the owners for something, be it there or not; the address may fill the form in."""
    if request.method == "POST":
        count(request)
    offered = {
        "do": request.GET.get("do", READ)[:32],
        "which": request.GET.get("which", "")[:100],
    }
    form = AskForm(
        request.POST or None,
        words=wording.choices(ASKABLE),
        workspace=workspace,
        things=things_of(request.access.reach_any_type(READ)),
        initial=offered,
    )
    if request.method == "POST" and form.is_valid():
        asked = Asked.of(workspace, form.cleaned_data["which"], form.cleaned_data["do"])
        with form.refusals():
            operations.ask(
                request.member, asked, by=request.actor, message=form.cleaned_data["message"]
            )
            return _asked(request, workspace)
    return answers.page(
        request,
        "workspaces/requests/access_ask.html",
        {
            "form": form,
            "my_access_url": workspace.url("my_access"),
            "itself": f"{WORKSPACE}/{workspace.slug}",
        },
        at="my_access",
        status=form.status,
    )


@needs("read", methods=(*SAFE, "POST"), visitors=False)
@limited_as_ask
def access_extend(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Ask the owners to let one keep a grant that ends; where it has gone, look again (409)."""
    if request.method == "POST":
        count(request)
    sent = request.POST if request.method == "POST" else request.GET
    held = workspace.grants.held_by(request.member).filter(expires_at__isnull=False)
    grant = held.filter(pk=grant_named(sent.get("grant", "")) or 0).first()
    if grant is None and request.method == "POST":
        return errors.answer(request, 409)
    if grant is None:
        return redirect(workspace.url("my_access"))
    form = ExtendForm(request.POST or None, initial={"grant": sent.get("grant", "")})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            operations.ask_to_extend(
                request.member, grant, by=request.actor, message=form.cleaned_data["message"]
            )
            return _asked(request, workspace)
    return answers.page(
        request,
        "workspaces/requests/access_extend.html",
        {
            "form": form,
            "role": role_of(grant.role).name,
            "ends_at": grant.expires_at,
            "my_access_url": workspace.url("my_access"),
        },
        at="my_access",
        status=form.status,
    )


@needs("read", methods=("POST",), visitors=False)
def request_withdraw(request: MemberRequest, workspace: Workspace, request_id: str) -> HttpResponse:
    """Take back one's own request; what was answered meanwhile stays answered."""
    access_request = get_object_or_404(
        AccessRequest.objects.of(request.member), workspace=workspace, public_id=request_id
    )
    try:
        operations.withdraw(access_request, by=request.actor)
    except Conflict:
        return errors.answer(request, 409)
    answers.toast(request, _("Withdrawn."))
    return redirect(workspace.url("my_access"))


def _asked(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    answers.toast(request, _("Your request is with the owners. They got a mail."))
    return redirect(f"{workspace.url('my_access')}#requests")
