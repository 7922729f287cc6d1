"""What Gatehouse changes in allauth's account flows."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from accounts.addresses import normalise
from accounts.outbox import absolute


class AccountAdapter(DefaultAccountAdapter):
    """Addresses pass the one normaliser; people come by import, not by signing up."""

    def clean_email(self, email: str) -> str:
        try:
            return normalise(email)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", args=["UID", "KEY"])
        return absolute(path.replace("UID-KEY", key))

    def add_message(self, *args: Any, **options: Any) -> None:
        """Say nothing where the page itself already shows what happened."""
