"""Error pages in the look of the console. They need no database and no context.

Below the addresses that `ERROR_SHAPES` names, programs get the error of their interface
instead (`middleware.shaped_errors`).
"""

import sys
from math import ceil

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string

ONLY_READS = "25006"  # PostgreSQL's code of an error: read_only_sql_transaction


def answer(request: HttpRequest, status: int) -> HttpResponse:
    """Render `errors/<status>.html` with the request's id."""
    context = {"request_id": getattr(request, "request_id", "")}
    return render(request, f"errors/{status}.html", context, status=status)


def shape_of(request: HttpRequest, status: int) -> HttpResponse | None:
    """Return the error of the interface an address belongs to; None below no interface."""
    for prefix, shape in settings.ERROR_SHAPES.items():
        if request.path.startswith(prefix):
            shaped: HttpResponse = import_string(shape)(status)
            return shaped
    return None


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 404)


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 413)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when the database is away or too busy (XJ3), 500 for everything else.

    Away is also one that only reads: whoever leads there has not found the new primary yet.
    """
    error = sys.exception()
    only_reads = getattr(getattr(error, "__cause__", None), "sqlstate", None) == ONLY_READS
    if not only_reads and not isinstance(error, OperationalError | InterfaceError):
        return answer(request, 500)
    response = answer(request, 503)
    response.headers["Retry-After"] = "5"  # seconds
    return response


def too_often(
    request: HttpRequest, exception: Exception | None = None, *, wait: int = 60
) -> HttpResponse:
    """Answer 429 and say when it goes on; `wait` is in seconds."""
    context = {"request_id": getattr(request, "request_id", ""), "minutes": ceil(wait / 60)}
    response = render(request, "errors/429.html", context, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    context = {"request_id": getattr(request, "request_id", "")}
    return render(request, "errors/403_csrf.html", context, status=403)
