"""Groups that a directory pushes: their names and members are its, their grants are not.

Nobody else changes who is in one, until an owner takes the group over. To write just what is
there changes nothing, so it is no clash; operations ask here once they know what they change.
"""

from collections.abc import Iterable

from django.utils import timezone

from workspaces.access.dialect import among
from workspaces.change import Actor, audit, lock_workspace, require_proof, reread, target, targets
from workspaces.errors import Conflict
from workspaces.models import DirectoryGroup, Group, WaitingMember
from workspaces.operations.groups.managers import end_unmanageable

LINKED = "the directory keeps this group from now on"


def hold_on(group: Group) -> DirectoryGroup | None:
    """Return the directory's hold on a group, if it has one; 1 statement."""
    return DirectoryGroup.objects.filter(group=group).select_related("opened_by").first()


def require_by_hand(groups: Iterable[Group]) -> None:
    """Raise Conflict when a directory pushes one of the groups; 1 statement, under the lock."""
    held = Group.objects.filter(pk__in=among(group.pk for group in groups), directory__isnull=False)
    first = held.by_name().first()
    if first is not None:
        raise _pushed(first)


def require_own_by_hand(group: Group) -> None:
    """Raise Conflict when a directory pushes the group, read with its directory under the lock."""
    if hasattr(group, "directory"):
        raise _pushed(group)


def _pushed(group: Group) -> Conflict:
    return Conflict(
        "pushed",
        f"The directory pushes {group.name}: its name and members are changed there. "
        "To change them here, take the group over first.",
    )


def open_to_directory(group: Group, *, opened: bool, by: Actor) -> None:
    """Let the directory put people into a group that holds ownership, or no longer (XL7, S8)."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        require_proof(by)
        hold = hold_on(group) or DirectoryGroup(workspace=workspace, group=group)
        if (hold.opened_at is not None) == opened:
            return
        hold.opened_at = timezone.now() if opened else None
        hold.opened_by = by.user if opened else None
        hold.save()
        end_unmanageable(workspace, group, by=by)
        audit.record(
            workspace,
            "group.opened" if opened else "group.closed",
            by=by,
            target=target(group),
            before={"open": not opened},
            after={"open": opened},
        )


def take_over(group: Group, *, by: Actor, though_live: bool = False) -> None:
    """End the directory's hold on a group; who is in it stays in it, who waits for it no longer.

    Raises Conflict while a directory's token lives, unless the owner said that they know:
    its next change of the group would take it again.
    """
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        hold = hold_on(group)
        if hold is None:
            return
        if workspace.tokens.of_directories().exists() and not though_live:
            raise Conflict(
                "pushed", "The directory still provisions. Revoke its token first, or confirm."
            )
        before = {"external_id": hold.external_id, "open": hold.opened_at is not None}
        waiting = workspace.directory_people.filter(waits_for__group=group).select_related("user")
        concerned = targets(waiting)
        WaitingMember.objects.filter(group=group).delete()
        hold.delete()
        audit.record(
            workspace,
            "group.taken_over",
            by=by,
            target=target(group),
            concerned=concerned,
            before=before,
        )
