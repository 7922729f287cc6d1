"""Which way a request takes: past all middlewares where a person may be asking, past few of them
below the addresses of programs, and straight to the view where decisions are asked for.

Programs come with a token and nothing else: what reads cookies, keeps sessions, serves assets or
leads people to a page does nothing for them, and costs more than a decision. The settings name
both lists of middlewares, and what of the site's addresses belongs to programs (`ERROR_SHAPES`).
"""

from collections.abc import Callable, Iterable
from typing import Any, cast

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_started
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, get_resolver, reverse
from django.utils.module_loading import import_string

GetResponse = Callable[[HttpRequest], HttpResponse]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def past_few(inner: GetResponse) -> GetResponse:
    """Put the middlewares of programs around what answers, the first of them outermost.

    They wrap and no more: none of them looks at views, or at what these raise.
    """
    chain: Any = convert_exception_to_response(inner)
    for name in reversed(settings.PROGRAMS_MIDDLEWARE):
        chain = convert_exception_to_response(import_string(name)(chain))
    return cast("GetResponse", chain)


class Programs(BaseHandler):
    """Answers requests of programs, by the same addresses and views as all others."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's
        self._view_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._middleware_chain = past_few(self._get_response)  # type: ignore[attr-defined]


def by_door(get_response: GetResponse) -> GetResponse:
    """Let what comes for an interface of programs past few middlewares."""
    programs, interfaces = Programs(), tuple(settings.ERROR_SHAPES)
    programs.load_middleware()

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(interfaces):
            return cast("HttpResponse", programs.get_response(request))
        return get_response(request)

    return middleware


class Straight:
    """The site, whose most frequent question is answered before Django looks for a view (WSGI).

    Between the request and the views of one URL namespace nothing stands but the middlewares of
    programs: their addresses have no arguments, so they are looked up, not matched. Nothing is left
    open that Django would close when an answer has gone out.
    """

    def __init__(self, application: Application, namespace: str) -> None:
        self.application = application
        self.namespace = namespace
        self.answering: dict[str, GetResponse] = {}

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if not self.answering:
            self.answering = self._views()
        answer = self.answering.get(environ["PATH_INFO"])
        if answer is None or environ.get("SCRIPT_NAME"):
            return self.application(environ, start_response)
        request_started.send(sender=Straight, environ=environ)
        response = answer(WSGIRequest(environ))
        status = f"{response.status_code} {response.reason_phrase}"
        start_response(status, list(response.items()))
        return [response.content]

    def _views(self) -> dict[str, GetResponse]:
        _, resolver = get_resolver().namespace_dict[self.namespace]
        return {
            reverse(f"{self.namespace}:{pattern.name}"): past_few(once_more(pattern.callback))
            for pattern in cast("list[URLPattern]", resolver.url_patterns)
        }


def once_more(view: GetResponse) -> GetResponse:
    """Answer once more where the connection to the database had gone since the last request.

    That is found by asking, not by a question before each question; so what the view does must
    come to the same when it is done twice.
    """

    def answered(request: HttpRequest) -> HttpResponse:
        connection.health_check_done = True  # type: ignore[attr-defined]
        try:
            return view(request)
        except (InterfaceError, OperationalError):
            if connection.in_atomic_block or connection.is_usable():
                raise
            connection.close()
            return view(request)

    return answered
