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
from workspaces.operations.tokens.secrets import Bearer, presented

SCHEME = "bearer"
NOTED_EVERY = timedelta(minutes=1)  # last use is kept to the minute: no write per request


class TokenRequest(HttpRequest):
    """A request that came with a good token, which picks the workspace; the door proved it.

    Programs have an `access`, directories none: their token is their right.
    """

    bearer: Bearer
    token: Token
    workspace: Workspace
    access: Access
    actor: Actor


def enter(request: HttpRequest, kind: TokenKind) -> TokenRequest | None:
    """Let the bearer of a live token of this kind in, and note its use; None for all others."""
    address = request.META.get("REMOTE_ADDR")
    bearer = bearer_in(request.META.get("HTTP_AUTHORIZATION", ""), kind, address)
    if bearer is None:
        return None
    asking = cast("TokenRequest", request)
    asking.bearer, asking.token, asking.workspace = bearer, bearer.token, bearer.workspace
    if kind == TokenKind.SCIM:
        asking.actor = Actor.directory(asking.token, **_whence(request))
    else:
        asking.access = Access(bearer.policy)
        asking.actor = acting(asking, None)
    return asking


def bearer_in(authorization: str, kind: TokenKind, address: str | None) -> Bearer | None:
    """Return the bearer of a live token of this kind, whose use is noted; None for all others.

    Tokens for programs and those for directories are no good at each other's doors. 1 statement,
    once a minute another that notes the use.
    """
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != SCHEME:
        return None
    bearer = presented(secret.strip(), address)
    if bearer is None or bearer.says("kind") != kind:
        return None
    _note_use(bearer, address)
    return bearer


def acting(request: TokenRequest, right: Right | None) -> Actor:
    """Return the program as the actor of a change; the trail names it by name and id."""
    return Actor.program(request.token, right, **_whence(request))


def _whence(request: HttpRequest) -> dict[str, Any]:
    return {
        "address": request.META.get("REMOTE_ADDR"),
        "request_id": getattr(request, "request_id", ""),
    }


def _note_use(bearer: Bearer, address: str | None) -> None:
    """Keep when and from where the token was last used, to the minute."""
    now, last = timezone.now(), bearer.says("last_used_at")
    fresh = last is not None and now - last < NOTED_EVERY
    if not fresh or bearer.says("last_used_from") != address:
        Token.objects.filter(pk=bearer.says("id")).update(last_used_at=now, last_used_from=address)
