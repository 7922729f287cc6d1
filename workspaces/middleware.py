"""The session rule on every request (S2–S4), from the database's present state."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode

from accounts import sessions
from accounts.backends import already_read
from config.web.http import HtmxRequest
from workspaces.errors import Conflict, OwnCredentialsNeeded, ProviderNeeded, SecondFactorNeeded
from workspaces.operations.sign_in.session_limits import limits_in, sign_in_of
from workspaces.operations.sso.reach import reach_in, reach_of

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
    request.reach = reach = reach_in(sign_in, limits)  # type: ignore[attr-defined]
    if not reach.own and reach.connection:  # only the provider can say again who it is (P9)
        request.proves_at = reverse("sso_prove", args=[reach.connection])  # type: ignore[attr-defined]
    if not reach.own and not reach.slug:  # what opened it is gone, or its word has run out
        sessions.end([sign_in])
        logout(request)
        request.session_ended = "ended"  # type: ignore[attr-defined]
        return
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


# Pages by which one signs in, also with a session that a connection opened, or leaves it.
SIGNING_IN = frozenset(
    {"account_login", "account_logout", "account_inactive", "mfa_authenticate",
     "mfa_login_webauthn", "account_email_verification_sent"}
)  # fmt: skip


def entry_rule(get_response: GetResponse) -> GetResponse:
    """Keep a session within its reach (P2), and lead whoever was stopped to what is missing.

    Whatever is no door of a workspace is closed to a session that a connection opened, unless
    it is open to everybody or says that it is not: a new page is closed until it does.
    htmx cannot follow a redirect out of a fragment: it gets 403 and `HX-Redirect`.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(
        request: HtmxRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if reach_of(request).own or not request.user.is_authenticated:
            return None
        found = request.resolver_match
        if found is None or found.view_name in SIGNING_IN or _is_open_anyway(request, view):
            return None
        return _own_credentials_first(request)

    def process_exception(request: HtmxRequest, exception: Exception) -> HttpResponse | None:
        match exception:
            case SecondFactorNeeded():
                return _lead(request, reverse("workspaces:second_factor", args=[exception.slug]))
            case ProviderNeeded():
                return _lead(request, reverse("workspaces:sso_entry", args=[exception.slug]))
            case OwnCredentialsNeeded():
                return _own_credentials_first(request)
            case Conflict():  # by a door of a library, such as the one that takes factors off
                return _clash(request, exception)
        return None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def _clash(request: HttpRequest, conflict: Conflict) -> HttpResponse:
    context = {
        "sentence": conflict.messages[0],
        "request_id": getattr(request, "request_id", ""),
    }
    return render(request, "errors/clash.html", context, status=HTTPStatus.CONFLICT)


def _is_open_anyway(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Whether a door asks the reach itself, or lets everybody in, or asks no session at all."""
    if any(request.path.startswith(start) for start in settings.ERROR_SHAPES):
        return True  # doors of programs, who come by tokens
    if getattr(view, "asks_reach", False):
        return True
    return str(getattr(view, "needs", "")).startswith("public:")


def _lead(request: HtmxRequest, page: str) -> HttpResponse:
    there = f"{page}?{urlencode({'next': _page_of(request)})}"
    if request.htmx:
        return HttpResponse(status=403, headers={"HX-Redirect": there})
    return redirect(there)


def _own_credentials_first(request: HtmxRequest) -> HttpResponse:
    """Answer 403 with the way to sign in oneself; it names nothing of what lies behind (P2)."""
    answer = render(request, "errors/own_credentials.html", {"back": _page_of(request)}, status=403)
    if request.htmx:
        answer.headers["HX-Retarget"] = "body"
        answer.headers["HX-Reswap"] = "innerHTML"
    return answer


def _page_of(request: HtmxRequest) -> str:
    """Return the page one is at, to come back to; empty where a form was sent."""
    if request.htmx:
        return request.htmx.current_url_abs_path or ""
    return request.get_full_path() if request.method in ("GET", "HEAD") else ""
