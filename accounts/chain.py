"""Chains of events: each carries a keyed hash over itself and the one before it (A2).

The trail of a workspace and the events of an account are such chains; what an event says
is theirs, how the chain is made and walked stands here.
"""

import hashlib
import hmac
import json
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, Protocol, TypeVar

import structlog
from django.conf import settings
from django.db import DatabaseError, OperationalError

GENESIS = "0" * 64
security = structlog.get_logger("gatehouse.security")
LOST = "\N{REPLACEMENT CHARACTER}"  # stands for what a text cannot hold in a database


class UnrecordedError(OperationalError):
    """An event could not be written, so that what it tells of does not happen either (A1, XJ6).

    To whoever asked, the site is not available (503); nothing was changed.
    """


@contextmanager
def recording(action: str, **told: object) -> Iterator[None]:
    """Write an event of a chain; where the database refuses, say so in the security log."""
    try:
        yield
    except DatabaseError as error:
        security.error("not_recorded", action=action, **told)
        raise UnrecordedError(f"{action} could not be recorded.") from error


class Link(Protocol):
    """An event of a chain."""

    number: Any
    digest: Any


L = TypeVar("L", bound=Link)


@dataclass(frozen=True, slots=True)
class Break:
    """An event at which a chain does not hold."""

    number: int
    why: str


def keyed_hash(body: dict[str, Any], previous: str) -> str:
    """Return the keyed hash (hex) over what an event says and the digest before it."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(_key(), (previous + text).encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    return hashlib.sha256(b"audit chain" + settings.AUDIT_KEY.encode()).digest()


def kept_text(text: str, most: int | None = None) -> str:
    """Return a text as every database gives it back: no NUL, no half character, not too long."""
    whole = text.replace("\0", LOST).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole[:most]


def kept_json(value: Any) -> Any:
    """Return a value in the one form in which JSON columns give it back; its own stays as it is.

    SQLite keeps what was typed, PostgreSQL what it means: `1e2` comes back as `100`, `-0.0`
    as `0`. A number that is none has no place in either.
    """
    if isinstance(value, dict):
        return {kept_text(_key_text(key)): kept_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [kept_json(item) for item in value]
    if isinstance(value, str):
        return kept_text(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return int(value) if value.is_integer() else value
    return value


def _key_text(key: Any) -> str:
    return key if isinstance(key, str) else json.dumps(key)


def instant(when: datetime) -> str:
    """Return a moment as digests have it, whatever zone a database speaks in."""
    return when.astimezone(UTC).isoformat()


def spellings(address: str | None) -> list[str | None]:
    """Return an address as it was read and as it may have been written when it was hashed.

    Databases write some addresses otherwise than they were given them: `::ffff:c000:207` comes
    back as `::ffff:192.0.2.7`.
    """
    if address is None or ":" not in address:
        return [address]
    return list(dict.fromkeys([address, str(ip_address(address))]))


def breaks(
    events: Iterable[L],
    digests_of: Callable[[L, str], Iterable[str]],
    *,
    start: tuple[int, str] = (0, GENESIS),
    head: str | None = None,
) -> Iterator[Break]:
    """Walk a chain from its oldest event and yield everything at which it does not hold.

    Each event is checked against the digest that stands at the one before it, so that a
    break hides nothing behind it. `digests_of` returns what its digest may be. `start` is
    number and digest of the last event before these. `head` is the newest `number:digest`
    as noted outside the database; with it a tail that was cut off or made anew is found too.
    """
    number, previous = start
    kept_number, _, kept_digest = (head or "").partition(":")
    for event in events:
        number += 1
        if event.number < number:
            number -= 1
            yield Break(event.number, f"event {event.number} was purged, and stands there")
            continue
        if event.number > number:
            gap = f"event {number} is" if event.number == number + 1 else _gap(number, event.number)
            yield Break(
                number, f"{gap} missing; event {event.number} follows, which nothing vouches for"
            )
            number = event.number
        elif not any(hmac.compare_digest(event.digest, d) for d in digests_of(event, previous)):
            yield Break(number, f"event {number} was changed or does not follow the one before")
        if kept_digest and str(number) == kept_number and event.digest != kept_digest:
            yield Break(number, f"event {number} is not the one noted outside")
        previous = event.digest
    if kept_number and number < int(kept_number):
        yield Break(number + 1, f"events after {number} were cut off")


def _gap(first: int, follows: int) -> str:
    return f"events {first} to {follows - 1} are"
