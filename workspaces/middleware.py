"""The session rule on every request (S2–S4), from the database's present state."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts import sessions
from accounts.models.sign_in import SignIn
from config.web.http import HtmxRequest
from workspaces.access.session_limits import limits_in, with_limits
from workspaces.errors import SecondFactorNeeded

GetResponse = Callable[[HttpRequest], HttpResponse]

# The page's script sets this on requests that follow a key or a pointer (S4).
BY_PERSON = "X-By-Person"


def session_rule(get_response: GetResponse) -> GetResponse:
    """End a session that is over, and note activity in one that lives; 1 statement to ask.

    Whoever is signed out meets the same doors as somebody who never signed in.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            _hold_to_rule(request)
        return get_response(request)

    return middleware


def _hold_to_rule(request: HttpRequest) -> None:
    key = request.session.get(sessions.IN_SESSION, "")
    rows = SignIn.objects.filter(key=key, user=request.user.pk).annotate(database_now=Now())
    sign_in = with_limits(rows, "user__").first()
    if sign_in is None:
        logout(request)
        return
    limits, now = limits_in(sign_in), sign_in.database_now
    if sessions.is_over(sign_in, limits, now):
        sessions.end([sign_in])
        logout(request)
        return
    sessions.note_age_of_proof(request, sign_in, now)
    if is_activity(request):
        sessions.note_activity(sign_in, limits, now)


def is_activity(request: HttpRequest) -> bool:
    """Whether a person started this request (S4).

    A navigation or a submit is; a request of the page's script only when it says that a
    key or a pointer came before; a prefetch never is.
    """
    if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return False
    if request.headers.get(BY_PERSON) == "1":
        return True
    fetched = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    return not fetched and "HX-Request" not in request.headers


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
