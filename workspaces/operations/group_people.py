"""Who is in a group, people with an open invite among them: one change, one event (A1).

Whoever is invited joins when they accept. Programs name both by address, so one change may
be about either. A group that a directory pushes is changed by the directory alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F

from workspaces import audit
from workspaces.access.dialect import among
from workspaces.audit import Actor
from workspaces.errors import Refused
from workspaces.locks import lock_workspace, reread
from workspaces.models.group import Group, GroupMember
from workspaces.models.invite import Invite, InviteGroup
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.operations.aftermath import Change, access_changed, those
from workspaces.operations.orphans import void_orphans
from workspaces.operations.pushed import require_by_hand
from workspaces.operations.trail import target


@dataclass(frozen=True, slots=True)
class People:
    """Members and open invites; `addresses` names them all."""

    members: tuple[Member, ...] = ()
    invites: tuple[Invite, ...] = ()

    @property
    def addresses(self) -> list[str]:
        found = [member.user.email for member in self.members]
        return sorted([*found, *(invite.email for invite in self.invites)])

    def without(self, other: "People") -> "People":
        """Return those who are not among the others."""
        return People(
            tuple(member for member in self.members if member not in other.members),
            tuple(invite for invite in self.invites if invite not in other.invites),
        )


NOBODY = People()


def people_named(workspace: Workspace, addresses: Iterable[str]) -> People:
    """Return who has these addresses here; 2 statements.

    Raises Refused that names the first address that is neither a member's nor invited.
    """
    wanted = {address.lower() for address in addresses}
    members = workspace.members.select_related("user").filter(user__email__in=wanted)
    invites = workspace.invites.open().filter(email__in=wanted)
    found = People(tuple(members.by_name()), tuple(invites.by_address()))
    if missing := sorted(wanted - set(found.addresses)):
        raise Refused("R5", f"{missing[0]} is neither a member nor invited.", field="emails")
    return found


def people_in(group: Group) -> People:
    """Return everybody in the group; 2 statements."""
    members = group.workspace.members.in_group(group).select_related("user").by_name()
    invites = group.workspace.invites.open().filter(groups=group).by_address()
    return People(tuple(members), tuple(invites))


def join(group: Group, addresses: Iterable[str], *, by: Actor) -> None:
    """Put people into the group who are not in it. Raises Refused for an unknown address."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.select_related("workspace"), group)
        require_by_hand([group])
        there = people_in(group)
        come = people_named(workspace, addresses).without(there)
        write(workspace, group, come, NOBODY, by=by)


def part(group: Group, addresses: Iterable[str], *, by: Actor) -> None:
    """Take people out of the group. Raises Refused for an unknown address."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.select_related("workspace"), group)
        require_by_hand([group])
        there, named = people_in(group), people_named(workspace, addresses)
        write(workspace, group, NOBODY, there.without(there.without(named)), by=by)


def replace(group: Group, addresses: Iterable[str], *, by: Actor) -> None:
    """Make just these people the group's. Raises Refused for an unknown address."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.select_related("workspace"), group)
        require_by_hand([group])
        there, wanted = people_in(group), people_named(workspace, addresses)
        write(workspace, group, wanted.without(there), there.without(wanted), by=by)


def write(
    workspace: Workspace, group: Group, come: People, go: People, *, by: Actor, reason: str = ""
) -> None:
    """Let people come and go; one event for all of them, none for nobody. Under the lock."""
    if come == go == NOBODY:
        return
    left = among(member.pk for member in go.members)
    GroupMember.objects.filter(group=group, member__in=left).delete()
    uninvited = among(invite.pk for invite in go.invites)
    InviteGroup.objects.filter(group=group, invite__in=uninvited).delete()
    put_in(workspace, group, come)
    action = "members_replaced"
    if go == NOBODY:
        action = "members_added"
    elif come == NOBODY:
        action = "members_removed"
    audit.record(
        workspace,
        f"group.{action}",
        by=by,
        target=target(group),
        before=go.addresses or None,
        after=come.addresses or None,
        reason=reason,
    )
    void_orphans(workspace, by=by)
    for people, change in ((go, Change.LEFT), (come, Change.JOINED)):
        if people.members:
            access_changed(workspace, those(list(people.members)), change, by=by, name=group.name)


def put_in(workspace: Workspace, group: Group, come: People) -> None:
    """Write who comes, members and people with an invite, without an event; 2 statements."""
    members = workspace.members.filter(pk__in=among(member.pk for member in come.members))
    GroupMember.objects.insert_for_each(members, workspace=workspace, group=group, member=F("pk"))
    asked = workspace.invites.filter(pk__in=among(invite.pk for invite in come.invites))
    InviteGroup.objects.insert_for_each(asked, workspace=workspace, group=group, invite=F("pk"))
