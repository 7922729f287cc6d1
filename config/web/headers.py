"""The headers that all answers of programs carry alike, worked out once."""

from collections.abc import Callable
from typing import cast

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from config.web.middleware import private_answers

GetResponse = Callable[[HttpRequest], HttpResponse]


class Standing:
    """What the middlewares for people write on an answer that says nothing of its own.

    It is those that say it, asked once for each scheme: no policy differs from one answer of a
    program to the next.
    """

    def __init__(self) -> None:
        self._security = SecurityMiddleware(lambda _: HttpResponse())
        framed = XFrameOptionsMiddleware(private_answers(cast("GetResponse", self._security)))
        self._all = CSPMiddleware(cast("GetResponse", framed))
        self._written: dict[str | None, list[tuple[str, str]]] = {}

    def elsewhere(self, request: HttpRequest) -> HttpResponseBase | None:
        """Return the way to https for what should have come by it."""
        return self._security.process_request(request)

    def headers(self, request: HttpRequest) -> list[tuple[str, str]]:
        if request.scheme not in self._written:
            blank = cast("HttpResponse", self._all(request))
            del blank.headers["Content-Type"]
            self._written[request.scheme] = list(blank.headers.items())
        return self._written[request.scheme]


def standing_headers(get_response: GetResponse) -> GetResponse:
    """Write what every answer carries, and how long it is; lead to https as everywhere."""
    standing = Standing()

    def middleware(request: HttpRequest) -> HttpResponse:
        response = cast("HttpResponse", standing.elsewhere(request) or get_response(request))
        for name, value in standing.headers(request):
            response.headers[name] = value
        if not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))
        return response

    return middleware
