"""Public ids: what addresses and APIs show instead of primary keys (XA6)."""

import secrets

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LENGTH = 22


def public_id() -> str:
    """Return 22 random base58 characters (128 bits); they cannot be guessed or counted."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
