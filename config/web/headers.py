"""The headers that all answers of programs carry alike, worked out once."""

from collections.abc import Callable
from typing import cast

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware

from config.web.middleware import private_answers

GetResponse = Callable[[HttpRequest], HttpResponse]


def standing_headers(get_response: GetResponse) -> GetResponse:
    """Write what the middlewares for people write on an answer that says nothing of its own.

    It is those that say it, asked once for each scheme: no policy differs from one answer of a
    program to the next; its length alone does. Requests that should have come by https are sent
    there, as everywhere.
    """
    security = SecurityMiddleware(lambda _: HttpResponse())
    framed = XFrameOptionsMiddleware(private_answers(cast("GetResponse", security)))
    all_of_them = CSPMiddleware(cast("GetResponse", framed))
    written: dict[str | None, list[tuple[str, str]]] = {}

    def headers(request: HttpRequest) -> list[tuple[str, str]]:
        if request.scheme not in written:
            blank = cast("HttpResponse", all_of_them(request))
            del blank.headers["Content-Type"]
            written[request.scheme] = list(blank.headers.items())
        return written[request.scheme]

    def middleware(request: HttpRequest) -> HttpResponse:
        response = security.process_request(request) or get_response(request)
        for name, value in headers(request):
            response.headers[name] = value
        if not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))
        return response

    return middleware
