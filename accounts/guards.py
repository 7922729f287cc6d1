"""The doors that ask for no workspace: open to everybody, or to whoever is signed in.

A guard stands on the line above the view and leaves a mark on it that the sweep of all
doors reads; `workspaces.guards` builds on these.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import resolve, reverse

from accounts import sessions
from accounts.kept import drop, keep
from accounts.models import User
from config.web.http import HtmxRequest, sign_in_first

SAFE = ("GET", "HEAD")


class UserRequest(HtmxRequest):
    """A request whose user is signed in; the session rule has let it pass."""

    user: User
    sign_in_state: sessions.State


UserView = Callable[Concatenate[UserRequest, ...], HttpResponseBase]
Guarded = Callable[..., HttpResponseBase]
V = TypeVar("V", bound=Guarded)


def public(why: str, *, methods: tuple[str, ...] = SAFE) -> Callable[[Guarded], Guarded]:
    """Open to everybody, for the reason given."""

    def decorate(view: Guarded) -> Guarded:
        @wraps(view)
        def guarded(request: HtmxRequest, **kwargs: Any) -> HttpResponseBase:
            return wrong_method(request, methods) or view(request, **kwargs)

        return marked(guarded, f"public: {why}", methods)

    return decorate


def signed_in(
    why: str, *, methods: tuple[str, ...] = SAFE, asks_reach: bool = False
) -> Callable[[UserView], Guarded]:
    """Open to whoever is signed in by own credentials, for the reason given.

    A session that somebody else vouches for is turned away before the view is called, unless
    the view `asks_reach`: then it keeps within what the session reaches by itself (P2).
    """

    def decorate(view: UserView) -> Guarded:
        @wraps(view)
        def guarded(request: HtmxRequest, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            return wrong_method(request, methods) or view(cast("UserRequest", request), **kwargs)

        guarded.asks_reach = asks_reach  # type: ignore[attr-defined]
        return marked(guarded, f"signed in: {why}", methods)

    return decorate


def wrong_method(request: HtmxRequest, methods: tuple[str, ...]) -> HttpResponse | None:
    """Answer 405 after the guard, so that a method tells nothing a page would not (XB12)."""
    if request.method in methods:
        return None
    answer = render(request, "errors/405.html", {"request_id": ""}, status=405)
    answer.headers["Allow"] = HttpResponseNotAllowed(methods).headers["Allow"]
    return answer


def marked(view: Guarded, needed: str, methods: tuple[str, ...]) -> Guarded:
    """Leave on the view what the sweep of all doors reads (tests/test_doors.py)."""
    view.needs, view.methods = needed, methods  # type: ignore[attr-defined]
    return view


def freshly_proved(view: V) -> V:
    """Let whoever proved lately who they are act here; others do so first, and it is done (S8).

    Looking asks for nothing: a page that shows a secret or acts when it is looked at stands
    behind `freshly_seen`. It stands between the view and the guard that says who may come at
    all, and leaves a mark of its own for the sweep.
    """
    return _proved(view, "act")


def freshly_seen(view: V) -> V:
    """Ask for the proof before anything is shown, where the look itself gives something away."""
    return _proved(view, "look")


def _proved(view: V, asked: str) -> V:
    @wraps(view)
    def guarded(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        looks = request.method in SAFE and asked == "act"
        if request.user.is_authenticated and not looks and not sessions.is_freshly_proved(request):
            return prove_first(request)
        return view(request, *args, **kwargs)

    guarded.freshly_proved = asked  # type: ignore[attr-defined]
    return cast("V", guarded)


def prove_first(request: HttpRequest) -> HttpResponse:
    """Ask for a proof of identity, and go on here afterwards (S8).

    What was posted is kept in the session, and done once the proof is there; an earlier
    form that nobody went on with is dropped. What a view calls sensitive is not kept: it has
    to be typed again. htmx cannot follow a redirect out of a fragment: it gets 401 and
    `HX-Redirect`.
    """
    drop(request)
    way = way_to_prove(request)
    back = request.get_full_path()
    if request.method == "POST":
        sent: Any = request.POST.copy()
        for name in getattr(request, "sensitive_post_parameters", ()):
            sent.pop(name, None)
        request.POST = sent
        back = _back_from(request)
        keep(request, back)
    url = f"{way}?{urlencode({REDIRECT_FIELD_NAME: back})}"
    if "HX-Request" in request.headers:
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    if request.method == "POST" and hasattr(request, "proves_at"):
        # Browsers let no form lead to another site, not by redirects either (`form-action`).
        return render(request, "accounts/prove_elsewhere.html", {"url": url})
    return redirect(url)


def _back_from(request: HttpRequest) -> str:
    """Return the page of the form that was sent, or where one came from if there is none (XI4)."""
    if "GET" in getattr(resolve(request.path_info).func, "methods", SAFE):
        return request.path
    came = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    page = f"{came.path}?{came.query}" if came.query else came.path
    ours = came.netloc == request.get_host() and get_adapter().is_safe_url(page)
    return page if ours and page.startswith("/") else reverse("home")


def way_to_prove(request: HttpRequest) -> str:
    """Return where one proves who one is: by password, by second factor, or by a new link; or
    with whoever vouches for the session, where nothing of one's own opened it.
    """
    if proves_at := getattr(request, "proves_at", ""):
        return str(proves_at)
    methods = get_adapter().get_reauthentication_methods(request.user)
    return str(methods[0]["url"]) if methods else reverse("account_prove")
