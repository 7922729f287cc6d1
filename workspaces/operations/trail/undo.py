"""Taking an audit event back, as a new change with an event of its own (U6)."""

from collections.abc import Callable, Iterable

from labels.operations import undo as labels
from workspaces.change import Actor, lock_workspace
from workspaces.errors import Conflict, Denied, Refused
from workspaces.events import kind_of
from workspaces.models import Event, Workspace
from workspaces.operations.changes.seen import require_seen
from workspaces.operations.grants import undo as grants
from workspaces.operations.groups import undo as groups
from workspaces.operations.resources import undo as resources
from workspaces.operations.reviews import undo as reviews
from workspaces.operations.sign_in import rules
from workspaces.operations.trail.inverse import Inverse
from workspaces.operations.workspace import decision_names

# For each kind that `events` calls undoable: given such an event, it works out what takes it
# back. Raises Conflict where nothing does any more.
INVERSES: dict[str, Callable[[Workspace, Event], Inverse]] = {
    "policy.changed": grants.policy_changed,
    "policy.extended": grants.policy_changed,
    "member.owner_changed": grants.owner_changed,
    "request.approved": groups.request_approved,
    "group.members_added": groups.members_added,
    "group.members_removed": groups.members_removed,
    "group.members_moved": groups.members_moved,
    "group.memberships_moved": groups.memberships_moved,
    "group.described": groups.described,
    "group.managers_changed": groups.managers_changed,
    "group.offer_changed": groups.offer_changed,
    "resource.renamed": resources.renamed,
    "resource.relabelled": labels.relabelled,
    "resource.connected": resources.connected,
    "resource.disconnected": resources.disconnected,
    "label.created": labels.created,
    "label.replaced": labels.replaced,
    "review.closed": reviews.closed,
    "workspace.name_mapped": decision_names.mapped_back,
    "workspace.name_unmapped": decision_names.unmapped_back,
    "workspace.sign_in_changed": rules.changed_back,
}


def undo(workspace: Workspace, number: int, *, by: Actor) -> Event:
    """Take the event of this number back; return the event that does so.

    Raises Conflict where the review that was looked at no longer fits, and with the reason
    where the event no longer fits what is there: it was undone already, its outcome was
    changed since, what it names has gone, or it would leave no owner (R7).
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        inverse = inverse_of(locked, number)
        by = require_seen(by, lambda: inverse.digest(locked))
        try:
            inverse.apply(by=by.undoing(number))
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
    kind = kind_of(event.action)
    if not kind.undoable:
        raise Conflict("undo", str(kind.why_not))
    by = undone_by(workspace, [number]).get(number)
    if by is not None:
        raise Conflict("undo", f"This was undone already, by event {by}.")
    return INVERSES[event.action](workspace, event)


def undone_by(workspace: Workspace, numbers: Iterable[int]) -> dict[int, int]:
    """Return, for those of a page of events that were undone, the event that did it."""
    rows = workspace.events.filter(undoes__in=list(numbers)).only(
        "number", "workspace_id", "undoes"
    )
    return {event.undoes: event.number for event in rows if event.undoes is not None}
