"""Which middlewares a request passes: all of them where a person may be asking, few of them below
the addresses of programs.

Programs come with a token and nothing else: what reads cookies, keeps sessions, serves assets or
leads people to a page does nothing for them, and costs more than a decision. The settings name
both lists of middlewares, and what of the site's addresses belongs to programs (`ERROR_SHAPES`).
"""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

GetResponse = Callable[[HttpRequest], HttpResponse]


class Programs(BaseHandler):
    """Answers requests of programs, by the same addresses and views as all others."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's
        """Put the middlewares of programs around the views, the first of them outermost.

        They wrap and no more: none of them looks at views, or at what these raise.
        """
        self._view_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        chain: Any = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for name in reversed(settings.PROGRAMS_MIDDLEWARE):
            chain = convert_exception_to_response(import_string(name)(chain))
        self._middleware_chain = chain


def by_door(get_response: GetResponse) -> GetResponse:
    """Let what comes for an interface of programs past few middlewares."""
    programs, interfaces = Programs(), tuple(settings.ERROR_SHAPES)
    programs.load_middleware()

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(interfaces):
            return cast("HttpResponse", programs.get_response(request))
        return get_response(request)

    return middleware
