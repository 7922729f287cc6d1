"""What follows from what allauth reports."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models.user import User
from accounts.second_factor import FACTORS


@receiver(password_reset)
def address_is_proved(user: User, **kwargs: Any) -> None:
    """Note that the address is verified: the link that was used went there by e-mail."""
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


@receiver(authenticator_added)
def factor_is_proved(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Note that the session was proved by the factor that was just set up in it (K8).

    Setting one up takes a code of the app or a signature of the key, and a fresh proof of
    identity before: whoever did that need not show the same factor again at once.
    """
    if authenticator.type in FACTORS:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(authenticator.type)
        )
