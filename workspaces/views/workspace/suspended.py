"""What an owner does after a backup was restored: confirm what it brought back (R18, XJ10)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _, ngettext

from config.web.lists.returning import back_to
from workspaces.forms.console.changes import ChangeForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, needs
from workspaces.models import Workspace
from workspaces.operations.workspace import suspended as operations
from workspaces.views.console import answers


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def suspended_confirm(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Say how much is suspended, and let all of it go on at once."""
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            operations.confirm_all(workspace, by=request.actor)
            answers.toast(request, _("Everything that was suspended goes on."))
            return redirect(workspace.url("tokens"))
    return answers.confirm(
        request,
        form,
        at="tokens",
        title=_("Confirm everything that is suspended?"),
        verb=_("Confirm all"),
        back=workspace.url("tokens") + "?state=suspended",
        effects=_effects(workspace),
    )


def _effects(workspace: Workspace) -> list[str]:
    tokens, invites = workspace.tokens.suspended().count(), workspace.invites.suspended().count()
    return [
        _("A backup was restored: it may have brought back what was revoked since it was made."),
        ngettext("{n} token works again.", "{n} tokens work again.", tokens).format(n=tokens),
        ngettext(
            "{n} invite can be accepted again.",
            "{n} invites can be accepted again.",
            invites,
        ).format(n=invites),
        _("Cancel to look at the tokens one by one, and revoke those that shall not."),
    ]


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def token_confirm(request: MemberRequest, workspace: Workspace, token_id: str) -> HttpResponse:
    """Let one suspended token go on."""
    found = get_object_or_404(workspace.tokens, public_id=token_id)
    back = workspace.url("token", found.public_id)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            operations.confirm_token(found, by=request.actor)
            answers.toast(request, _("{name} goes on.").format(name=found.name))
            return back_to(request, back)
    return answers.confirm(
        request,
        form,
        at="tokens",
        title=_("Confirm {name}?").format(name=found.name),
        verb=_("Confirm"),
        back=back,
        effects=[_("It works again, with the grants and the end it has.")],
    )
