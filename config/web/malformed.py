"""What of a request cannot be read, found once and before anything else reads it (XH8, XJ1, N4).

Django looks at these lazily: a charset that is no text encoding, or an address that cannot be
split, would fail wherever it is first asked for, at worst while the error page is drawn.
"""

import codecs
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.http import parse_header_parameters
from django_htmx.middleware import HtmxDetails

from config.web import errors

UNREADABLE = "application/octet-stream; charset=unreadable"
WAYS_ON = ("next",)  # names of parameters that hold an address to go on to
security = structlog.get_logger("gatehouse.security")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def readable_content_type(application: Application) -> Application:
    """Let a `Content-Type` that cannot be read reach Django as one it is sure to refuse.

    Django parses it, and decodes the address by it, while it makes the request, outside every
    middleware: what goes wrong there is answered by the server, without a header of ours.
    """

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            _, params = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
            readable = _is_utf_8(params)
        except (LookupError, ValueError):
            readable = False
        if not readable:
            environ["CONTENT_TYPE"] = UNREADABLE
        return application(environ, start_response)

    return wrapped


def refuse_malformed(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 400 to what cannot be read and 413 to what is too much, and log what it was."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            fault = fault_of(request)
        except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
            return _refused(request, "too much", errors.too_large)
        except (MultiPartParserError, UnreadablePostError):
            fault = "form"
        return _refused(request, fault, errors.bad_request) if fault else get_response(request)

    return middleware


def fault_of(request: HttpRequest) -> str:
    """Return what of a request cannot be read, "" when all of it can.

    Reads the form of a POST. Raises what Django raises for a form that is too large or broken.
    """
    if not _is_utf_8(request.content_params or {}):
        return "charset"
    request.encoding = "utf-8"  # Django reads forms under this one of its names alone
    if not (request.META.get("CONTENT_LENGTH") or "0").isdecimal():
        return "length"
    if "HTTP_HX_CURRENT_URL" in request.META:
        current = HtmxDetails(request).current_url
        if current is not None and not _can_be_split(current):
            return "HX-Current-URL"
    if "\0" in request.path:
        return "path"
    return _fault_among(request.GET) or _fault_among(request.POST)


def _is_utf_8(params: dict[str, str]) -> bool:
    """Whether text comes in the one encoding that is read; ASCII is a part of it."""
    try:
        return codecs.lookup(params.get("charset", "utf-8")).name in {"utf-8", "ascii"}
    except (LookupError, ValueError):
        return False


def _can_be_split(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def _fault_among(fields: QueryDict) -> str:
    """Return the field that holds a NUL, which no database stores, or a way to nowhere."""
    for name, values in fields.lists():
        if "\0" in name or any("\0" in value for value in values):
            return "NUL"
        if name in WAYS_ON and not all(map(_can_be_split, values)):
            return name
    return ""


def _refused(
    request: HttpRequest, what: str, answer: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    response = answer(request)
    security.warning(
        "malformed",
        what=what,
        address=request.META.get("REMOTE_ADDR"),
        method=request.method,
        status=response.status_code,
    )
    return response
