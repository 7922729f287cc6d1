"""Public ids: what addresses and APIs show instead of primary keys (XA6)."""

import secrets

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LENGTH = 22


def may_be_id(text: str) -> bool:
    """Whether a text has the form of a public id, be there such a row or not."""
    return len(text) == LENGTH and set(text) <= set(ALPHABET)


def public_id() -> str:
    """Return 22 random base58 characters (128 bits); they cannot be guessed or counted."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
