"""Secrets at rest: what the database keeps of an authenticator app and of recovery codes.

The key comes from AUDIT_KEY, which lies outside the database and never changes: a dump alone
gives no codes, and a new SECRET_KEY, which ends sessions and links, locks nobody out.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "accounts.sign_in.sealing"


def seal(text: str) -> str:
    """Return the text as the database may keep it."""
    return _key().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises InvalidToken where the site's key does not fit."""
    return _key().decrypt(sealed.encode()).decode()


def _key() -> Fernet:
    drawn = salted_hmac(SALT, "", secret=settings.AUDIT_KEY, algorithm="sha256")
    return Fernet(urlsafe_b64encode(drawn.digest()))
