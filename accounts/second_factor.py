"""Who has a second factor: an authenticator app or a passkey. Recovery codes alone are none."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from accounts.models.user import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: User) -> bool:
    """Whether the user has a second factor; 1 statement."""
    found: bool = Authenticator.objects.filter(user=user, type__in=FACTORS).exists()
    return found


def second_factor_of(user: str) -> Exists:
    """Return the same as a condition on rows; `user` is the path to the user's key ("user")."""
    rows: Any = Authenticator.objects.filter(user=OuterRef(user), type__in=FACTORS)
    return Exists(rows)
