"""Forms of the second factor: allauth's, with limits, bounds and words of our own."""

import struct
from typing import Any

import structlog
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
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
from accounts.models import User
from accounts.sign_in import attempts
from accounts.sign_in.second_factor import SIGNS_IN_ALONE, signs_in_alone, spend
from config.web.limits import Overdrawn

CODE_LENGTH, NAME_LENGTH, CREDENTIAL_LENGTH = 32, 60, 20_000  # characters
# What taking apart bytes that somebody made up may end in.
MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, struct.error)
ALONE = _("Sign in with it alone, without the password")
ALONE_HELP = _("It then asks for your fingerprint, face or PIN each time.")
security = structlog.get_logger("gatehouse.security")


def count_try(user: User) -> None:
    """Count a try of a code, right or wrong. Raises ValidationError when it is too many (XG3)."""
    try:
        attempts.count_code(user, get_account_adapter().get_client_ip(context.request))
    except Overdrawn as error:
        raise get_adapter().validation_error("too_many_codes") from error


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
        count_try(self.user)
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
        count_try(self.user)
        if not validate_totp_code(self.secret, code) or not spend(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CredentialField(forms.JSONField):
    """What the browser answers for a passkey: of the right shape before a library reads it."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Raises ValidationError unless it is a short object whose parts are texts (XH8)."""
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
    response = {name: part for name, part in credential["response"].items() if part is not None}
    algorithm = response.pop("publicKeyAlgorithm", 0)  # the one part that is a number
    parts = response.values()
    lists = [part for part in parts if isinstance(part, list)]  # how a key is plugged in
    texts = [part for part in parts if not isinstance(part, list)]
    inside = [entry for one in lists for entry in one]
    return isinstance(algorithm, int) and all(
        isinstance(text, str) for text in [*named, *texts, *inside]
    )


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey, with a name of one's own for it."""

    credential = CredentialField()
    name = forms.CharField(label=_("Name"), required=False, max_length=NAME_LENGTH)
    passwordless = forms.BooleanField(
        label=ALONE, required=False, initial=True, help_text=ALONE_HELP
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
    """Another name for a passkey, and whether it is enough by itself."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    passwordless = forms.BooleanField(label=ALONE, required=False, help_text=ALONE_HELP)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["passwordless"] = signs_in_alone(self.instance)

    def clean_passwordless(self) -> bool:
        """Raises ValidationError for a key that knew nobody when it was added."""
        alone: bool = self.cleaned_data["passwordless"]
        if alone and not self.instance.wrap().authenticator_data.is_user_verified():
            raise forms.ValidationError(
                _("This one asks for no fingerprint, face or PIN. Add it again, then tick this.")
            )
        return alone

    def save(self) -> Authenticator:
        self.instance.data[SIGNS_IN_ALONE] = self.cleaned_data["passwordless"]
        saved: Authenticator = super().save()
        return saved

    def clean_name(self) -> str:
        return _plain(self.cleaned_data["name"])


def _plain(name: str) -> str:
    """Return the name. Raises ValidationError for what could change how a page reads (XF6)."""
    try:
        return clean_name(name)
    except ValueError as error:
        raise forms.ValidationError(str(error)) from error


class PasskeyForm(AuthenticateWebAuthnForm):
    """A passkey as the second step. There is nothing to guess, so nothing is counted."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        """Raises ValidationError for any failure, in the same words (XG2)."""
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
    """A passkey instead of the password, where its owner said so when adding it."""

    def clean_credential(self) -> Authenticator:
        """Raises ValidationError for one that is a second step only, or knew nobody.

        What the browser says of itself is no word of the owner's; what nobody said is no.
        """
        answered = self.cleaned_data["credential"]
        found = super().clean_credential()
        flags = webauthn.parse_authentication_response(answered).response.authenticator_data
        if not signs_in_alone(found) or not flags.is_user_verified():
            security.warning("passkey_not_alone", user=found.user_id)
            raise forms.ValidationError(
                _("This passkey goes with your password. Sign in with both.")
            )
        return found


class PasskeyAgainForm(PasskeyForm, ReauthenticateWebAuthnForm):
    """A passkey as the proof that it is still the same person."""
