"""Asking for a link to set one's password, by whoever knows an address (F2, F5)."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpRequest

from accounts.models.user import User

LINK, UNKNOWN = "account/email/password_reset_key", "account/email/unknown_account"


class ResetPasswordForm(AllauthResetPasswordForm):
    """Does the same work for every address, whoever it belongs to (F2)."""

    def clean_email(self) -> str:
        email: str = get_adapter().clean_email(self.cleaned_data["email"])
        self.found = User.objects.filter(email=email, is_active=True).first()
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Queue the one mail or the other; both are drawn, so that neither takes longer."""
        email: str = self.cleaned_data["email"]
        user = self.found or User(pk=0, email=email)
        adapter = get_adapter(request)
        key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
        url = adapter.get_reset_password_from_key_url(key)
        link = adapter.drawn(LINK, email, {"user": user, "password_reset_url": url})
        unknown = adapter.drawn(UNKNOWN, email, {})
        adapter.leave(link if self.found else unknown)
        return email
