"""Asking for access, by everybody: at a locked door, on one's own page, for longer (Q1)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web import errors
from config.web.http import page
from config.web.limits import too_often
from config.web.toasts import toast
from workspaces.catalogue import READ, ROLES, WORKSPACE
from workspaces.errors import Conflict
from workspaces.forms.requests import ASKABLE, AskForm, ExtendForm, grant_named
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.request import AccessRequest
from workspaces.models.workspace import Workspace
from workspaces.operations import requests as operations
from workspaces.operations.requests import Asked
from workspaces.views.frame import framed
from workspaces.views.words import choices

LIMIT = "ask_for_access"


@needs("read", methods=(*SAFE, "POST"), visitors=False)
def access_ask(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Ask the owners for something, be it there or not; the address may fill the form in."""
    refused = too_often(request, LIMIT)
    if refused is not None:
        return refused
    offered = {
        "do": request.GET.get("do", READ)[:32],
        "which": request.GET.get("which", "")[:100],
    }
    form = AskForm(request.POST or None, words=choices(ASKABLE), initial=offered)
    if request.method == "POST" and form.is_valid():
        asked = Asked.of(workspace, form.cleaned_data["which"], form.cleaned_data["do"])
        with form.refusals():
            operations.ask(
                request.member, asked, by=request.actor, message=form.cleaned_data["message"]
            )
            return _asked(request, workspace)
    return page(
        request,
        "workspaces/access_ask.html",
        {
            "form": form,
            "my_access_url": reverse("workspaces:my_access", args=[workspace.slug]),
            "itself": f"{WORKSPACE}/{workspace.slug}",
        },
        around=framed(request, "my_access"),
        status=form.status,
    )


@needs("read", methods=(*SAFE, "POST"), visitors=False)
def access_extend(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Ask the owners to let one keep a grant that ends; where it has gone, look again (409)."""
    refused = too_often(request, LIMIT)
    if refused is not None:
        return refused
    sent = request.POST if request.method == "POST" else request.GET
    held = workspace.grants.held_by(request.member).filter(expires_at__isnull=False)
    grant = held.filter(pk=grant_named(sent.get("grant", "")) or 0).first()
    if grant is None and request.method == "POST":
        return errors.answer(request, 409)
    if grant is None:
        return redirect("workspaces:my_access", slug=workspace.slug)
    form = ExtendForm(request.POST or None, initial={"grant": sent.get("grant", "")})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            operations.ask_to_extend(
                request.member, grant, by=request.actor, message=form.cleaned_data["message"]
            )
            return _asked(request, workspace)
    return page(
        request,
        "workspaces/access_extend.html",
        {
            "form": form,
            "role": ROLES[grant.role].name,
            "ends_at": grant.expires_at,
            "my_access_url": reverse("workspaces:my_access", args=[workspace.slug]),
        },
        around=framed(request, "my_access"),
        status=form.status,
    )


@needs("read", methods=("POST",), visitors=False)
def request_withdraw(request: MemberRequest, workspace: Workspace, request_id: str) -> HttpResponse:
    """Take back one's own plea; what was answered meanwhile stays answered."""
    plea = get_object_or_404(
        AccessRequest.objects.of(request.member), workspace=workspace, public_id=request_id
    )
    try:
        operations.withdraw(plea, by=request.actor)
    except Conflict:
        return errors.answer(request, 409)
    toast(request, _("Withdrawn."))
    return redirect("workspaces:my_access", slug=workspace.slug)


def _asked(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    toast(request, _("Your request is with the owners. They got a mail."))
    return redirect(f"{reverse('workspaces:my_access', args=[workspace.slug])}#requests")
