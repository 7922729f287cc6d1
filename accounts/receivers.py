"""What follows from what allauth reports."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import attempts
from accounts.models.user import User


@receiver(password_reset)
def address_is_proved(user: User, **kwargs: Any) -> None:
    """Note that the address is verified: the link that was used went there by e-mail."""
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


@receiver(password_reset)
def tries_begin_anew(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Let whoever set a new password by mail sign in with it, however often others failed (G3)."""
    attempts.renew(user.email, get_adapter(request).get_client_ip(request))
