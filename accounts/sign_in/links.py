"""What every link that was mailed, and every sign-in half done, is bound to.

A link stands for the account as it was when the link was made. It dies with the password,
the address, a deactivation – also when that is taken back –, a second factor that comes or
goes, and with a new SECRET_KEY.
"""

from datetime import timedelta

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.db.models import F
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

SALT = "accounts.sign_in.links"
ONE_TIME = "accounts.sign_in_link"
ONE_TIME_AGE = timedelta(hours=1)  # of a link from the command line
LENGTH = 22  # characters; some 88 bits


def state_of(user: User) -> str:
    """Return what changes with whatever ends the links of an account."""
    parts = (user.pk, user.email, user.password, user.is_active, user.generation)
    return salted_hmac(SALT, repr(parts), algorithm="sha256").hexdigest()[:LENGTH]


def still_good(user: User, state: str) -> bool:
    """Whether a link with this state was made for the account as it is now."""
    return user.is_active and constant_time_compare(state, state_of(user))


def end_all(user: User) -> None:
    """End every open link, for a change that neither address nor password shows."""
    User.objects.filter(pk=user.pk).update(generation=F("generation") + 1)
    user.refresh_from_db(fields=["generation"])


class ResetTokens(PasswordResetTokenGenerator):
    """Django's, bound to the hour and the last sign-in, and to the rest as every link is."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{state_of(user)}"

    def check_token(self, user: User | None, token: str | None) -> bool:
        """Whether the link is good; none is, of an account that is deactivated."""
        return user is not None and user.is_active and super().check_token(user, token)


def sign_in_path(user: User) -> str:
    """Return the path that signs the user in once, within an hour: for development."""
    bound = [user.pk, _last(user), state_of(user)]
    return reverse("sign_in_link", args=[signing.dumps(bound, salt=ONE_TIME)])


def user_of(token: str) -> User | None:
    """Return whom a link signs in; None when it is forged, too old or was used."""
    try:
        pk, last, state = signing.loads(token, salt=ONE_TIME, max_age=ONE_TIME_AGE)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    good = user is not None and _last(user) == last and still_good(user, state)
    return user if good else None


def _last(user: User) -> str:
    """Return what changes with the next sign-in, so that a link works once."""
    return user.last_login.isoformat() if user.last_login else ""
