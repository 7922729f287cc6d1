"""What an owner does after a backup was restored: confirm what it brought back (J10)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.toasts import toast
from workspaces.forms.changes import ChangeForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, needs
from workspaces.models.workspace import Workspace
from workspaces.operations import held as operations
from workspaces.views.confirm import confirm


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def held(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Say how much is held, and let all of it go on at once."""
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            operations.confirm_all(workspace, by=request.actor)
            toast(request, _("Everything that was held goes on."))
            return redirect("workspaces:tokens", workspace.slug)
    return confirm(
        request,
        "tokens",
        form,
        title=_("Confirm everything that is held?"),
        verb=_("Confirm all"),
        back=reverse("workspaces:tokens", args=[workspace.slug]) + "?state=held",
        effects=_effects(workspace),
    )


def _effects(workspace: Workspace) -> list[str]:
    tokens, invites = workspace.tokens.held().count(), workspace.invites.held().count()
    return [
        _("A backup was restored: it may have brought back what was revoked since it was made."),
        ngettext("{n} token works again.", "{n} tokens work again.", tokens).format(n=tokens),
        ngettext(
            "{n} invitation can be accepted again.",
            "{n} invitations can be accepted again.",
            invites,
        ).format(n=invites),
        _("Cancel to look at the tokens one by one, and revoke those that shall not."),
    ]


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def token_confirm(request: MemberRequest, workspace: Workspace, token_id: str) -> HttpResponse:
    """Let one held token go on."""
    found = get_object_or_404(workspace.tokens, public_id=token_id)
    back = reverse("workspaces:token", args=[workspace.slug, found.public_id])
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            operations.confirm_token(found, by=request.actor)
            toast(request, _("{name} goes on.").format(name=found.name))
            return redirect(back)
    return confirm(
        request,
        "tokens",
        form,
        title=_("Confirm {name}?").format(name=found.name),
        verb=_("Confirm"),
        back=back,
        effects=[_("It works again, with the grants and the end it has.")],
    )
