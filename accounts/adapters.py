"""What Gatehouse changes in allauth's account flows."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from accounts import attempts, sessions
from accounts.addresses import normalise
from accounts.models.user import User
from accounts.operations import passwords
from accounts.outbox import absolute, queue_message, send_or_queue
from accounts.sealing import seal, unseal
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

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Let allauth's own pages ask for a proof exactly when ours do (S8)."""
        return not sessions.is_freshly_proved(context.request)

    def set_password(self, user: User, password: str) -> None:
        """Set a password, and end the other sessions with it (G8); a reset ends all."""
        passwords.set_password(user, password, request=context.request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Show the tokens one made, for rotation, once the password is another one (G8)."""
        return reverse("my_tokens")

    def add_message(self, *args: Any, **options: Any) -> None:
        """Say what allauth found wrong; what it did, the page itself already shows."""
        if options.get("message"):
            messages.error(context.request, options["message"])


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are sealed before they reach the database; names and words are ours."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "That did not fit. A code works once, and only for a short time."
        ),
        "too_many_codes": gettext_lazy("Too many tries. Wait five minutes, then go on."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def _get_site_name(self) -> str:
        return "Gatehouse"  # never the host that a request names (F5)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey {n}").format(n=count + 1) if count else gettext("Passkey")
