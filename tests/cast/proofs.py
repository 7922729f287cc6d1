"""Proofs of identity in tests: let the last one grow old, give a new one."""

from datetime import timedelta

from django.db.models import F

from accounts.models.sign_in import SignIn

PASSWORD = "correct horse battery"


def grow_old(**age: float) -> None:
    """Let every proof of identity be older by that much; by default by eleven minutes."""
    SignIn.objects.update(proved_at=F("proved_at") - timedelta(**(age or {"minutes": 11})))


def with_password(user):
    """Give a user a password without a word to anybody."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def prove(client, asked):
    """Enter the password at the page that an answer leads to; return what comes then."""
    return client.post(asked["Location"], {"password": PASSWORD})
