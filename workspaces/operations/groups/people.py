"""Who is in a group, people with an open invite among them: one change, one event (A1).

Whoever is invited joins when they accept. Programs name both by address, so one change may
be about either. A group that a directory pushes is changed by the directory alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import F

from accounts.addresses import sought
from workspaces.access.dialect import among
from workspaces.change import Actor, Target, audit, lock_workspace, reread, target, targets
from workspaces.errors import Refused
from workspaces.models import Group, Invite, InviteGroup, Member, MemberQuerySet, Workspace
from workspaces.operations.changes.consequences import Change, access_changed, those
from workspaces.operations.directory.pushed_groups import require_by_hand
from workspaces.operations.groups import membership, rolls
from workspaces.operations.groups.managers import require_charge
from workspaces.operations.groups.rolls import Roll, grouped
from workspaces.operations.invites.withdrawal import void_orphans
from workspaces.spans import ALWAYS, Span, require_span


@dataclass(frozen=True, slots=True)
class People:
    """Members and open invites; `addresses` names them all."""

    members: tuple[Member, ...] = ()
    invites: tuple[Invite, ...] = ()

    @property
    def addresses(self) -> list[str]:
        found = [member.user.email for member in self.members]
        return sorted([*found, *(invite.email for invite in self.invites)])

    @property
    def told(self) -> list[Target]:
        """They all, as the trail mentions them."""
        return [*targets(self.members), *targets(self.invites)]

    def without(self, other: "People") -> "People":
        """Return those who are not among the others."""
        return People(
            tuple(member for member in self.members if member not in other.members),
            tuple(invite for invite in self.invites if invite not in other.invites),
        )


NOBODY = People()
NO_SPANS: Roll = MappingProxyType({})


def people_named(workspace: Workspace, addresses: Iterable[str]) -> People:
    """Return who has these addresses here; 2 statements.

    Raises Refused that names the first address that is neither a member's nor invited.
    """
    wanted = {address: sought(address) for address in addresses}
    emails = set(wanted.values())
    members = workspace.members.select_related("user").filter(user__email__in=emails)
    invites = workspace.invites.open().filter(email__in=emails)
    found = People(tuple(members.by_name()), tuple(invites.by_address()))
    known = set(found.addresses)
    if missing := sorted(typed for typed, email in wanted.items() if email not in known):
        raise Refused("R5", f"{missing[0]} is neither a member nor invited.", field="emails")
    return found


def people_in(group: Group) -> People:
    """Return everybody in the group now; 2 statements."""
    members = group.workspace.members.in_group(group).select_related("user").by_name()
    return _with_invites(group, members)


def people_listed(group: Group) -> People:
    """Return everybody in the group, and whose place is planned or has ended; 2 statements."""
    members = group.workspace.members.listed_in(group).select_related("user").by_name()
    return _with_invites(group, members)


def _with_invites(group: Group, members: MemberQuerySet) -> People:
    invites = group.workspace.invites.open().filter(groups=group).by_address()
    return People(tuple(members), tuple(invites))


def join(group: Group, addresses: Iterable[str], *, by: Actor, span: Span = ALWAYS) -> None:
    """Put people into the group who are not in it now, for `span` (W1).

    Raises Refused for an unknown address, and for a span that is over.
    """
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.select_related("workspace"), group)
        there = people_in(group)
        come = people_named(workspace, addresses).without(there)
        require_span(span.starts, span.ends)
        spans = rolls.alike(come.addresses, span)
        _write_by_hand(workspace, group, come, NOBODY, by=by, spans=spans)


def part(group: Group, addresses: Iterable[str], *, by: Actor) -> None:
    """Take people out of the group. Raises Refused for an unknown address."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.select_related("workspace"), group)
        there, named = people_listed(group), people_named(workspace, addresses)
        go = there.without(there.without(named))
        _write_by_hand(workspace, group, NOBODY, go, by=by)


def replace(group: Group, addresses: Iterable[str], *, by: Actor) -> None:
    """Make just these people the group's: a planned or ended place of others goes, too (W1).

    Raises Refused for an unknown address.
    """
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.select_related("workspace"), group)
        there, wanted = people_in(group), people_named(workspace, addresses)
        come, go = wanted.without(there), people_listed(group).without(wanted)
        _write_by_hand(workspace, group, come, go, by=by)


def put_back(
    group: Group, people: People, *, inside: bool, by: Actor, spans: Roll = NO_SPANS
) -> None:
    """Undo an event: let people be in the group again, with the spans they had, or no longer."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.select_related("workspace"), group)
        there = people_listed(group)
        here = there.without(there.without(people))
        come, go = (people.without(here), NOBODY) if inside else (NOBODY, here)
        _write_by_hand(workspace, group, come, go, by=by, spans=spans)


def _write_by_hand(
    workspace: Workspace,
    group: Group,
    come: People,
    go: People,
    *,
    by: Actor,
    spans: Roll = NO_SPANS,
) -> None:
    """Write who comes and goes, unless the directory says that. Nobody at all is no clash."""
    if (come, go) != (NOBODY, NOBODY):
        require_charge(by, group, come.members)
        require_by_hand([group])
        write(workspace, group, come, go, by=by, spans=spans)


def write(
    workspace: Workspace,
    group: Group,
    come: People,
    go: People,
    *,
    by: Actor,
    spans: Roll = NO_SPANS,
) -> None:
    """Let people come and go; one event for all of them, none for nobody. Under the lock.

    `spans` says by address of whoever comes from when until when (W1).
    """
    if come == go == NOBODY:
        return
    before = _roll(group, go) if go != NOBODY else rolls.planned(group, come.members)
    lose = rolls.living(group, go.members) if go.members else []
    membership.take_out(group, go.members)
    uninvited = among(invite.pk for invite in go.invites)
    InviteGroup.objects.filter(group=group, invite__in=uninvited).delete()
    put_in(workspace, group, come, spans)
    action = "group.members_replaced"
    if go == NOBODY:
        action = "group.members_added"
    elif come == NOBODY:
        action = "group.members_removed"
    audit.record(
        workspace,
        action,
        by=by,
        target=target(group),
        concerned=[*go.told, *come.told],
        before=rolls.written(before) or None,
        after=rolls.written({email: spans.get(email, ALWAYS) for email in come.addresses}) or None,
    )
    void_orphans(workspace, by=by)
    if lose:
        access_changed(workspace, those(lose), Change.LEFT, by=by, name=group.name)
    by_span = grouped(come.members, lambda member: spans.get(member.user.email, ALWAYS))
    for span, members in by_span.items():
        access_changed(workspace, those(members), Change.JOINED, by=by, name=group.name, span=span)


def _roll(group: Group, people: People) -> dict[str, Span]:
    """Return what places the group lists or offers of these people; 2 statements."""
    pks = among(invite.pk for invite in people.invites)
    asked = InviteGroup.objects.filter(group=group, invite__in=pks).select_related("invite")
    return rolls.roll_of(group, people.members) | {row.invite.email: row.span for row in asked}


def put_in(workspace: Workspace, group: Group, come: People, spans: Roll = NO_SPANS) -> None:
    """Write who comes, members and people with an invite, without an event.

    3 statements for each span.
    """
    membership.put_in_each_with(workspace, group, come.members, spans)
    by_span = grouped(come.invites, lambda invite: spans.get(invite.email, ALWAYS))
    for span, invites in by_span.items():
        asked = workspace.invites.filter(pk__in=among(invite.pk for invite in invites))
        InviteGroup.objects.insert_for_each(
            asked, workspace=workspace, group=group, invite=F("pk"), **span.columns
        )
