"""Who has a second factor: an authenticator app or a passkey. Recovery codes alone are none."""

from datetime import timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
SIGNS_IN_ALONE = "alone"  # what the data of a passkey call that
BACK = "after_second_factor"  # where Django's session keeps the place that asked for one


def has_second_factor(user: User) -> bool:
    """Whether the user has a second factor; 1 statement."""
    found: bool = Authenticator.objects.filter(user=user, type__in=FACTORS).exists()
    return found


def second_factor_of(user: str) -> Exists:
    """Return the same as a condition on rows; `user` is the path to the user's key ("user")."""
    rows: Any = Authenticator.objects.filter(user=OuterRef(user), type__in=FACTORS)
    return Exists(rows)


def proved_by_factor(request: HttpRequest, user: User) -> bool:
    """Whether this session was proved by a factor that the user still has; 1 statement (XK8)."""
    records = get_authentication_records(request, user)
    if not any(record.get("method") == "mfa" for record in records):
        return False
    return has_second_factor(user)


def signs_in_alone(passkey: Authenticator) -> bool:
    """Whether its owner said that this passkey is enough without the password."""
    return passkey.data.get(SIGNS_IN_ALONE) is True


def spend(user: User, code: str) -> bool:
    """Whether a code of an app is used for the first time; counted for all workers at once.

    Kept for longer than any code is good for: the present one and its neighbours.
    """
    steps = 2 * app_settings.TOTP_TOLERANCE + 1
    kept = timedelta(seconds=app_settings.TOTP_PERIOD * (steps + 1))
    digits = "".join(char for char in code if char.isdigit())
    first: bool = cache.add(f"second-factor-spent:{user.pk}:{digits}", "y", kept.total_seconds())
    return first
