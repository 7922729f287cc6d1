"""What a directory does with groups: it names them and says who is in them (L5, L7).

Grants are given in the workspace and outlive all of it. Whoever was asked by mail first is
put down for a group like a member, and joins it when they accept.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from accounts.addresses import NAME_LENGTH, clean_name
from workspaces import audit
from workspaces.access.dialect import among, among_texts
from workspaces.audit import Actor
from workspaces.catalogue import OWNER
from workspaces.errors import Conflict, Denied, Refused
from workspaces.locks import lock_workspace, reread
from workspaces.models.directory import DirectoryGroup
from workspaces.models.group import Group
from workspaces.models.invite import Invite
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.operations import group_people, groups
from workspaces.operations.directory_people import checked_external_id
from workspaces.operations.group_people import NOBODY, People
from workspaces.operations.pushed import LINKED, hold_on
from workspaces.operations.trail import target


class StepKind(StrEnum):
    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a change of members; people are named by their public ids."""

    kind: StepKind
    people: tuple[str, ...] = ()


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

    Raises Conflict when the name is taken, Refused for an unknown person; `field` is the
    attribute's name.
    """
    name, external_id = _name(name), checked_external_id(external_id)
    with lock_workspace(workspace.pk, by=by) as locked:
        _require_free_name(locked, name)
        crowd = _people(_found(locked, set(people)).values())
        group = Group.objects.create(workspace=locked, name=name)
        DirectoryGroup.objects.create(workspace=locked, group=group, external_id=external_id)
        group_people.put_in(locked, group, crowd)
        audit.record(
            locked,
            "group.created",
            by=by,
            target=target(group),
            after={"description": "", "grants": [], "members": crowd.addresses},
        )
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
    that was made by hand is the directory's from then on. Whoever is taken out and is not
    in it is no error, for a directory cannot know. Raises Conflict when the name is taken,
    Refused for an unknown person, and Denied when somebody would become an owner by it and
    no owner has opened the group to the directory (L7).
    """
    name = None if name is None else _name(name)
    external_id = None if external_id is None else checked_external_id(external_id)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        hold = hold_on(group) or DirectoryGroup(workspace=workspace, group=group)
        why = LINKED if hold._state.adding else ""
        come, go = _moves(workspace, group, steps)
        if come != NOBODY:
            _require_open(group, hold)
        renamed = _rename(workspace, group, name, by=by, reason=why)
        group_people.write(workspace, group, come, go, by=by, reason=why)
        moved = renamed or (come, go) != (NOBODY, NOBODY)
        linked = external_id is not None and external_id != hold.external_id
        if linked and not moved:
            _record_link(workspace, group, hold, external_id or "", by=by)
        if moved or linked:
            hold.changed_at = timezone.now()
            hold.external_id = hold.external_id if external_id is None else external_id
        if moved or linked or not hold._state.adding:
            hold.synced_at = timezone.now()
            hold.save()


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


def _found(workspace: Workspace, ids: Collection[str]) -> dict[str, Member | Invite]:
    """Return members and people who were asked by their public ids; 2 statements.

    Raises Refused when one is unknown, or is no longer active here.
    """
    if not ids:
        return {}
    members = workspace.members.select_related("user").filter(public_id__in=among_texts(ids))
    found: dict[str, Member | Invite] = {member.public_id: member for member in members}
    asked = workspace.directory_people.asked().select_related("invite")
    for record in asked.filter(public_id__in=among_texts(ids)):
        if record.invite is not None and record.public_id not in found:
            found[record.public_id] = record.invite
    if missing := sorted(ids - found.keys()):
        raise Refused("R5", f"There is no active user {missing[0]}.", field="members")
    return found


def _people(found: Iterable[Member | Invite]) -> People:
    rows = list(found)
    return People(
        tuple(row for row in rows if isinstance(row, Member)),
        tuple(row for row in rows if isinstance(row, Invite)),
    )


def _moves(workspace: Workspace, group: Group, steps: Sequence[Step]) -> tuple[People, People]:
    """Return who comes and who goes when the steps are taken one after the other."""
    if not steps:
        return NOBODY, NOBODY
    group.workspace = workspace
    here = people_in(group)
    wanted = set(here)
    for step in steps:
        match step.kind:
            case StepKind.ADD:
                wanted |= set(step.people)
            case StepKind.REMOVE:
                wanted -= set(step.people)
            case StepKind.REPLACE:
                wanted = set(step.people)
    come = _found(workspace, wanted - here.keys())
    gone = [row for ident, row in here.items() if ident not in wanted]
    if any(step.kind is StepKind.REPLACE for step in steps):
        gone += _put_down_by_others(workspace, group, here)
    return _people(come.values()), _people(gone)


def _put_down_by_others(
    workspace: Workspace, group: Group, here: dict[str, Member | Invite]
) -> list[Invite]:
    """Return open invites into the group that an owner sent, and the directory does not know."""
    known = [row.pk for row in here.values() if isinstance(row, Invite)]
    others = workspace.invites.pending().filter(groups=group).exclude(pk__in=among(known))
    return list(others.by_address())


def _require_open(group: Group, hold: DirectoryGroup) -> None:
    """Raise Denied for a group that holds ownership, unless an owner opened it (L7)."""
    owning = group.grants.active().filter(role=OWNER).exists()
    if owning and hold.opened_at is None:
        raise Denied(
            "L7",
            f"{group.name} makes people owners, and no owner has opened it to the directory.",
            field="members",
        )


def _rename(
    workspace: Workspace, group: Group, name: str | None, *, by: Actor, reason: str
) -> bool:
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
        reason=reason,
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
    """Raise Conflict when another group has the name: to a directory that is a clash (409)."""
    taken = workspace.groups.filter(name__iexact=name)
    if (taken.exclude(pk=besides.pk) if besides else taken).exists():
        raise Conflict("uniqueness", f"There is already a group named {name}.", field="displayName")


def _name(text: str) -> str:
    try:
        name = clean_name(text)
    except ValueError as error:
        raise Refused("F6", str(error), field="displayName") from error
    if not name:
        raise Refused("F6", f"A name has 1 to {NAME_LENGTH} characters.", field="displayName")
    return name
