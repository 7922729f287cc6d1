"""What Gatehouse changes in allauth's account flows."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Addresses pass the one normaliser."""
