"""How often something may be tried: counted in the shared cache, for all workers at once."""

import hashlib
import time
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from allauth.core.ratelimit import consume
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from config.web import errors

WAIT = 60  # seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries within any `window`."""

    name: str
    most: int
    window: timedelta


class TooOften(Exception):
    """The tries are used up; `wait` says for how many seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"try again in {wait} seconds")
        self.wait = wait


def spend(limit: Limit, whose: str) -> str:
    """Use up one try and return its slot. Raises TooOften when there is none left.

    Each try has a slot of its own in the cache, which ends with its window. To take one is
    one atomic step, so that workers that count at the same moment lose none.
    """
    slots = _slots(limit, whose)
    seconds = ceil(limit.window.total_seconds())
    taken = cache.get_many(slots)
    for slot in slots:
        if slot not in taken and cache.add(slot, int(time.time()) + seconds, seconds):
            return slot
    ends = cache.get_many(slots).values()
    raise TooOften(max(1, ceil(min(ends, default=0) - time.time())))


def give_back(slot: str) -> None:
    """Let a try count for nothing after all."""
    cache.delete(slot)


def forget(limit: Limit, whose: str) -> None:
    """Give back all tries."""
    cache.delete_many(_slots(limit, whose))


def _slots(limit: Limit, whose: str) -> list[str]:
    name = hashlib.sha256(f"{limit.name}:{whose}".encode()).hexdigest()
    return [f"tries:{name}:{number}" for number in range(limit.most)]


def too_often(request: HttpRequest, action: str) -> HttpResponse | None:
    """Count one more try of the signed-in user; answer 429 when it is one too many.

    The limits stand in the settings, `ACCOUNT_RATE_LIMITS`. A GET counts for nothing.
    """
    if consume(request, action=action):
        return None
    return errors.too_often(request, wait=WAIT)
