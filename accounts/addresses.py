"""The one normaliser for e-mail addresses (semantics §6)."""


def normalise(address: str) -> str:
    return address.strip().lower()
