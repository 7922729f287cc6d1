"""The backend that signs people in; what they may do is asked elsewhere."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts.models.user import User


class SignInBackend(AuthenticationBackend):
    """allauth's sign-in by e-mail and password, with Django's model permissions behind it."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Treat a deactivated account like a wrong password: same words, same time (G2)."""
        user: User | None = super().authenticate(request, **credentials)
        # allauth sets a deactivated user aside to send them to a page of its own.
        self.unstash_authenticated_user()
        return user
