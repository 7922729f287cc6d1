"""Chains of events: each carries a keyed hash over itself and the one before it (A2).

The trail of a workspace and the events of an account are such chains; what an event says
is theirs, how the chain is made and walked stands here.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.conf import settings

GENESIS = "0" * 64


class Link(Protocol):
    """An event of a chain."""

    number: Any
    digest: Any


L = TypeVar("L", bound=Link)


@dataclass(frozen=True, slots=True)
class Break:
    """The first event at which a chain does not hold."""

    number: int
    why: str


def keyed_hash(body: dict[str, Any], previous: str) -> str:
    """Return the keyed hash (hex) over what an event says and the digest before it."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(_key(), (previous + text).encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    return hashlib.sha256(b"audit chain" + settings.AUDIT_KEY.encode()).digest()


def first_break(
    events: Iterable[L],
    digest_of: Callable[[L, str], str],
    *,
    start: tuple[int, str] = (0, GENESIS),
    head: str | None = None,
) -> Break | None:
    """Walk a chain from its oldest event; return where it breaks first, None when it holds.

    `start` is number and digest of the last event before these. `head` is the newest
    `number:digest` as noted outside the database; with it a tail that was cut off or made
    anew is found too.
    """
    number, previous = start
    kept_number, _, kept_digest = (head or "").partition(":")
    for event in events:
        number += 1
        if event.number != number:
            return Break(number, f"event {number} is missing; event {event.number} follows")
        if not hmac.compare_digest(event.digest, digest_of(event, previous)):
            return Break(number, f"event {number} was changed or does not follow the one before")
        if kept_digest and str(number) == kept_number and event.digest != kept_digest:
            return Break(number, f"event {number} is not the one noted outside")
        previous = event.digest
    if kept_number and number < int(kept_number):
        return Break(number + 1, f"events after {number} were cut off")
    return None
