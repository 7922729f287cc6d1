"""The door of programs: `Authorization: Bearer …` and nothing else (XH5, XH6).

A cookie never counts here, and a header that fails is not helped by one. What the door says
to whoever has no good token is the interface's own.
"""

from datetime import timedelta
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from workspaces.access.engine import Access
from workspaces.change import Actor, Right
from workspaces.models import Token, TokenKind, Workspace
from workspaces.operations.tokens.secrets import presented

SCHEME = "bearer"
NOTED_EVERY = timedelta(minutes=1)  # last use is kept to the minute: no write per request


class TokenRequest(HttpRequest):
    """A request that came with a good token, which picks the workspace; the door proved it.

    Programs have an `access`, directories none: their token is their right. `maps_names` says
    whether the workspace has words of its own for the decision API.
    """

    token: Token
    workspace: Workspace
    access: Access
    maps_names: bool
    actor: Actor


def enter(request: HttpRequest, kind: TokenKind) -> TokenRequest | None:
    """Let the bearer of a live token of this kind in, and note its use; None for all others.

    Tokens for programs and those for directories are no good at each other's doors. 1 statement,
    once a minute another that notes the use.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME:
        return None
    bearer = presented(secret.strip(), request.META.get("REMOTE_ADDR"))
    if bearer is None or bearer.token.kind != kind:
        return None
    asking, token = cast("TokenRequest", request), bearer.token
    asking.token, asking.workspace = token, token.workspace
    if kind == TokenKind.SCIM:
        asking.actor = Actor.directory(token, **_whence(request))
    else:
        asking.access, asking.maps_names = Access(bearer.policy), bearer.maps_names
        asking.actor = acting(asking, None)
    _note_use(token, request.META.get("REMOTE_ADDR"))
    return asking


def acting(request: TokenRequest, right: Right | None) -> Actor:
    """Return the program as the actor of a change; the trail names it by name and id."""
    return Actor.program(request.token, right, **_whence(request))


def _whence(request: HttpRequest) -> dict[str, Any]:
    return {
        "address": request.META.get("REMOTE_ADDR"),
        "request_id": getattr(request, "request_id", ""),
    }


def _note_use(token: Token, address: str | None) -> None:
    """Keep when and from where the token was last used, to the minute."""
    now = timezone.now()
    fresh = token.last_used_at is not None and now - token.last_used_at < NOTED_EVERY
    if not fresh or token.last_used_from != address:
        Token.objects.filter(pk=token.pk).update(last_used_at=now, last_used_from=address)
