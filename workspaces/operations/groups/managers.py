"""Members who say who is in one group, and nothing else of it (W6)."""

from collections.abc import Iterable

from workspaces.catalogue import ADMINISTER
from workspaces.change import Actor, audit, lock_workspace, reread, target, targets
from workspaces.errors import Conflict, Denied
from workspaces.models import Group, GroupQuerySet, Manager, Member, MemberQuerySet, Workspace
from workspaces.models.offered import without_managers
from workspaces.operations.changes.seen import digest_of, require_seen

NOT_YOURS = "You may not say who is in this group."


def groups_of(member: Member) -> GroupQuerySet:
    """Return the groups that a member manages now, each asked anew whether it may have managers."""
    charges = Manager.objects.in_charge().filter(member=member)
    return member.workspace.groups.filter(pk__in=charges.values("group"))


def managers_of(group: Group) -> MemberQuerySet:
    """Return who manages a group now."""
    charges = Manager.objects.in_charge().filter(group=group)
    return group.workspace.members.active().filter(pk__in=charges.values("member"))


def manages(member: Member, group: Group) -> bool:
    """Whether a member says now who is in a group; every door and operation asks this."""
    return groups_of(member).filter(pk=group.pk).exists()


def require_charge(by: Actor, group: Group, people: Iterable[Member] = ()) -> None:
    """Raise Denied unless the actor may say who is in the group; under the lock.

    Who came by a right to administer was asked about that by the lock, and who acts by another
    authority than access is not asked. Everybody else has to manage the group, and not to be
    among `people`, who come in or whose places move.
    """
    if by.right is None or by.right.action == ADMINISTER:
        return
    member = by.right.subject
    if not isinstance(member, Member) or not manages(member, group):
        raise Denied("W6", NOT_YOURS)
    if any(person.pk == member.pk for person in people):
        raise Denied("W6", "Somebody else puts you in, and says until when.")


def require_manageable(group: Group) -> None:
    """Raise Conflict where a group may have no managers."""
    if Group.objects.filter(without_managers("pk"), pk=group.pk).exists():
        raise Conflict(
            "W6",
            f"{group.name} has no managers: a directory pushes it, or it holds ownership or "
            "personal data.",
        )


def digest(group: Group, members: Iterable[Member]) -> str:
    """Return the digest of a review that shows who manages now, and who would."""
    now = sorted(group.managers.values_list("member", flat=True))
    return digest_of(group.workspace_id, (now, sorted(member.pk for member in members)))


def set_managers(group: Group, members: Iterable[Member], *, by: Actor) -> None:
    """Let just these members manage the group; one event, none where they do already.

    People who left meanwhile, or belong elsewhere, are left out. Raises Conflict where the group
    may have none, or when the review that was looked at no longer fits.
    """
    chosen = tuple(members)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.select_related("workspace"), group)
        by = require_seen(by, lambda: digest(group, chosen))
        people = list(workspace.members.among(chosen).select_related("user").by_name())
        if people:
            require_manageable(group)
        _write(workspace, group, people, by=by)


def end_unmanageable(workspace: Workspace, group: Group, *, by: Actor) -> None:
    """End the right of the managers of a group that has become one without; 1 statement for none.

    Under the lock; an event of its own, by whoever changed the group.
    """
    if Manager.objects.filter(without_managers("group"), group=group).exists():
        _write(workspace, group, [], by=by.plain())


def _write(workspace: Workspace, group: Group, people: list[Member], *, by: Actor) -> None:
    rows = Manager.objects.filter(group=group)
    managing = workspace.members.filter(pk__in=rows.values("member"))
    before = list(managing.select_related("user").by_name())
    if before == people:
        return
    rows.exclude(member__in=people).delete()
    Manager.objects.bulk_create(
        Manager(workspace=workspace, group=group, member=member)
        for member in people
        if member not in before
    )
    audit.record(
        workspace,
        "group.managers_changed",
        by=by,
        target=target(group),
        concerned=targets({*before, *people}),
        before={"managers": sorted(member.user.email for member in before)},
        after={"managers": sorted(member.user.email for member in people)},
    )
