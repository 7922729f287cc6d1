"""The backend that signs people in; what they may do is asked elsewhere."""

from allauth.account.auth_backends import AuthenticationBackend


class SignInBackend(AuthenticationBackend):
    """allauth's sign-in by e-mail and password, with Django's model permissions behind it."""
