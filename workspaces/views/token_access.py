"""Editing what one token may do, with what will change beside it (screens §3, rule 6)."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.toasts import toast
from workspaces.forms.policy import PolicyForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.token import Token, TokenKind
from workspaces.models.workspace import Workspace
from workspaces.operations import policies
from workspaces.operations.policies import Proposal
from workspaces.views.frame import framed
from workspaces.views.policy_editor import sections_of
from workspaces.views.review_words import words_of
from workspaces.views.undo_links import undo_url


@needs("administer", methods=(*SAFE, "POST"))
def token_access(request: MemberRequest, workspace: Workspace, token_id: str) -> HttpResponse:
    """The editor; a save goes back to the token with a sentence and *Undo*."""
    token, form = _token_and_form(request, workspace, token_id)
    if form.is_valid():
        with form.refusals():
            event = policies.change(
                token,
                Proposal(form.proposed),
                by=request.actor,
                reason=form.cleaned_data["reason"],
                seen=form.cleaned_data["seen"],
            )
            said = _("Saved what {name} may do.") if event else _("Nothing changed for {name}.")
            toast(request, said.format(name=token.name), undo_url=undo_url(workspace, event))
            return redirect("workspaces:token", workspace.slug, token.public_id)
    return _draw(request, token, form, status=form.status)


@needs("administer", methods=("POST",))
def token_access_review(
    request: MemberRequest, workspace: Workspace, token_id: str
) -> HttpResponse:
    """What will change by the form as it stands; nothing is saved. Also adds a block."""
    token, form = _token_and_form(request, workspace, token_id)
    return _draw(request, token, form, status=HTTPStatus.OK)


def _token_and_form(
    request: MemberRequest, workspace: Workspace, token_id: str
) -> tuple[Token, PolicyForm]:
    """Find the token; one that is revoked, or a directory's, has no access to edit."""
    tokens = workspace.tokens.filter(revoked_at__isnull=True, kind=TokenKind.API)
    token = get_object_or_404(tokens, public_id=token_id)
    token.workspace = workspace
    grants = policies.as_proposed(token)
    return token, PolicyForm(request.POST or None, workspace=workspace, grants=grants)


def _draw(
    request: MemberRequest, token: Token, form: PolicyForm, *, status: HTTPStatus
) -> HttpResponse:
    review = None
    if not form.is_bound:
        review = policies.preview(token, Proposal(form.started))
    elif form.checked and (form.is_valid() or form.complete):
        review = policies.preview(token, Proposal(form.proposed))
    address = [token.workspace.slug, token.public_id]
    return page(
        request,
        "workspaces/token_access.html",
        {
            "token": token,
            "policy": form,
            "sections": sections_of(form),
            "live": bool(request.htmx),
            "review": words_of(review) if review else None,
            "url": reverse("workspaces:token_access", args=address),
            "review_url": reverse("workspaces:token_access_review", args=address),
            "back_url": reverse("workspaces:token", args=address),
        },
        fragments=("change-review", "policy-editor"),
        around=framed(request, "tokens"),
        status=status,
    )
