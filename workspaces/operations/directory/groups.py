"""What a directory does with groups: it names them and says who is in them (XL5, XL7).

Grants are given in the workspace and outlive all of it. Whoever was asked by mail first is
put down for a group like a member, and joins it when they accept.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from workspaces.access.dialect import among, among_texts
from workspaces.catalogue import OWNER
from workspaces.change import Actor, audit, lock_workspace, reread, target
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import DirectoryGroup, DirectoryPerson, Group, Invite, Member, Workspace
from workspaces.operations.changes.texts import line
from workspaces.operations.directory import waiting as directory_waiting
from workspaces.operations.directory.people import checked_external_id
from workspaces.operations.directory.pushed_groups import LINKED, hold_on
from workspaces.operations.groups import groups, managers, offers, people as group_people, places
from workspaces.operations.groups.people import NOBODY, People

Somebody = Member | Invite | DirectoryPerson


class StepKind(StrEnum):
    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a change of members; people are named by their public ids."""

    kind: StepKind
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moves:
    """Who comes and who goes; who, not active, waits from now on, and who no longer."""

    come: People = NOBODY
    go: People = NOBODY
    wait: tuple[DirectoryPerson, ...] = ()
    drop: tuple[DirectoryPerson, ...] = ()


def create(
    workspace: Workspace,
    *,
    name: str,
    by: Actor,
    external_id: str = "",
    people: Collection[str] = (),
) -> Group:
    """Make a group without grants that the directory pushes; one event, and no mail: it gives
    nobody anything yet.

    Whoever is not active waits for it. Raises Conflict when the name is taken, Refused for
    an unknown person; `field` is the attribute's name.
    """
    name, external_id = _name(name), checked_external_id(external_id)
    with lock_workspace(workspace.pk, by=by) as locked:
        _require_free_name(locked, name)
        found = _found(locked, set(people))
        crowd = _people(found.values())
        group = Group.objects.create(workspace=locked, name=name)
        DirectoryGroup.objects.create(workspace=locked, group=group, external_id=external_id)
        group_people.put_in(locked, group, crowd)
        audit.record(
            locked,
            "group.created",
            by=by,
            target=target(group),
            concerned=crowd.told,
            after={"description": "", "grants": [], "members": crowd.addresses},
        )
        directory_waiting.write(locked, group, _inactive(found.values()), (), by=by.plain())
        return group


def change(
    group: Group,
    *,
    by: Actor,
    name: str | None = None,
    external_id: str | None = None,
    steps: Sequence[Step] = (),
) -> None:
    """Change a group as the directory says, all of it or nothing; None leaves as it is.

    One event for the name and one for the people, whatever the number of steps. A group
    that was made by hand is the directory's from then on, and no place in it starts or ends
    by our word any more (W1). Whoever is taken out and is not
    in it is no error, for a directory cannot know, and whoever is not active waits. Raises
    Conflict when the name is taken, Refused for an unknown person, and Denied when somebody
    would become an owner by it and no owner has opened the group to the directory (XL7).
    """
    name = None if name is None else _name(name)
    external_id = None if external_id is None else checked_external_id(external_id)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        hold = hold_on(group) or DirectoryGroup(workspace=workspace, group=group)
        telling = by.because(LINKED) if hold._state.adding else by
        moves = _moves(workspace, group, steps)
        if moves.come != NOBODY or moves.wait:
            _require_open(group, hold)
        renamed = _rename(workspace, group, name, by=telling)
        group_people.write(workspace, group, moves.come, moves.go, by=telling)
        places.clear(workspace, group, by=telling)
        directory_waiting.write(workspace, group, moves.wait, moves.drop, by=by.plain())
        moved = renamed or moves != Moves()
        linked = external_id is not None and external_id != hold.external_id
        if linked and not moved:
            _record_link(workspace, group, hold, external_id or "", by=by)
        if moved or linked:
            hold.changed_at = timezone.now()
            hold.external_id = hold.external_id if external_id is None else external_id
        if moved or linked or not hold._state.adding:
            hold.synced_at = timezone.now()
            hold.save()
            managers.end_unmanageable(workspace, group, by=by)
            offers.withdraw_pushed(workspace, group, by=by)


def delete(group: Group, *, by: Actor) -> None:
    """Delete a group with its grants; whoever was in it stays in the workspace."""
    groups.delete(group, by=by)


def people_in(group: Group) -> dict[str, Member | Invite]:
    """Return who is in a group or put down for it by their public ids; 2 statements.

    Whoever was asked first stands under the invite that asks them.
    """
    workspace = group.workspace
    members = workspace.members.in_group(group).select_related("user").by_name()
    asked = workspace.directory_people.asked().filter(invite__groups=group)
    found: dict[str, Member | Invite] = {member.public_id: member for member in members}
    for record in asked.select_related("invite").order_by("pk"):
        if record.invite is not None:
            found[record.public_id] = record.invite
    return found


def _found(workspace: Workspace, ids: Collection[str]) -> dict[str, Somebody]:
    """Return members, people who were asked and who is not active, by public id; 3 statements.

    Raises Refused when one is unknown.
    """
    if not ids:
        return {}
    members = workspace.members.select_related("user").filter(public_id__in=among_texts(ids))
    found: dict[str, Somebody] = {member.public_id: member for member in members}
    asked = workspace.directory_people.asked().select_related("invite")
    for record in asked.filter(public_id__in=among_texts(ids)):
        if record.invite is not None and record.public_id not in found:
            found[record.public_id] = record.invite
    if rest := ids - found.keys():
        found |= directory_waiting.inactive(workspace, rest)
    if missing := sorted(ids - found.keys()):
        raise Refused("R5", f"There is no user {missing[0]}.", field="members")
    return found


def _people(found: Iterable[Somebody]) -> People:
    rows = list(found)
    return People(
        tuple(row for row in rows if isinstance(row, Member)),
        tuple(row for row in rows if isinstance(row, Invite)),
    )


def _inactive(found: Iterable[Somebody]) -> tuple[DirectoryPerson, ...]:
    return tuple(row for row in found if isinstance(row, DirectoryPerson))


def _moves(workspace: Workspace, group: Group, steps: Sequence[Step]) -> Moves:
    """Return who comes and who goes when the steps are taken one after the other.

    Whoever waits and is active again by another door comes when they are named.
    """
    if not steps:
        return Moves()
    group.workspace = workspace
    here, waiting = people_in(group), directory_waiting.waiting_in(group)
    wanted = here.keys() | waiting.keys()
    named: set[str] = set()
    for step in steps:
        match step.kind:
            case StepKind.ADD:
                wanted, named = wanted | set(step.people), named | set(step.people)
            case StepKind.REMOVE:
                wanted -= set(step.people)
            case StepKind.REPLACE:
                wanted, named = set(step.people), named | set(step.people)
    found = _found(workspace, (wanted - here.keys()) & named)
    gone: list[Somebody] = [row for ident, row in here.items() if ident not in wanted]
    if any(step.kind is StepKind.REPLACE for step in steps):
        gone += _put_down_by_others(workspace, group, here)
    new = {ident: row for ident, row in found.items() if ident not in waiting}
    return Moves(
        _people(found.values()),
        _people(gone),
        _inactive(new.values()),
        tuple(
            person
            for ident, person in waiting.items()
            if ident not in wanted or isinstance(found.get(ident), Member | Invite)
        ),
    )


def _put_down_by_others(
    workspace: Workspace, group: Group, here: dict[str, Member | Invite]
) -> list[Invite]:
    """Return open invites into the group that an owner sent, and the directory does not know."""
    known = [row.pk for row in here.values() if isinstance(row, Invite)]
    others = workspace.invites.pending().filter(groups=group).exclude(pk__in=among(known))
    return list(others.by_address())


def _require_open(group: Group, hold: DirectoryGroup) -> None:
    """Raise Denied for a group that holds ownership, unless an owner opened it (XL7)."""
    owning = group.grants.lasting().filter(role=OWNER).exists()
    if owning and hold.opened_at is None:
        raise Denied(
            "XL7",
            f"{group.name} makes people owners, and no owner has opened it to the directory.",
            field="members",
        )


def _rename(workspace: Workspace, group: Group, name: str | None, *, by: Actor) -> bool:
    if name is None or name == group.name:
        return False
    _require_free_name(workspace, name, besides=group)
    before = {"name": group.name, "description": group.description}
    group.name = name
    group.save(update_fields=["name"])
    audit.record(
        workspace,
        "group.described",
        by=by,
        target=target(group),
        before=before,
        after={**before, "name": name},
    )
    return True


def _record_link(
    workspace: Workspace, group: Group, hold: DirectoryGroup, external_id: str, *, by: Actor
) -> None:
    audit.record(
        workspace,
        "group.linked",
        by=by,
        target=target(group),
        before=None if hold._state.adding else {"external_id": hold.external_id},
        after={"external_id": external_id},
    )


def _require_free_name(workspace: Workspace, name: str, besides: Group | None = None) -> None:
    """Raise Conflict when another group is called the same (N2): to a directory a clash (409)."""
    taken = workspace.groups.named(name)
    if (taken.exclude(pk=besides.pk) if besides else taken).exists():
        raise Conflict("uniqueness", f"There is already a group named {name}.", field="displayName")


def _name(text: str) -> str:
    return line(text, field="displayName")
