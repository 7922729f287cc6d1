"""Answers whose time tells less of what was done for them (XF2)."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

STEP = 0.25  # seconds
Answered = Callable[..., HttpResponseBase]


def in_full_steps(view: Answered) -> Answered:
    """Hold the answer to a POST back until the next full step of time has gone by.

    For forms whose work is nearly the same whatever is known about an address: of a few
    milliseconds of difference only one in a hundred answers or so shows anything.
    """

    @wraps(view)
    def answered(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        began = time.monotonic()
        response = view(request, **kwargs)
        if request.method == "POST":
            time.sleep(STEP - (time.monotonic() - began) % STEP)
        return response

    return answered
