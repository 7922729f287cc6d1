"""That what is saved is what was looked at (U5).

A review's digest is made of two halves: when it was worked out, and what it shows. The
form carries it back, and the save works the review out again under the lock.
"""

import hashlib
from collections.abc import Callable

from workspaces.change import Actor
from workspaces.errors import Conflict, Refused
from workspaces.models import Event

HALF = 32  # hex digits


def digest_of(workspace_id: int, shown: object) -> str:
    """Return the digest of a review that shows this; 1 statement.

    The workspace's newest event tells whether anybody changed anything since.
    """
    events = Event.objects.filter(workspace=workspace_id).newest_first()
    newest = events.values_list("number", flat=True).first()
    return _hash(newest) + _hash(shown)


def both(first: str, second: str) -> str:
    """Return the digest of two reviews that are looked at together."""
    return first[:HALF] + _hash((first[HALF:], second[HALF:]))


def dated(digest: str, said: object) -> str:
    """Return a digest that also tells by `said`, which no event does, that it was worked out
    before something changed."""
    return _hash((digest[:HALF], said)) + digest[HALF:]


def _hash(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:HALF]


def require_seen(by: Actor, digest: Callable[[], str]) -> Actor:
    """Pass when what the actor looked at is what would happen now, by the digest of that.

    Returns the actor as one who looked at nothing else: another operation that takes part in
    the change has a review of its own, which is not compared. Raises Conflict when somebody
    changed something meanwhile that makes it differ, and Refused when the form was changed
    after it was last reviewed. For whoever looked at nothing no review is worked out: they
    are still held to every rule (XD4).
    """
    if not by.seen:
        return by
    now = digest()
    if by.seen[HALF:] == now[HALF:]:
        return by.having_seen("")
    if by.seen[:HALF] == now[:HALF]:
        raise Refused("look", "This is what will change. Save again if it is what you want.")
    raise Conflict("stale", "Somebody changed something meanwhile. Look again, then save.")
