"""That what is saved is what was looked at (U5).

A review's digest is made of three parts: after which event it was worked out, from what, and what
it shows. The form carries it back, and the save compares it under the lock.
"""

import hashlib
from collections.abc import Callable

from workspaces.change import Actor
from workspaces.errors import Conflict, Refused
from workspaces.models import Event

NEWEST, BASIS, SHOWN = 16, 24, 24  # hex digits


def newest_event(workspace_id: int) -> int:
    """Return the number of the workspace's newest event, 0 where there is none; 1 statement.

    To be read before that from which a review is worked out: no change that comes in between
    is then taken for one that was seen.
    """
    events = Event.objects.filter(workspace=workspace_id).newest_first()
    return events.values_list("number", flat=True).first() or 0


def digest_of(
    workspace_id: int, shown: object, *, basis: object = None, newest: int | None = None
) -> str:
    """Return the digest of a review that shows this; 1 statement, none where `newest` is known.

    The workspace's newest event tells whether anybody changed anything since. `basis` is what the
    review is worked out from, besides labels and resources, where that is less work to know.
    """
    after = newest_event(workspace_id) if newest is None else newest
    return (
        _hash(after, NEWEST) + _hash(shown if basis is None else basis, BASIS) + _hash(shown, SHOWN)
    )


def both(first: str, second: str) -> str:
    """Return the digest of two reviews that are looked at together, the first one first."""
    bases, shown = zip(_parts(first)[1:], _parts(second)[1:], strict=True)
    return first[:NEWEST] + _hash(bases, BASIS) + _hash(shown, SHOWN)


def dated(digest: str, said: object) -> str:
    """Return a digest that also tells by `said`, which no event does, that it was worked out
    before something changed."""
    return _hash((digest[:NEWEST], said), NEWEST) + digest[NEWEST:]


def _parts(digest: str) -> tuple[str, str, str]:
    return digest[:NEWEST], digest[NEWEST:-SHOWN], digest[-SHOWN:]


def _hash(value: object, digits: int) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:digits]


def is_as_seen(by: Actor, newest: int, basis: object) -> bool:
    """Whether nobody changed anything since the actor looked, and the basis is what it was.

    Labels and resources change with an event. So the review would show the same, and need not be
    worked out again.
    """
    return by.seen[:-SHOWN] == _hash(newest, NEWEST) + _hash(basis, BASIS)


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
    if by.seen[-SHOWN:] == now[-SHOWN:]:
        return by.having_seen("")
    if by.seen[:NEWEST] == now[:NEWEST]:
        raise Refused("look", "This is what will change. Save again if it is what you want.")
    raise Conflict("stale", "Somebody changed something meanwhile. Look again, then save.")
