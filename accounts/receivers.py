"""What follows from what allauth reports."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import password_reset
from django.dispatch import receiver

from accounts.models.user import User


@receiver(password_reset)
def address_is_proved(user: User, **kwargs: Any) -> None:
    """Note that the address is verified: the link that was used went there by e-mail."""
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
