"""Secrets at rest: what the database keeps of an authenticator app and of recovery codes.

The key comes from SECRET_KEY, which lies outside the database: a dump alone gives no codes.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "accounts.sealing"


def seal(text: str) -> str:
    """Return the text as the database may keep it."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises InvalidToken where no key of the site fits."""
    return _keys().decrypt(sealed.encode()).decode()


def _keys() -> MultiFernet:
    """Return the present key first; those of SECRET_KEY_FALLBACKS still open what is there."""
    return MultiFernet(
        Fernet(urlsafe_b64encode(salted_hmac(SALT, "", secret=secret, algorithm="sha256").digest()))
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )
