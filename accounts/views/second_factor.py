"""Pages of the second factor that say more than allauth's do, or go on to somewhere else."""

from typing import Any

from allauth.mfa.base.views import IndexView
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import DeactivateTOTPView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy

from accounts.second_factor import BACK


class Overview(IndexView):
    """What one signs in with beside the password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        back = self.request.session.get(BACK)
        if context["is_mfa_enabled"]:
            self.request.session.pop(BACK, None)  # there is nothing left to do for it
        return context | {"back": back}


class RecoveryCodes(ViewRecoveryCodesView):
    """The codes, shown once; then on to the place that asked for a second factor."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        back = self.request.session.pop(BACK, None) if context["can_view_codes"] else None
        return context | {"back": back}


class ReauthenticateByPasskey(ReauthenticateWebAuthnView):
    """A passkey that did not fit leads to the same page again, and on to the same place."""

    def form_invalid(self, form: Any) -> HttpResponse:
        for text in form.errors.get("credential", []):
            messages.error(self.request, text)
        here = reverse("mfa_reauthenticate_webauthn")
        return HttpResponseRedirect(self.passthrough_next_url(here))


index = Overview.as_view()
recovery_codes = RecoveryCodes.as_view()
reauthenticate_by_passkey = ReauthenticateByPasskey.as_view()
# Once a factor is gone the other sessions are over too; tokens are shown for rotation (G8).
remove_app = DeactivateTOTPView.as_view(success_url=reverse_lazy("my_tokens"))
remove_passkey = RemoveWebAuthnView.as_view(success_url=reverse_lazy("my_tokens"))
