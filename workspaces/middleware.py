"""The session rule on every request (S2–S4), from the database's present state."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode

from accounts import sessions
from accounts.backends import already_read
from config.web.http import HtmxRequest
from workspaces.errors import SecondFactorNeeded
from workspaces.operations.sign_in.session_limits import limits_in, sign_in_of

GetResponse = Callable[[HttpRequest], HttpResponse]

# The page's script sets this on requests that follow a key or a pointer (S4).
BY_PERSON = "X-By-Person"
# What is left of the session, in answers to the page's script: a page may stay open long.
STATE = "X-Session"
# Where a page asks how long the session lasts; asking never makes it last longer.
PASSIVE = reverse_lazy("session_left")


def session_rule(get_response: GetResponse) -> GetResponse:
    """End a session that is over, and note activity in one that lives; 1 statement to ask.

    Whoever is signed out meets the same doors as somebody who never signed in. The one
    statement brings the user along, who would be another on every request.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        sign_in = sign_in_of(request)
        with already_read(sign_in.user if sign_in else None):
            signed_in = request.user.is_authenticated
        if signed_in:
            _hold_to_rule(request, sign_in)
        response = get_response(request)
        state = getattr(request, "sign_in_state", None)
        if state and request.user.is_authenticated and _is_fetched(request):
            response.headers[STATE] = json.dumps(state)
        return response

    return middleware


def _hold_to_rule(request: HttpRequest, sign_in: Any) -> None:
    if sign_in is None:
        logout(request)
        request.session_ended = "ended"  # type: ignore[attr-defined]
        return
    limits, now = limits_in(sign_in), sign_in.database_now
    request.limits = limits  # type: ignore[attr-defined]
    if sessions.is_over(sign_in, limits, now):
        sessions.end([sign_in])
        logout(request)
        request.session_ended = sessions.why_over(sign_in, limits, now)  # type: ignore[attr-defined]
        return
    sessions.note_age_of_proof(request, sign_in, now)
    if is_activity(request):
        sessions.note_activity(sign_in, limits, now)
    request.sign_in_state = sessions.state_of(sign_in, limits, now)  # type: ignore[attr-defined]


def is_activity(request: HttpRequest) -> bool:
    """Whether a person started this request (S4).

    A navigation or a submit is; a request of the page's script only when it says that a
    key or a pointer came before; a prefetch never is.
    """
    if request.path == str(PASSIVE):
        return False
    if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return False
    if request.headers.get(BY_PERSON) == "1":
        return True
    return not _is_fetched(request)


def _is_fetched(request: HttpRequest) -> bool:
    """Whether the page's script asks, and not the browser itself to show a page."""
    fetched = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    return fetched or "HX-Request" in request.headers


def second_factor_first(get_response: GetResponse) -> GetResponse:
    """Lead whoever was stopped for want of a second factor to the page that says so.

    htmx cannot follow a redirect out of a fragment: it gets 403 and `HX-Redirect`.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HtmxRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, SecondFactorNeeded):
            return None
        there = reverse("workspaces:second_factor", args=[exception.slug])
        there = f"{there}?{urlencode({'next': _page_of(request)})}"
        if request.htmx:
            return HttpResponse(status=403, headers={"HX-Redirect": there})
        return redirect(there)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def _page_of(request: HtmxRequest) -> str:
    """Return the page one is at, to come back to; empty where a form was sent."""
    if request.htmx:
        return request.htmx.current_url_abs_path or ""
    return request.get_full_path() if request.method in ("GET", "HEAD") else ""
