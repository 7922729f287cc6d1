"""The way past Django itself, for the few questions that programs ask all day (WSGI)."""

import io
import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.utils.module_loading import import_string

from config.web.headers import Standing
from config.web.middleware import address_in, answered, begun

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
# From what was sent and the client's address to what is answered in JSON; None, or anything
# raised, for what has no such answer.
Answer = Callable[[Environ, bytes, str], Any]

KEPT = 60  # seconds
FRONTS = 256  # names, with their ports, under which the site was asked


# By what a request says under which name, and how, it was asked.
ABOUT_FRONT = (
    "HTTP_HOST", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "SERVER_NAME", "SERVER_PORT",
    "wsgi.url_scheme",
)  # fmt: skip


class Straight:
    """The site, some of whose questions are answered before Django makes a request of them.

    This way goes only what is in order and has an answer: a POST without a query to one of the
    addresses, under a name of ours, by https where that is asked for. Everything else, also what
    fails on the way, goes on to Django as if nobody had looked: so refusals, redirects and errors
    are said in one place, and a connection to the database that had gone is made anew.
    """

    def __init__(self, application: Application) -> None:
        self.application = application
        self._answers: Mapping[str, Answer] = {}
        self._fronts: dict[tuple[str | None, ...], Headers | None] = {}
        self._standing = Standing()
        # A proxy of ours says in a header how it was asked.
        by_proxy: tuple[str, ...] | None = getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
        self._told_by = (*ABOUT_FRONT, *(by_proxy or ())[:1])

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self._answers:  # addresses are made when the first one comes
            self._answers = import_string(settings.STRAIGHT_ANSWERS)()
        answer = self._answers.get(environ.get("PATH_INFO", ""))
        headers = self._headers(environ) if answer and _is_plain(environ) else None
        if answer is None or headers is None:
            return self.application(environ, start_response)
        _let_go_of_old_connections()
        sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        ident = begun(environ)
        try:
            found = answer(environ, sent, address_in(environ))
        except Exception:  # noqa: BLE001 - whatever it is, Django meets it again and says so
            found = None
        if found is None:
            environ["wsgi.input"] = io.BytesIO(sent)
            return self.application(environ, start_response)
        content = json.dumps(found).encode()
        told = ("X-Request-ID", ident), ("Content-Length", str(len(content)))
        start_response("200 OK", [("Content-Type", "application/json"), *headers, *told])
        answered("POST", environ["PATH_INFO"], 200)
        return [content]

    def _headers(self, environ: Environ) -> Headers | None:
        """Return what answers under this name carry; None where it is none of ours, or Django
        would lead on to https."""
        front = tuple([environ.get(name) for name in self._told_by])
        if front not in self._fronts:
            if len(self._fronts) >= FRONTS:
                self._fronts.clear()
            self._fronts[front] = self._worked_out(WSGIRequest(environ))
        return self._fronts[front]

    def _worked_out(self, request: WSGIRequest) -> Headers | None:
        try:
            request.get_host()
        except DisallowedHost:
            return None
        return None if self._standing.elsewhere(request) else self._standing.headers(request)


def _let_go_of_old_connections() -> None:
    """Close what was kept too long, as Django does between requests, but without asking a
    connection first whether it lives: what fails is tried anew.

    One to SQLite, which Django closes after each request of its own, is kept from one answer to
    the next: everything that is read on this way is read to its end.
    """
    for database in connections.all(initialized_only=True):
        longer = KEPT if database.vendor == "sqlite" else 0
        ends = database.close_at
        if ends is not None and time.monotonic() >= ends + longer and not database.in_atomic_block:
            database.close()
        database.health_check_done = True  # type: ignore[attr-defined]


def _is_plain(environ: Environ) -> bool:
    """Whether nothing about a request asks for a closer look."""
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ["REQUEST_METHOD"] == "POST"
        and not environ.get("QUERY_STRING")
        and not environ.get("SCRIPT_NAME")
        and "HTTP_HX_CURRENT_URL" not in environ
        and length.isdecimal()
        and int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    )
