"""Taking an audit event back, as a new change with an event of its own (screens §3, rule 7)."""

from collections.abc import Iterable

from workspaces.audit import Actor
from workspaces.errors import Conflict, Denied, Refused
from workspaces.locks import lock_workspace
from workspaces.models.event import Event
from workspaces.models.workspace import Workspace
from workspaces.operations.inverses import INVERSES, NEVER, WHY_NOT, Inverse
from workspaces.operations.reviews import require_seen


def undo(
    workspace: Workspace, number: int, *, by: Actor, reason: str = "", seen: str = ""
) -> Event:
    """Take the event of this number back; return the event that does so.

    `seen` is the digest of the review that was looked at (see `require_seen`). Raises
    Conflict with the reason where the event no longer fits what is there: it was undone
    already, its outcome was changed since, what it names has gone, or it would leave no
    owner (R7).
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        inverse = inverse_of(locked, number)
        if seen:
            require_seen(seen, inverse.digest(locked))
        try:
            inverse.apply(by=by, reason=reason, undoes=number)
        except (Conflict, Denied):
            raise
        except Refused as refused:  # what the plan or a rule forbids by now
            raise Conflict(refused.rule, refused.messages[0]) from refused
        done = locked.events.filter(undoes=number).first()
        if done is None:
            raise Conflict("undo", "There is nothing left to take back.")
        return done


def inverse_of(workspace: Workspace, number: int) -> Inverse:
    """Work out what would take an event back. Raises Conflict where nothing would."""
    event = workspace.events.filter(number=number).first()
    if event is None:
        raise Conflict("R5", f"There is no event {number}.")
    if event.action not in INVERSES:
        raise Conflict("undo", WHY_NOT.get(event.action, NEVER))
    by = undone_by(workspace, [number]).get(number)
    if by is not None:
        raise Conflict("undo", f"This was undone already, by event {by}.")
    return INVERSES[event.action](workspace, event)


def undone_by(workspace: Workspace, numbers: Iterable[int]) -> dict[int, int]:
    """Return, for those of a page of events that were undone, the event that did it."""
    rows = workspace.events.filter(undoes__in=list(numbers)).only("number", "undoes")
    return {event.undoes: event.number for event in rows if event.undoes is not None}
