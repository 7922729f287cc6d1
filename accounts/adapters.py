"""What Gatehouse changes in allauth's account flows."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.urls import reverse

from accounts import attempts
from accounts.addresses import normalise
from accounts.models.user import User
from accounts.outbox import absolute, queue_message, send_or_queue
from accounts.stages import PROVED_ADDRESS
from config.web import errors
from config.web.limits import TooOften

VERIFY = "allauth.account.stages.EmailVerificationStage"


class AccountAdapter(DefaultAccountAdapter):
    """Addresses pass the one normaliser; people come by import or invite, and as themselves."""

    def clean_email(self, email: str) -> str:
        try:
            return normalise(email)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Open to whoever holds a good invite, for its address alone (I1)."""
        return bool(getattr(request, "invited_address", ""))

    def get_login_stages(self) -> list[str]:
        stages: list[str] = super().get_login_stages()
        return [PROVED_ADDRESS if stage == VERIFY else stage for stage in stages]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave the counting to `authenticate`."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Check a password unless it was tried too often, which is a page of its own (G3)."""
        try:
            used = attempts.begin(credentials.get("email", ""), self.get_client_ip(request))
        except TooOften as error:
            raise ImmediateHttpResponse(errors.too_often(request, wait=error.wait)) from error
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            attempts.succeed(used)
        return user

    def send_mail(self, template_prefix: str, email: str, context_: dict[str, Any]) -> None:
        self.leave(self.drawn(template_prefix, email, context_))

    def drawn(
        self, template_prefix: str, email: str, context_: dict[str, Any]
    ) -> EmailMultiAlternatives:
        """Draw a mail, with links to the configured host whatever was asked (F5)."""
        drawn = {
            "request": context.request,
            "email": email,
            **context_,
            "reset_url": absolute(reverse("account_reset_password")),
            "site": settings.SITE_URL,
        }
        message: EmailMultiAlternatives = self.render_mail(template_prefix, email, drawn)
        return message

    def leave(self, message: EmailMultiAlternatives) -> None:
        """Let a mail go that somebody waits for.

        In production it waits for the outbox: how long a mail server takes for an address
        would tell whether the address is known (F2).
        """
        if settings.PRODUCTION:
            queue_message(message)
        else:
            send_or_queue(message)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave all counts as they are: `receivers.tries_begin_anew` gives back the right ones."""

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", args=["UID", "KEY"])
        return absolute(path.replace("UID-KEY", key))

    def add_message(self, *args: Any, **options: Any) -> None:
        """Say nothing where the page itself already shows what happened."""
