"""The secrets in the links of invites: long, and kept as a hash alone (XE10)."""

import hashlib
import hmac
import secrets

from django.conf import settings

SECRET_BYTES = 32  # 256 random bits (XE10 asks for 128)


def link_hash(secret: str) -> str:
    """Return what is stored of a link: HMAC-SHA-256 (hex) under a key outside the database."""
    key = hashlib.sha256(b"invite links" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()


def new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)
