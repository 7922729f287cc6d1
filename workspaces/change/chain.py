"""The chain of a workspace's audit trail: what its hashes cover, and whether they hold (A2)."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from accounts import chain
from config.web.values.network import normal_address
from workspaces.models import Event, Mention, Workspace
from workspaces.models.event import BARE

PURGED = "audit.purged"
CHUNK = 500  # rows in memory while a chain is walked
Mentioned = tuple[str, str, str]  # kind, lasting id, name


def digest(event: Event, mentions: Iterable[Mentioned], previous: str) -> str:
    """Return the keyed hash (hex) over an event, what it mentions, and the digest before it."""
    body = _body(event, normal_address(event.address or "") or None)
    body["form"] = event.form
    body["actor"] = [event.actor_kind, event.actor_id, event.actor_name]
    body["before"], body["after"] = chain.kept_json(event.before), chain.kept_json(event.after)
    body["mentions"] = _sum_of(mentions)
    return chain.keyed_hash(body, previous)


def _body(event: Event, address: str | None) -> dict[str, Any]:
    return {
        "workspace": event.workspace_id,
        "number": event.number,
        "at": chain.instant(event.at),
        "actor": [event.actor_kind, event.actor_name],
        "action": event.action,
        "target": [event.target_type, event.target_id, event.target_name],
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "address": address,
        "request": event.request_id,
        "undoes": event.undoes,
    }


def _sum_of(mentions: Iterable[Mentioned]) -> str:
    """Return a hash (hex) over rows in any order; memory holds 32 bytes a row."""
    rows = sorted(hashlib.sha256(json.dumps(row).encode()).digest() for row in mentions)
    return hashlib.sha256(b"".join(rows)).hexdigest()


def _digests(event: Event, mentions: list[Mentioned], previous: str) -> list[str]:
    """Return what the digest of an event may be: older ones mention nobody, whatever stands there.

    Their address may have been written in another spelling than it is read in.
    """
    if event.form != BARE:
        return [digest(event, mentions, previous)]
    if mentions or event.actor_id:
        return []
    return [chain.keyed_hash(_body(event, a), previous) for a in chain.spellings(event.address)]


def verify(workspace: Workspace, head: str | None = None) -> chain.Break | None:
    """Return where the chain breaks first, None when it holds (see `broken`)."""
    return next(broken(workspace, head), None)


def broken(workspace: Workspace, head: str | None = None) -> Iterator[chain.Break]:
    """Walk the chain and yield every event at which it does not hold.

    `head` is the newest `number:digest` as noted outside the database; with it a tail
    that was cut off or made anew is found too.
    """
    beside = _Beside(workspace)
    events = Event.objects.filter(workspace=workspace).order_by("number")
    yield from chain.breaks(
        events.iterator(chunk_size=CHUNK),
        lambda event, previous: _digests(event, beside.of(event.number), previous),
        start=_start(workspace),
        head=head,
    )


class _Beside:
    """The mentions of a chain, read along with its events: those of one event at a time."""

    def __init__(self, workspace: Workspace) -> None:
        rows = Mention.objects.filter(workspace=workspace).order_by("number")
        listed = rows.values_list("number", "kind", "ident", "name")
        self._groups = groupby(listed.iterator(chunk_size=CHUNK), key=itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, number: int) -> list[Mentioned]:
        """Return what the event of this number mentions; numbers are asked for in order."""
        while self._next is not None and self._next[0] < number:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != number:
            return []
        return [(kind, ident, name) for _number, kind, ident, name in self._next[1]]


def _start(workspace: Workspace) -> tuple[int, str]:
    """Return number and digest of the last event purged, as the newest purge recorded them."""
    purge = Event.objects.filter(workspace=workspace, action=PURGED).newest_first().first()
    kept: dict[str, Any] = (purge.after or {}) if purge else {}
    return kept.get("up_to", 0), kept.get("digest", chain.GENESIS)


def newest(workspace: Workspace) -> str:
    """Return the chain's newest `number:digest`, to be kept outside the database."""
    last = Event.objects.filter(workspace=workspace).newest_first().first()
    return f"{last.number}:{last.digest}" if last else f"0:{chain.GENESIS}"
