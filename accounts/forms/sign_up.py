"""Signing up: for the address of the invite in hand, and no other."""

from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.core import context
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.addresses import NAME_LENGTH, clean_name
from accounts.models.user import User


class SignupForm(AllauthSignupForm):
    """A name and a password; the address is fixed by the invite, whatever is sent (E5)."""

    name = forms.CharField(label=_("Your name"), max_length=NAME_LENGTH)
    field_order = ("name", "email", "password1", "password2")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].disabled = True
        self.fields["email"].initial = getattr(context.request, "invited_address", "")
        self.initial.pop("email", None)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        password = self.fields["password1"]
        password.help_text = " ".join(password_validators_help_texts())
        password.widget.attrs["data-strength"] = "strength"

    def clean_name(self) -> str:
        """Return the name. Raises ValidationError for what could make it look like another's."""
        try:
            return clean_name(self.cleaned_data["name"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account; where there is one already, say nothing of it here (F2).

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
