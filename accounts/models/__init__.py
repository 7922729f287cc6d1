"""The models of accounts, and how those of one kind are asked for."""

from accounts.models.account_event import AccountEvent
from accounts.models.mail import Mail
from accounts.models.sign_in import SignIn, SignInQuerySet
from accounts.models.user import User

__all__ = ["AccountEvent", "Mail", "SignIn", "SignInQuerySet", "User"]
