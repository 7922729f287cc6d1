"""Signing in, signing up for the address of the invite in hand, and asking for a new password."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ChangePasswordForm as AllauthChangePasswordForm,
    LoginForm,
    ResetPasswordForm as AllauthResetPasswordForm,
    ResetPasswordKeyForm as AllauthResetPasswordKeyForm,
    SetPasswordForm as AllauthSetPasswordForm,
    SignupForm as AllauthSignupForm,
    default_token_generator,
)
from allauth.account.utils import get_next_redirect_url, user_pk_to_url_str
from allauth.core import context
from django import forms
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.password_validation import password_validators_help_texts
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.addresses import NAME_LENGTH, WHOLE_LENGTH, normalise
from accounts.models import User
from config.web.values.text_fields import LineField


class AddressField(forms.CharField):
    """An address in its one form; look-alikes are refused (XE4).

    Django's own field knows fewer spellings of a domain than the normaliser.
    """

    widget = forms.EmailInput(attrs={"autocomplete": "email"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": WHOLE_LENGTH, **options})

    @classmethod
    def like(cls, field: forms.Field) -> "AddressField":
        """Return a field that looks like another one, and knows more spellings."""
        return cls(label=field.label, widget=field.widget)

    def clean(self, value: Any) -> str:
        """Raises ValidationError with the normaliser's sentence."""
        typed = super().clean(value)
        try:
            return normalise(typed)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class SignInForm(LoginForm):
    """Knows an account by every spelling of its address."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"] = AddressField.like(self.fields["login"])


def show_strength(field: forms.Field) -> None:
    """Let a field for a new password say what is asked of it, and show how strong it is."""
    field.help_text = " ".join(password_validators_help_texts())
    field.widget.attrs["data-strength"] = "strength"


class SetPasswordForm(AllauthSetPasswordForm):
    """A first password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        show_strength(self.fields["password1"])


class ChangePasswordForm(AllauthChangePasswordForm):
    """Another password, by the one of now."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        show_strength(self.fields["password1"])


class ResetPasswordKeyForm(AllauthResetPasswordKeyForm):
    """A new password, by a link."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        show_strength(self.fields["password1"])


class SignupForm(AllauthSignupForm):
    """A name and a password; the address is fixed by the invite, whatever is sent (XE5)."""

    name = LineField(label=_("Your name"), most=NAME_LENGTH)
    field_order = ("name", "email", "password1", "password2")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].disabled = True
        self.fields["email"].initial = getattr(context.request, "invited_address", "")
        self.initial.pop("email", None)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        show_strength(self.fields["password1"])

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account; where there is one already, say nothing of it here (XF2).

        Then the same work is done for nobody and undone, so that it takes as long.
        """
        if self.account_already_exists:
            self._make_nobody(request)
        made: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return made

    def save(self, request: HttpRequest) -> User:
        """Make the account with all that belongs to it, or nothing."""
        with transaction.atomic():
            user: User = super().save(request)
            return user

    def _make_nobody(self, request: HttpRequest) -> None:
        email = self.cleaned_data["email"]
        with transaction.atomic():
            self.cleaned_data["email"] = f"{get_random_string(22).lower()}@nobody.invalid"
            self.account_already_exists = False
            self.save(request)
            transaction.set_rollback(True)
        self.cleaned_data["email"] = email
        self.account_already_exists = True

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name; allauth calls this once the user is there."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


LINK, UNKNOWN = "account/email/password_reset_key", "account/email/unknown_account"


class ResetPasswordForm(AllauthResetPasswordForm):
    """Does the same work for every address, whoever it belongs to (XF2).

    Where one wanted to go stays in the link, if it is on this site.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"] = AddressField.like(self.fields["email"])

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        self.found = User.objects.filter(email=email, is_active=True).first()
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Queue the one mail or the other; both are drawn, so that neither takes longer."""
        email: str = self.cleaned_data["email"]
        user = self.found or User(pk=0, email=email)
        adapter = get_adapter(request)
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        url = adapter.get_reset_password_from_key_url(key)
        if way_on := get_next_redirect_url(request):
            url += f"?{urlencode({REDIRECT_FIELD_NAME: way_on})}"
        link = adapter.drawn(LINK, email, {"user": user, "password_reset_url": url})
        unknown = adapter.drawn(UNKNOWN, email, {})
        adapter.leave(link if self.found else unknown)
        return email
