"""Who may call an operation of the Public API: any live token, or one with a right.

A token is found by its secret; the right is asked of the engine here and once more under
the lock of whatever is written (C4).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.http import Http404, HttpRequest
from ninja.security import HttpBearer

from workspaces.access.engine import Access
from workspaces.access.token_secrets import presented
from workspaces.api.bearer import TokenRequest, note_use
from workspaces.api.public.limits import Used, count
from workspaces.audit import Actor, Right
from workspaces.catalogue import ADMINISTER, READ, ResourceType
from workspaces.errors import Denied
from workspaces.models.resource import Resource
from workspaces.models.token import Token, TokenKind
from workspaces.models.workspace import Workspace

P = ParamSpec("P")
R = TypeVar("R")


class ApiRequest(TokenRequest):
    """A request of a token; `actor` carries the right that let it in."""

    actor: Actor
    workspace: Workspace
    used: Used


class TokenAuth(HttpBearer):
    """A bearer token and nothing else: a cookie never counts (H6)."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """Return the live token; one made for a directory is none here."""
        found = presented(token.strip(), request.META.get("REMOTE_ADDR"))
        if found is None or found.kind != TokenKind.API:
            return None
        asking = cast("ApiRequest", request)
        asking.token, asking.access = found, Access.of(found)
        asking.workspace = found.workspace
        asking.actor = actor_of(asking, None)
        note_use(found, request.META.get("REMOTE_ADDR"))
        return found


def actor_of(request: ApiRequest, right: Right | None) -> Actor:
    """Return the token as the actor of a change; the trail names it by name and id."""
    return Actor.program(
        request.token,
        right,
        address=request.META.get("REMOTE_ADDR"),
        request_id=getattr(request, "request_id", ""),
    )


V = TypeVar("V", bound=Callable[..., Any])


def owners_only(view: Callable[Concatenate[ApiRequest, P], R]) -> Callable[..., R]:
    """Open to tokens that hold ownership."""

    @wraps(view)
    def guarded(request: ApiRequest, *args: P.args, **kwargs: P.kwargs) -> R:
        if not request.access.check(ADMINISTER, request.workspace):
            raise Denied("H4", "This token does not hold workspace ownership.")
        request.actor = actor_of(request, Right(request.token, ADMINISTER))
        request.used = count(request.token, view.__name__)
        return view(request, *args, **kwargs)

    guarded.needs = ADMINISTER  # type: ignore[attr-defined]
    return guarded


def any_token(why: str) -> Callable[[V], V]:
    """Open to every live token, for the reason given."""

    def decorate(view: V) -> V:
        @wraps(view)
        def guarded(request: ApiRequest, *args: Any, **kwargs: Any) -> Any:
            request.used = count(request.token, view.__name__)
            return view(request, *args, **kwargs)

        guarded.needs = f"any token: {why}"  # type: ignore[attr-defined]
        return cast("V", guarded)

    return decorate


def resource_for(request: ApiRequest, action: str, type_: ResourceType, ident: str) -> Resource:
    """Return the resource of an id for a token that may do the action on it.

    Raises Http404 where it cannot be read, there or not (no oracle, R5), Denied where it
    can be read and no more. The request's actor then carries the right.
    """
    rows = request.workspace.resources.of_type(type_).select_related("source")
    resource = rows.filter(public_id=ident).first()
    if resource is None or not request.access.check(READ, resource):
        raise Http404
    resource.workspace = request.workspace
    if action != READ and not request.access.check(action, resource):
        raise Denied("R9", f"This token may not {action} this {type_.replace('_', ' ')}.")
    request.actor = actor_of(request, Right(request.token, action, resource))
    return resource


def one_of(rows: Any, ident: str) -> Any:
    """Return the row of a public id. Raises Http404 where there is none."""
    found = rows.filter(public_id=ident).first()
    if found is None:
        raise Http404
    return found
