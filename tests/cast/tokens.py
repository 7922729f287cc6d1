"""Tokens by their secrets."""

from workspaces.operations.tokens.secrets import presented


def token_of(secret, address=None):
    """Return the live token that opens something with this secret, None where nothing is."""
    bearer = presented(secret, address)
    return bearer and bearer.token
