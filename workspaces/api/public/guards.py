"""Who may call an operation of the Public API, and how often: any live token, or one with a right.

The right is asked of the engine here and once more under the lock of whatever is written (XC4).
Calls are counted for each token, in windows of a minute; those that change who may do what are
counted for each operation apart.
"""

from collections.abc import Callable
from email.utils import formatdate
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.http import Http404, HttpRequest
from ninja.security import HttpBearer

from config.web.limits import MINUTE, Limit, Used, limited, use
from workspaces.api.bearer import TokenRequest, acting, enter
from workspaces.api.public.reading import parameters, require_known
from workspaces.catalogue import ADMINISTER, READ, ResourceType
from workspaces.change import Right
from workspaces.errors import Denied
from workspaces.models import Resource, Token, TokenKind

P = ParamSpec("P")
R = TypeVar("R")
CALLS = Limit("calls of a token", 200, MINUTE)
limited_as_change = limited(Limit("changes of access by a token", 60, MINUTE))


class ApiRequest(TokenRequest):
    """A request of a program; `actor` carries the right that let it in."""

    used: Used


class TokenAuth(HttpBearer):
    """A bearer token and nothing else: a cookie never counts (XH6)."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """Return the live token; one made for a directory is none here."""
        asking = enter(request, TokenKind.API)
        return asking.token if asking else None


def _count(request: ApiRequest, view: Callable[..., Any]) -> None:
    """Count a call by the limit that its view is marked with. Raises UsedUp."""
    whose, own = str(request.token.pk), getattr(view, "limits", None)
    request.used = use(own[0], f"{whose}:{view.__name__}") if own else use(CALLS, whose)


def told(used: Used) -> dict[str, str]:
    """Return the headers that say what is left."""
    return {
        "X-RateLimit-Consumed": str(used.consumed),
        "X-RateLimit-Remaining": str(max(0, used.limit - used.consumed)),
        "X-RateLimit-Reset": formatdate(used.ends, usegmt=True),
    }


V = TypeVar("V", bound=Callable[..., Any])


def owners_only(view: Callable[Concatenate[ApiRequest, P], R]) -> Callable[..., R]:
    """Open to tokens that hold ownership."""

    known = parameters(view)

    @wraps(view)
    def guarded(request: ApiRequest, *args: P.args, **kwargs: P.kwargs) -> R:
        if not request.access.check(ADMINISTER, request.workspace):
            raise Denied("XH4", "This token does not hold workspace ownership.")
        request.actor = acting(request, Right(request.token, ADMINISTER))
        _count(request, view)
        require_known(request.GET, known)
        return view(request, *args, **kwargs)

    guarded.needs = ADMINISTER  # type: ignore[attr-defined]
    return guarded


def any_token(why: str) -> Callable[[V], V]:
    """Open to every live token, for the reason given."""

    def decorate(view: V) -> V:
        known = parameters(view)

        @wraps(view)
        def guarded(request: ApiRequest, *args: Any, **kwargs: Any) -> Any:
            _count(request, view)
            require_known(request.GET, known)
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
    request.actor = acting(request, Right(request.token, action, resource))
    return resource


def one_of(rows: Any, ident: str) -> Any:
    """Return the row of a public id. Raises Http404 where there is none."""
    found = rows.filter(public_id=ident).first()
    if found is None:
        raise Http404
    return found
