"""Whom a change of something shared – a group, many people at once – touches, and how (§9)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from workspaces.access.decide import Policy
from workspaces.access.facts import load_policies, load_policy
from workspaces.access.levels import Move, many_moves
from workspaces.models.group import Group
from workspaces.models.member import Member, MemberQuerySet
from workspaces.models.workspace import Workspace
from workspaces.operations.reviews import digest_of, require_seen

SHOWN = 20
Transform = Callable[[Policy], Policy]


@dataclass(frozen=True, slots=True)
class Affected:
    """One member and how their access moves; no moves: they keep what they have anyway."""

    member: Member
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class PeopleReview:
    """The first people concerned, exactly, and how many there are in all."""

    people: tuple[Affected, ...]
    total: int
    digest: str

    @property
    def more(self) -> int:
        return self.total - len(self.people)

    def require(self, seen: str) -> None:
        """Raise Conflict or Refused unless this is the review that was looked at."""
        require_seen(seen, self.digest)


def affected(workspace: Workspace, members: MemberQuerySet, transform: Transform) -> PeopleReview:
    """Work out what becomes of members whose policies change like this; 5 statements.

    The first 20 by name are worked out exactly, the others counted. Members of another
    workspace are left out.
    """
    members = members.filter(workspace=workspace)
    shown = list(members.select_related("user").by_name()[:SHOWN])
    policies = load_policies(shown)
    pairs = [(policies[member.pk], transform(policies[member.pk])) for member in shown]
    people = tuple(
        Affected(member, tuple(found))
        for member, found in zip(shown, many_moves(pairs), strict=True)
    )
    total = members.count()
    return PeopleReview(people, total, _digest(workspace.pk, people, total))


def joining(group: Group) -> Transform:
    """Return what joining a group does to a policy."""
    gives = load_policy(group).held
    return lambda policy: replace(policy, held=(*policy.held, *gives))


def leaving(group: Group) -> Transform:
    """Return what leaving a group, or its end, does to a policy."""
    return lambda policy: replace(
        policy, held=tuple(held for held in policy.held if held.group != group.pk)
    )


def regranting(group: Group, after: Policy) -> Transform:
    """Return what a new policy of a group does to a policy of somebody in it."""
    without = leaving(group)

    def transform(policy: Policy) -> Policy:
        kept = without(policy)
        return replace(kept, held=(*kept.held, *after.held))

    return transform


def _digest(workspace_id: int, people: tuple[Affected, ...], total: int) -> str:
    lines = [
        (one.member.pk, [(m.type, m.was, m.becomes, m.count) for m in one.moves]) for one in people
    ]
    return digest_of(workspace_id, (lines, total))
