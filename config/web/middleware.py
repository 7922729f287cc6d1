"""Web manners that hold for every answer, whatever app gives it."""

import re
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from config.web import errors
from config.web.limits import Limit, Overdrawn, spend
from config.web.values.network import normal_address

GetResponse = Callable[[HttpRequest], HttpResponse]

SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
FAULTY = 400
REFUSED = frozenset({400, 403, 404, 405, 409, 410, 413, 422, 429})
MISSES = Limit("things that are not there", 100, timedelta(minutes=10))
log = structlog.get_logger("gatehouse.request")
security = structlog.get_logger("gatehouse.security")


def request_id(get_response: GetResponse) -> GetResponse:
    """Give each request an id, kept from the caller only when it is harmless (XH10)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        ident = begun(request.META)
        request.request_id = ident  # type: ignore[attr-defined]
        response = get_response(request)
        response.headers["X-Request-ID"] = ident
        answered(request.method, request.path, response.status_code)
        return response

    return middleware


def begun(environ: dict[str, Any]) -> str:
    """Begin the log lines of a request; return its id."""
    offered = environ.get("HTTP_X_REQUEST_ID", "")
    ident = offered if SAFE_REQUEST_ID.fullmatch(offered) else uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=ident)
    return ident


def answered(method: str | None, path: str, status: int) -> None:
    """Write the line that every request has."""
    log.info("request", method=method, path=path, status=status)


def client_address(get_response: GetResponse) -> GetResponse:
    """Let `REMOTE_ADDR` be the client's address, also behind proxies of ours (XG3).

    Whoever reads it further in reads its one form (`normal_address`).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = address_in(request.META)
        return get_response(request)

    return middleware


def address_in(environ: dict[str, Any]) -> str:
    """Return the client's address.

    Each proxy adds the address it saw to `X-Forwarded-For`: what the outermost of ours
    added counts, whatever the client wrote before it. Without a proxy nothing of it does.
    """
    hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    seen = ""
    if 0 < settings.TRUSTED_PROXIES <= len(hops):
        seen = normal_address(hops[-settings.TRUSTED_PROXIES])
    return seen or normal_address(environ.get("REMOTE_ADDR", ""))


def known_host(get_response: GetResponse) -> GetResponse:
    """Answer only under the site's own names, which Django asks along with much else.

    Raises DisallowedHost.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.get_host()
        return get_response(request)

    return middleware


def refusals(get_response: GetResponse) -> GetResponse:
    """Write a line to the security log for each refusal: who tried what (A1).

    Whoever meets very many things that are not there is told to wait instead (XA6).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user = getattr(request, "user", None)  # programs have none
        if response.status_code == HTTPStatus.NOT_FOUND and user and user.is_authenticated:
            response = _guessed(request) or response
        if response.status_code in REFUSED:
            security.warning(
                "refused",
                user=user.pk if user else None,
                token=str(getattr(request, "token", "")),
                address=request.META.get("REMOTE_ADDR"),
                method=request.method,
                path=request.path,
                status=response.status_code,
            )
        return response

    return middleware


def _guessed(request: HttpRequest) -> HttpResponse | None:
    """Count a thing that was not there; answer 429 when it is one too many."""
    try:
        spend((MISSES, str(request.user.pk)))
    except Overdrawn as error:
        return errors.too_often(request, wait=error.wait)
    return None


def shaped_errors(get_response: GetResponse) -> GetResponse:
    """Give programs the error of their interface where Django or a library wrote a page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code < FAULTY or "json" in response.headers.get("Content-Type", ""):
            return response
        shaped = errors.shape_of(request, response.status_code)
        if shaped is None:
            return response
        for name in {"Allow", "Retry-After"} & set(response.headers):
            shaped.headers[name] = response.headers[name]
        return shaped

    return middleware


def private_answers(get_response: GetResponse) -> GetResponse:
    """Keep answers out of shared and back-button caches (XI6); assets never come here."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ("Cookie", "HX-Request", "HX-Target"))
        return response

    return middleware
