"""How often one address may come with what providers say, or go to ask them (XG3)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse

from accounts.sign_in import attempts
from config.web import errors
from config.web.limits import Overdrawn

V = TypeVar("V", bound=Callable[..., Any])


def counted(view: V) -> V:
    """Answer 429 to an address that brings too many answers: reading each takes time (XG3)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            attempts.count_answer(request.META.get("REMOTE_ADDR", ""))
        except Overdrawn as error:
            return errors.too_often(request, wait=error.wait)
        answer: HttpResponse = view(request, *args, **named)
        return answer

    return cast("V", guarded)
