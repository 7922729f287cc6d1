"""The token a program comes with: `Authorization: Bearer …` and nothing else (H5, H6).

A cookie never counts here, and a header that fails is not helped by one.
"""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from workspaces.access.engine import Access
from workspaces.access.token_secrets import presented
from workspaces.models.token import Token, TokenKind

SCHEME = "bearer"
NOTED_EVERY = timedelta(minutes=1)  # last use is kept to the minute: no write per request


class TokenRequest(HttpRequest):
    """A request that came with a good token; the guard has proved it."""

    token: Token
    access: Access


def token_of(request: HttpRequest, kind: TokenKind = TokenKind.API) -> Token | None:
    """Return the live token of the request, with its open workspace; 1 statement.

    Tokens for programs and those for directories are no good at each other's doors.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME:
        return None
    found = presented(secret.strip(), request.META.get("REMOTE_ADDR"))
    return found if found is not None and found.kind == kind else None


def note_use(token: Token, address: str | None) -> None:
    """Keep when and from where the token was last used, to the minute."""
    now = timezone.now()
    fresh = token.last_used_at is not None and now - token.last_used_at < NOTED_EVERY
    if not fresh or token.last_used_from != address:
        Token.objects.filter(pk=token.pk).update(last_used_at=now, last_used_from=address)
