"""Draws every page as the person who is signed in prefers it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models.user import User
from accounts.preferences import look_of, zone_of

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
