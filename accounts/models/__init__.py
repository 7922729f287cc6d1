"""Gathers the models for Django; import a model from its own module."""

from accounts.models.account_event import AccountEvent
from accounts.models.mail import Mail
from accounts.models.sign_in import SignIn
from accounts.models.user import User

__all__ = ["AccountEvent", "Mail", "SignIn", "User"]
