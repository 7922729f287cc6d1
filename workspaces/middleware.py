"""The session rule on every request (S2–S4), from the database's present state."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse

from accounts import sessions
from accounts.models.sign_in import SignIn
from workspaces.access.session_limits import limits_in, with_limits

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
    request.limits = limits  # type: ignore[attr-defined]
    if sessions.is_over(sign_in, limits, now):
        logout(request)  # the receiver of its signal ends the sign-in
    elif is_activity(request):
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
