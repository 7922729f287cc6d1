"""One change of many groups: looked at once, written in one step, one event for the lot.

Which groups it is about is chosen again under the lock, and the review worked out from that.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workspaces.access.changes.without import Ways
from workspaces.access.dialect import among
from workspaces.access.facts import load_policies
from workspaces.change import Actor, Target, audit, lock_workspace, naming
from workspaces.errors import Refused
from workspaces.models import Group, GroupMember, GroupQuerySet, Member, MemberQuerySet, Workspace
from workspaces.operations.changes import affected
from workspaces.operations.changes.consequences import Change as Kind, access_changed, those
from workspaces.operations.changes.seen import both, digest_of, require_seen
from workspaces.operations.directory.pushed_groups import require_by_hand
from workspaces.operations.grants.kept import kept
from workspaces.operations.groups import membership
from workspaces.operations.invites.withdrawal import Losing, losing, void_orphans

Choice = Callable[[Workspace], GroupQuerySet]
SHOWN = 20
NAMED = 3  # groups in a mail


@dataclass(frozen=True, slots=True)
class GroupsReview:
    """What a change does: to which groups, the first by name, and to whom.

    `grants` are those that go, `invites` the addresses of open invites that lose a group, and
    `void` of those that then offer nothing.
    """

    shown: tuple[Group, ...]
    total: int
    people: affected.PeopleReview
    grants: int
    invites: tuple[str, ...]
    void: tuple[str, ...]
    digest: str

    @property
    def more(self) -> int:
        return self.total - len(self.shown)


class Change(ABC):
    """Something that can be done to many groups at once."""

    @abstractmethod
    def people(self, workspace: Workspace, groups: GroupQuerySet) -> MemberQuerySet:
        """Return whom it concerns."""

    @abstractmethod
    def transform(self, groups: list[Group]) -> affected.Transform:
        """Return what it does to a policy."""

    def require(self, groups: list[Group]) -> None:
        """Raise Refused where it may not happen to them."""
        return

    def goes(self, workspace: Workspace, groups: GroupQuerySet) -> tuple[int, Losing]:
        """Return how many grants go with them, and the open invites that lose something."""
        return 0, Losing((), ())

    @abstractmethod
    def write(self, workspace: Workspace, groups: GroupQuerySet, *, by: Actor) -> None:
        """Do it, with one event; under the lock."""


@dataclass(frozen=True, slots=True)
class Delete(Change):
    """Delete groups with their grants; their members stay in the workspace."""

    def people(self, workspace: Workspace, groups: GroupQuerySet) -> MemberQuerySet:
        return workspace.members.in_any(groups)

    def transform(self, groups: list[Group]) -> affected.Transform:
        return affected.losing(Ways(groups=frozenset(group.pk for group in groups)))

    def goes(self, workspace: Workspace, groups: GroupQuerySet) -> tuple[int, Losing]:
        held = workspace.grants.filter(group__in=groups.values("pk"))
        return held.count(), losing(workspace, groups=groups)

    def write(self, workspace: Workspace, groups: GroupQuerySet, *, by: Actor) -> None:
        rows = list(groups.by_name())
        held = workspace.grants.filter(group__in=groups.values("pk"))
        places = GroupMember.objects.filter(group__in=groups.values("pk"))
        listed = workspace.members.filter(pk__in=places.values("member"))
        inside = those(list(workspace.members.in_any(groups)))
        invited = losing(workspace, groups=rows)
        before = {
            "deleted": [group.name for group in rows],
            "grants": kept(held, "group", lambda grant: grant.group.name),
            "members": _rolls(places),
            **invited.told,
        }
        about = _many(rows)
        concerned = [
            *naming.targets(rows),
            *naming.people(listed),
            *naming.targets(invited.invites),
        ]
        held.drop_all()
        places.drop()
        groups.delete()
        invited.end(workspace)
        audit.record(
            workspace, "groups.deleted", by=by, target=about, concerned=concerned, before=before
        )
        access_changed(workspace, inside, Kind.LEFT, by=by, name=_names(rows))
        void_orphans(workspace, by=by)


@dataclass(frozen=True, slots=True)
class AddPeople(Change):
    """Put the same people into all the groups, for good; whoever is in one stays as they are."""

    members: tuple[Member, ...]

    def people(self, workspace: Workspace, groups: GroupQuerySet) -> MemberQuerySet:
        return workspace.members.filter(pk__in=among(member.pk for member in self.members))

    def transform(self, groups: list[Group]) -> affected.Transform:
        policies = load_policies(groups)
        return affected.gaining(held for policy in policies.values() for held in policy.held)

    def require(self, groups: list[Group]) -> None:
        require_by_hand(groups)

    def write(self, workspace: Workspace, groups: GroupQuerySet, *, by: Actor) -> None:
        rows = list(groups.by_name())
        people = list(self.people(workspace, groups).select_related("user").by_name())
        gave_way = membership.put_in_all(workspace, groups, people)
        audit.record(
            workspace,
            "groups.members_added",
            by=by,
            target=_many(rows),
            concerned=[*naming.targets(rows), *naming.targets(people)],
            before={"gave_way": gave_way} if gave_way else None,
            after={
                "groups": [group.name for group in rows],
                "members": sorted(member.user.email for member in people),
            },
        )
        access_changed(workspace, people, Kind.JOINED, by=by, name=_names(rows))


def review(workspace: Workspace, choose: Choice, change: Change) -> GroupsReview:
    """Work out what the change does to what is meant now; nothing is written.

    Raises Refused where it may not happen.
    """
    return _review(workspace, _frozen(workspace, choose), change)


def _review(workspace: Workspace, groups: GroupQuerySet, change: Change) -> GroupsReview:
    rows = list(groups.by_name())
    change.require(rows)
    people = affected.affected(workspace, change.people(workspace, groups), change.transform(rows))
    grants, lost = change.goes(workspace, groups)
    invites, void = (tuple(one.email for one in some) for some in (lost.invites, lost.void))
    basis = digest_of(workspace.pk, ([group.pk for group in rows], grants, invites, void))
    return GroupsReview(
        tuple(rows[:SHOWN]), len(rows), people, grants, invites, void, both(people.digest, basis)
    )


def _frozen(workspace: Workspace, choose: Choice) -> GroupQuerySet:
    """Return the groups that are meant, fixed: the change itself may move them out of a filter."""
    chosen = choose(workspace).filter(workspace=workspace)
    pks = list(chosen.order_by().values_list("pk", flat=True))
    rows: GroupQuerySet = workspace.groups.filter(pk__in=among(pks))
    return rows


def apply(workspace: Workspace, choose: Choice, change: Change, *, by: Actor) -> int:
    """Make the change for all groups that are meant, or for none; return how many they are.

    Raises Conflict when the review that was looked at no longer fits, or a directory keeps one of
    them, Refused when there is none.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        groups = _frozen(locked, choose)
        by = require_seen(by, lambda: _review(locked, groups, change).digest)
        rows = list(groups)
        if not rows:
            raise Refused("bulk", "No group is chosen.")
        change.require(rows)
        change.write(locked, groups, by=by)
        return len(rows)


def _many(groups: list[Group]) -> Target:
    """Return how the trail calls a number of groups: one by its own name and id."""
    found = naming.targets(groups)
    return found[0] if len(found) == 1 else Target("groups", "", f"{len(found)} groups")


def _names(groups: list[Group]) -> str:
    """Return what a mail calls several groups."""
    more = [f"+{len(groups) - NAMED}"] if len(groups) > NAMED else []
    return ", ".join([*(group.name for group in groups[:NAMED]), *more])


def _rolls(places: Iterable[GroupMember]) -> dict[str, list[str]]:
    """Return who was listed in each group, by address."""
    found: dict[str, list[str]] = {}
    rows = places.order_by("group__sort_key", "member__user__email")  # type: ignore[attr-defined]
    for name, email in rows.values_list("group__name", "member__user__email"):
        found.setdefault(name, []).append(email)
    return found
