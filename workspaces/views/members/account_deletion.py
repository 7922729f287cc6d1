"""Deleting one's own account."""

from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from config.web.http import toast
from config.web.tags import grouped
from workspaces.forms.members.membership import DeleteAccountForm
from workspaces.guards import SAFE, UserRequest, actor_of, freshly_proved, signed_in
from workspaces.models import Token
from workspaces.operations.members import account_deletion
from workspaces.views.console import answers


@signed_in("everybody may delete their own account", methods=(*SAFE, "POST"))
@freshly_proved
def account_delete(request: UserRequest) -> HttpResponse:
    """Leave every workspace and delete the account, once its address is typed (XF4)."""
    form = DeleteAccountForm(request.POST or None, user=request.user)
    if form.is_valid():
        with form.refusals():
            account_deletion.delete_account(request.user, by=actor_of(request), request=request)
            logout(request)
            toast(request, _("Your account is deleted."))
            return redirect("account_login")
    return answers.confirm_outside(
        request,
        form,
        title=_("Delete your account?"),
        verb=_("Delete account"),
        back=reverse("preferences"),
        effects=_effects(request),
    )


def _effects(request: UserRequest) -> list[str]:
    """Say in numbers what goes with the account, and what holds it back (R7); 3 statements."""
    held_back = account_deletion.held_back_by(request.user)
    n_workspaces = request.user.memberships.count()
    n_tokens = Token.objects.live().made_by(request.user).count()
    said = [
        _(
            "You are the last owner of {name}: make somebody else an owner there, or close it, "
            "first."
        ).format(name=workspace.name)
        for workspace in held_back
    ]
    words = ngettext("You leave {n} workspace.", "You leave {n} workspaces.", n_workspaces)
    said.append(words.format(n=grouped(n_workspaces)))
    if n_tokens:
        words = ngettext(
            "{n} token you made is revoked.", "{n} tokens you made are revoked.", n_tokens
        )
        said.append(words.format(n=grouped(n_tokens)))
    said.append(_("It does not come back. Audit trails keep your address as text."))
    return said
