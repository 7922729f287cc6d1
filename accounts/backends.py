"""The backend that signs people in; what they may do is asked elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts.addresses import sought
from accounts.models import User

# Django hands a backend nothing but an id; this is how it learns of whom the request has read.
_read: ContextVar[User | None] = ContextVar("already_read", default=None)


@contextmanager
def already_read(user: User | None) -> Iterator[None]:
    """Let whoever is asked for inside be this user, without another statement."""
    token = _read.set(user)
    try:
        yield
    finally:
        _read.reset(token)


class SignInBackend(AuthenticationBackend):
    """Sign-in by e-mail and password, with Django's model permissions behind it."""

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session: the one read with its sign-in, where that is who it is.

        Django still compares the session with their password.
        """
        user = _read.get()
        if user is None or user.pk != user_id:
            found: User | None = super().get_user(user_id)
            return found
        return user if self.user_can_authenticate(user) else None

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Return the user of a right password.

        Whether there is no such account, one that is deactivated, or one without a password,
        or whether the password is wrong: each reads one row and hashes once, so that nobody
        can tell them apart (XG2). Django hashes for accounts without a password by itself.
        """
        email, password = credentials.get("email"), credentials.get("password")
        if not email or not password:
            return None
        user = User.objects.filter(email=sought(email)).first()
        if user is None:
            User().set_password(password)
            return None
        right = user.check_password(password)
        return user if right and self.user_can_authenticate(user) else None
