"""Forms of the second factor: allauth's, with limits, bounds and words of our own."""

import struct
from typing import Any

import structlog
from allauth.core import context
from allauth.core.ratelimit import consume
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.internal.flows.add import validate_can_add_authenticator
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.addresses import clean_name
from accounts.models.user import User
from accounts.second_factor import spend

CODE_LENGTH, NAME_LENGTH, CREDENTIAL_LENGTH = 32, 60, 20_000  # characters
# What taking apart bytes that somebody made up may end in.
MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, struct.error)
security = structlog.get_logger("gatehouse.security")


def may_try(user: User) -> bool:
    """Count a try of a code, right or wrong, in the shared cache; False when it is too many.

    The limits stand in the settings, `ACCOUNT_RATE_LIMITS`; a right code wipes nothing (G3).
    """
    return bool(consume(context.request, action="second_factor", key=f"second-factor-{user.pk}"))


class _CodeForm(forms.Form):
    """The code of the app, or one of the recovery codes."""

    code = forms.CharField(
        label=_("Code"),
        max_length=CODE_LENGTH,
        help_text=_("Six digits from the app, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Take the code once. Raises ValidationError for a wrong, used or further one."""
        code: str = self.cleaned_data["code"]
        if not may_try(self.user):
            raise get_adapter().validation_error("too_many_codes")
        rows = Authenticator.objects.filter(user=self.user)
        for row in rows.exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type"):
            if row.wrap().validate_code(code) and self._is_first(row, code):
                row.user = self.user
                self.authenticator = row
                return code
        security.warning(
            "wrong_code", user=self.user.pk, address=context.request.META.get("REMOTE_ADDR")
        )
        raise get_adapter().validation_error("incorrect_code")

    def _is_first(self, row: Authenticator, code: str) -> bool:
        return row.type != Authenticator.Type.TOTP or spend(self.user, code)


class CodeForm(_CodeForm, AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(_CodeForm, ReauthenticateForm):
    """The proof that it is still the same person."""


class ActivateAppForm(ActivateTOTPForm):
    """Set-up of an app: the first code proves that it has the key."""

    code = forms.CharField(
        label=_("Code from the app"),
        max_length=CODE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        validate_can_add_authenticator(self.user)
        code: str = self.cleaned_data["code"]
        if not may_try(self.user):
            raise get_adapter().validation_error("too_many_codes")
        if not validate_totp_code(self.secret, code) or not spend(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CredentialField(forms.JSONField):
    """What the browser answers for a passkey: of the right shape before a library reads it."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Raises ValidationError unless it is a short object whose parts are texts (H8)."""
        if isinstance(value, str) and len(value) > CREDENTIAL_LENGTH:
            raise get_adapter().validation_error("incorrect_code")
        try:
            credential = super().to_python(value)
        except RecursionError as error:
            raise get_adapter().validation_error("incorrect_code") from error
        if credential is not None and not _is_credential(credential):
            raise get_adapter().validation_error("incorrect_code")
        return credential


def _is_credential(credential: Any) -> bool:
    if not isinstance(credential, dict) or not isinstance(credential.get("response"), dict):
        return False
    if not isinstance(credential.get("clientExtensionResults", {}), dict):
        return False
    named = [credential.get(name) for name in ("id", "rawId", "type")]
    parts = [part for part in credential["response"].values() if part is not None]
    lists = [part for part in parts if isinstance(part, list)]  # how a key is plugged in
    texts = [part for part in parts if not isinstance(part, list)]
    inside = [entry for one in lists for entry in one]
    return all(isinstance(text, str) for text in [*named, *texts, *inside])


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey, with a name of one's own for it."""

    credential = CredentialField()
    name = forms.CharField(label=_("Name"), required=False, max_length=NAME_LENGTH)
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without the password"),
        required=False,
        initial=True,
        help_text=_("It then asks for your fingerprint, face or PIN each time."),
    )
    field_order = ("name", "passwordless", "credential")

    def clean_name(self) -> str:
        return _plain(super().clean_name())

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned


class NamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)

    def clean_name(self) -> str:
        return _plain(self.cleaned_data["name"])


def _plain(name: str) -> str:
    """Return the name. Raises ValidationError for what could change how a page reads (F6)."""
    try:
        return clean_name(name)
    except ValueError as error:
        raise forms.ValidationError(str(error)) from error


class PasskeyForm(AuthenticateWebAuthnForm):
    """A passkey as the second step. There is nothing to guess, so nothing is counted."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        """Raises ValidationError for any failure, in the same words (G2)."""
        credential = self.cleaned_data["credential"]
        try:
            webauthn.parse_authentication_response(credential)
            user = self.user or webauthn.extract_user_from_response(credential)
            found: Authenticator = webauthn.complete_authentication(user, credential)
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error
        if not user.is_active:
            raise get_adapter().validation_error("incorrect_code")
        return found


class PasskeyAloneForm(PasskeyForm, LoginWebAuthnForm):
    """A passkey instead of the password."""


class PasskeyAgainForm(PasskeyForm, ReauthenticateWebAuthnForm):
    """A passkey as the proof that it is still the same person."""
