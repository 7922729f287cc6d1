"""The doors that ask for no workspace: open to everybody, or to whoever is signed in.

A guard stands on the line above the view and leaves a mark on it that the sweep of all
doors reads; `workspaces.guards` builds on these.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.http import HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.models.user import User
from accounts.sessions import State
from config.web.http import HtmxRequest, sign_in_first

SAFE = ("GET", "HEAD")


class UserRequest(HtmxRequest):
    """A request whose user is signed in; the session rule has let it pass."""

    user: User
    sign_in_state: State


UserView = Callable[Concatenate[UserRequest, ...], HttpResponseBase]
Guarded = Callable[..., HttpResponseBase]


def public(why: str, *, methods: tuple[str, ...] = SAFE) -> Callable[[Guarded], Guarded]:
    """Open to everybody, for the reason given."""

    def decorate(view: Guarded) -> Guarded:
        @wraps(view)
        def guarded(request: HtmxRequest, **kwargs: Any) -> HttpResponseBase:
            return wrong_method(request, methods) or view(request, **kwargs)

        return marked(guarded, f"public: {why}", methods)

    return decorate


def signed_in(why: str, *, methods: tuple[str, ...] = SAFE) -> Callable[[UserView], Guarded]:
    """Open to whoever is signed in, for the reason given."""

    def decorate(view: UserView) -> Guarded:
        @wraps(view)
        def guarded(request: HtmxRequest, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            return wrong_method(request, methods) or view(cast("UserRequest", request), **kwargs)

        return marked(guarded, f"signed in: {why}", methods)

    return decorate


def wrong_method(request: HtmxRequest, methods: tuple[str, ...]) -> HttpResponse | None:
    """Answer 405 after the guard, so that a method tells nothing a page would not (B12)."""
    if request.method in methods:
        return None
    answer = render(request, "errors/405.html", {"request_id": ""}, status=405)
    answer.headers["Allow"] = HttpResponseNotAllowed(methods).headers["Allow"]
    return answer


def marked(view: Guarded, needed: str, methods: tuple[str, ...]) -> Guarded:
    """Leave on the view what the sweep of all doors reads (tests/test_doors.py)."""
    view.needs, view.methods = needed, methods  # type: ignore[attr-defined]
    return view
