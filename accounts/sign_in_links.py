"""One-time sign-in links for development and the first look at a new installation."""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

from accounts.models.user import User

SALT = "accounts.sign_in_link"
AGE = timedelta(hours=1)


def sign_in_path(user: User) -> str:
    """Return the path that signs the user in once, within an hour."""
    return reverse("sign_in_link", args=[signing.dumps([user.pk, _state(user)], salt=SALT)])


def user_of(token: str) -> User | None:
    """Return whom a link signs in; None when it is forged, too old or was used."""
    try:
        pk, state = signing.loads(token, salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user is not None and _state(user) == state else None


def _state(user: User) -> str:
    """Return what changes with the next sign-in, so that a link works once."""
    return user.last_login.isoformat() if user.last_login else ""
