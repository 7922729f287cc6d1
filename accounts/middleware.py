"""Draws pages as the person prefers them, and lets a browser be known again."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.operations.preferences import look_of, zone_of

KNOWN_FOR = timedelta(days=400)  # as long as browsers keep a cookie
GetResponse = Callable[[HttpRequest], HttpResponse]


def preferences(get_response: GetResponse) -> GetResponse:
    """Set theme, density and keys on the request, and the time zone for this answer.

    Whoever has no session costs no statement.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        user = request.user if has_session else None
        if not isinstance(user, User) or not user.is_authenticated:
            return get_response(request)
        request.look = look_of(user)  # type: ignore[attr-defined]
        with timezone.override(zone_of(user)):
            return get_response(request)

    return middleware


def known_browser(get_response: GetResponse) -> GetResponse:
    """Let a browser that signed in for the first time carry what it is known by again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        named: str | None = getattr(request, "new_browser", None)
        if named is not None:
            response.set_cookie(
                settings.DEVICE_COOKIE_NAME,
                named,
                max_age=KNOWN_FOR,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware
