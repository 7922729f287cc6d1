"""Pages of the second factor that say more than allauth's do, or go on to somewhere else."""

from typing import Any

from allauth.account.utils import passthrough_next_redirect_url
from allauth.mfa.base.views import IndexView
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import DeactivateTOTPView
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy

from accounts.sign_in.second_factor import BACK, SIGNS_IN_ALONE


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


class AddPasskey(AddWebAuthnView):
    """A new passkey, kept with what its owner wants it to be enough for."""

    def form_valid(self, form: Any) -> HttpResponse:
        said = form.cleaned_data
        with transaction.atomic():
            added, codes = flows.add_authenticator(
                self.request, name=said["name"], credential=said["credential"]
            )
            added.data[SIGNS_IN_ALONE] = said["passwordless"]
            added.save(update_fields=["data"])
        self.did_generate_recovery_codes = bool(codes)
        return HttpResponseRedirect(self.get_success_url())


class ReauthenticateByPasskey(ReauthenticateWebAuthnView):
    """A passkey that did not fit leads to the same page again, and on to the same place."""

    def form_invalid(self, form: Any) -> HttpResponse:
        for text in form.errors.get("credential", []):
            messages.error(self.request, text)
        here = reverse("mfa_reauthenticate_webauthn")
        return HttpResponseRedirect(self.passthrough_next_url(here))


index = Overview.as_view()
recovery_codes = RecoveryCodes.as_view()


class SignInByPasskey(LoginWebAuthnView):
    """A passkey that did not fit leads back to the form, and on to where one wanted."""

    def form_invalid(self, form: Any) -> HttpResponse:
        for text in form.errors.get("credential", []):
            messages.error(self.request, text)
        here = passthrough_next_redirect_url(
            self.request, reverse("account_login"), REDIRECT_FIELD_NAME
        )
        return HttpResponseRedirect(here)


sign_in_by_passkey = SignInByPasskey.as_view()
add_passkey = AddPasskey.as_view()
reauthenticate_by_passkey = ReauthenticateByPasskey.as_view()
# Once a factor is gone the other sessions are over too; tokens are shown for rotation (XG8).
remove_app = DeactivateTOTPView.as_view(success_url=reverse_lazy("my_tokens"))
remove_passkey = RemoveWebAuthnView.as_view(success_url=reverse_lazy("my_tokens"))
