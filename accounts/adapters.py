"""What Gatehouse changes in allauth's account flows."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from accounts import addresses, outbox, sessions
from accounts.models import User
from accounts.operations import sign_in
from accounts.sign_in import attempts, links, sealing
from config.web import errors
from config.web.limits import Overdrawn, give_back

BEGUN = "sign_in_begun"  # where Django's session keeps what a sign-in is bound to
PROVED_ADDRESS = "accounts.adapters.ProvedAddressStage"
VERIFY = "allauth.account.stages.EmailVerificationStage"


class AccountAdapter(DefaultAccountAdapter):
    """Addresses pass the one normaliser; people come by import or invite, and as themselves."""

    def clean_email(self, email: str) -> str:
        try:
            return addresses.normalise(email)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Open to whoever holds a good invite, for its address alone (I1)."""
        return bool(getattr(request, "invited_address", ""))

    def get_login_stages(self) -> list[str]:
        stages: list[str] = super().get_login_stages()
        return [PROVED_ADDRESS if stage == VERIFY else stage for stage in stages]

    def pre_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse | None:
        """Bind what is begun here to the account as it is: it may go on in another request."""
        request.session[BEGUN] = links.state_of(user)
        refused: HttpResponse | None = super().pre_login(request, user, **options)
        return refused

    def login(self, request: HttpRequest, user: User) -> None:
        """Open the session, unless something changed about the account since it was begun.

        Between the password and the second factor, or the code that goes to an address, the
        password may be changed or the account deactivated.
        """
        if not links.still_good(user, request.session.pop(BEGUN, "")):
            clear_login(request)
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)

    def is_safe_url(self, url: str) -> bool:
        """Whether an address to go on to is on this site; what is no address is not (XI4)."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:  # `//[`, and hosts that would be other ones once composed
            return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave the counting to `authenticate`."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Check a password unless it was tried too often, which is a page of its own (XG3)."""
        try:
            used = attempts.begin(credentials.get("email", ""), self.get_client_ip(request))
        except Overdrawn as error:
            raise ImmediateHttpResponse(errors.too_often(request, wait=error.wait)) from error
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            give_back(used)  # the password was right: this try counts for nothing
        return user

    def send_mail(self, template_prefix: str, email: str, context_: dict[str, Any]) -> None:
        self.leave(self.drawn(template_prefix, email, context_))

    def drawn(
        self, template_prefix: str, email: str, context_: dict[str, Any]
    ) -> EmailMultiAlternatives:
        """Draw a mail, with links to the configured host whatever was asked (XF5)."""
        drawn = {
            "request": context.request,
            "email": email,
            **context_,
            "reset_url": outbox.absolute(reverse("account_reset_password")),
            "site": settings.SITE_URL,
        }
        message: EmailMultiAlternatives = self.render_mail(template_prefix, email, drawn)
        return message

    def leave(self, message: EmailMultiAlternatives) -> None:
        """Let a mail go that somebody waits for.

        In production it waits for the outbox: how long a mail server takes for an address
        would tell whether the address is known (XF2).
        """
        if settings.PRODUCTION:
            outbox.queue_message(message)
        else:
            outbox.send_or_queue(message)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave all counts as they are: `receivers.tries_begin_anew` gives back the right ones."""

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", args=["UID", "KEY"])
        return outbox.absolute(path.replace("UID-KEY", key))

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Let allauth's own pages ask for a proof exactly when ours do (S8)."""
        return not sessions.is_freshly_proved(context.request)

    def set_password(self, user: User, password: str) -> None:
        """Set a password, and end the other sessions with it (XG8); a reset ends all."""
        sign_in.set_password(user, password, request=context.request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Show the tokens one made, for rotation, once the password is another one (XG8)."""
        return reverse("my_tokens")

    def add_message(self, *args: Any, **options: Any) -> None:
        """Say what allauth found wrong; what it did, the page itself already shows."""
        if options.get("message"):
            messages.error(context.request, options["message"])


class ProvedAddressStage(EmailVerificationStage):
    """Whoever signed up enters the code that went to the address, before anything else.

    An account without a row for its address was made by the operator at the command line,
    who answers for it. Signing up always makes that row, so nobody gets in unproved.
    """

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        if user and not self.login.signup and not EmailAddress.objects.filter(user=user).exists():
            return None, True
        answer: tuple[Any, bool] = super().handle()
        return answer


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are sealed before they reach the database; names and words are ours."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "That did not fit. A code works once, and only for a short time."
        ),
        "too_many_codes": gettext_lazy("Too many tries. Wait five minutes, then go on."),
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def _get_site_name(self) -> str:
        return "Gatehouse"  # never the host that a request names (XF5)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey {n}").format(n=count + 1) if count else gettext("Passkey")
