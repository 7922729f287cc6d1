"""How often something may be done: counted in the shared cache, for all workers at once.

A limit stands at the view it limits (`limited`), or beside what is tried where a library has
the view. Tries are counted exactly, over whatever stretch of time, and can be given back
(`spend`). Calls of programs, which are many and told what is left, are counted in one step
for each window of the clock (`use`).
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from math import ceil
from typing import Any, TypeVar, cast

from django.core.cache import cache as shared
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.web import cache, errors

V = TypeVar("V", bound=Callable[..., Any])
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` times within any `window`."""

    name: str
    most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Used:
    """What was used of a limit in this window of the clock; it `ends` in seconds since 1970."""

    consumed: int
    limit: int
    ends: int


class Overdrawn(Exception):
    """It was done too often; `wait` says for how many seconds."""

    def __init__(self, wait: float) -> None:
        self.wait = max(1, ceil(wait))
        super().__init__(f"try again in {self.wait} seconds")


class UsedUp(Overdrawn):
    """Nothing is left in this window of the clock."""

    def __init__(self, wait: float, used: Used) -> None:
        super().__init__(wait)
        self.used = used


def limited(*limits: Limit) -> Callable[[V], V]:
    """Say how often each user may do what the view does; one time too many is answered 429.

    The view says when it is done (`count`): looking at a form, or sending one that does not
    hold, is not. Guards of programs count each call by the mark that this leaves.
    """

    def decorate(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.limits = limits  # type: ignore[attr-defined]
            try:
                return cast("HttpResponseBase", view(request, *args, **kwargs))
            except Overdrawn:
                return errors.too_often(request)  # in a minute, as allauth's own limits say

        guarded.limits = limits  # type: ignore[attr-defined]
        return cast("V", guarded)

    return decorate


def count(request: HttpRequest) -> None:
    """Count what a `limited` view is about to do. Raises Overdrawn, which `limited` answers."""
    whose = str(request.user.pk)
    spend(*((limit, whose) for limit in request.limits))  # type: ignore[attr-defined]


def spend(*tries: tuple[Limit, str]) -> list[str]:
    """Use up one try of each limit, counted for whom it says; return what `give_back` takes.

    Raises Overdrawn where one of them has none left, and counts nothing then. Each try has a
    slot of its own in the cache, which ends with its window. To take one is one atomic step,
    so that workers that count at the same moment lose none.
    """
    taken: list[str] = []
    try:
        for limit, whose in tries:
            taken.append(_take(limit, whose))
    except Overdrawn:
        give_back(taken)
        raise
    return taken


def _take(limit: Limit, whose: str) -> str:
    slots = _slots(limit, whose)
    seconds = ceil(limit.window.total_seconds())
    taken = shared.get_many(slots)
    for slot in slots:
        if slot not in taken and shared.add(slot, int(time.time()) + seconds, seconds):
            return slot
    ends = shared.get_many(slots).values()
    raise Overdrawn(min(ends, default=0) - time.time())


def give_back(taken: list[str]) -> None:
    """Let tries count for nothing after all."""
    shared.delete_many(taken)


def forget(limit: Limit, whose: str) -> None:
    """Give back all tries."""
    shared.delete_many(_slots(limit, whose))


def _slots(limit: Limit, whose: str) -> list[str]:
    key = _key(limit, whose)
    return [f"tries:{key}:{number}" for number in range(limit.most)]


def _key(limit: Limit, whose: str) -> str:
    return hashlib.sha256(f"{limit.name}:{limit.window}:{whose}".encode()).hexdigest()


def use(limit: Limit, whose: str) -> Used:
    """Count one more in this window of the clock; 1 statement. Raises UsedUp past the limit."""
    now, seconds = time.time(), int(limit.window.total_seconds())
    window = int(now) // seconds
    consumed = cache.count(f"uses:{_key(limit, whose)}:{window}", 2 * seconds)
    used = Used(consumed, limit.most, (window + 1) * seconds)
    if consumed > limit.most:
        raise UsedUp(used.ends - int(now), used)
    return used
