"""Whom a change of something shared – a group, many people at once – touches, and how (R14)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from django.db.models import Q

from workspaces.access import decide, facts
from workspaces.access.changes.levels import Move, many_moves, same, workspace_moves
from workspaces.access.changes.without import Ways, without
from workspaces.catalogue import ADMINISTER
from workspaces.models import Group, Member, MemberQuerySet, Workspace
from workspaces.operations.changes.seen import digest_of

SHOWN = 20
FIRST = 3  # of them, where a change moves more things than can be decided about one by one
Transform = Callable[[decide.Policy], decide.Policy]
Pair = tuple[decide.Policy, decide.Policy]  # before and after


@dataclass(frozen=True, slots=True)
class Affected:
    """One member, how their access moves, and which actions on the workspace come or go."""

    member: Member
    moves: tuple[Move, ...]
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def keeps(self) -> bool:
        """Whether they have all of it anyway, or never had it."""
        return not (self.moves or self.gained or self.lost)

    @property
    def becomes_owner(self) -> bool:
        return ADMINISTER in self.gained

    @property
    def stops_owning(self) -> bool:
        return ADMINISTER in self.lost


@dataclass(frozen=True, slots=True)
class PeopleReview:
    """The first people concerned, exactly, and how many there are in all.

    They are 20 at most, fewer where very much moves for each.
    """

    people: tuple[Affected, ...]
    total: int
    digest: str

    @property
    def more(self) -> int:
        return self.total - len(self.people)


@dataclass(frozen=True, slots=True)
class Concerned:
    """Members whose policies change, the first by name with theirs before and after, read once."""

    workspace: int
    shown: Sequence[Member]
    pairs: Sequence[Pair]
    everyone: Sequence[int]
    beside: object = None  # what else is looked at with them

    @property
    def basis(self) -> object:
        """What the review is worked out from; no statement."""
        present = [before.present for before, _after in self.pairs]
        return present, [_held(pair) for pair in self.pairs], self.everyone, self.beside

    def review(self, *, within: Q | None = None, newest: int | None = None) -> PeopleReview:
        """Work out what becomes of them; 3 statements, 2 where `newest` is known.

        That is the number of the event that was the newest before any of it was read.
        """
        found = zip(self.shown, self.pairs, _moves(self.pairs, within), strict=False)
        people = tuple(
            Affected(m, tuple(moves), *(workspace_moves(*pair) if within is None else ()))
            for m, pair, moves in found
        )
        shown = _shown(people), [_held(pair) for pair in self.pairs], self.everyone, self.beside
        basis = None if newest is None else self.basis
        digest = digest_of(self.workspace, shown, basis=basis, newest=newest)
        return PeopleReview(people, len(self.everyone), digest)


def affected(
    workspace: Workspace,
    members: MemberQuerySet,
    transform: Transform,
    *,
    unlike: Mapping[int, Transform] = MappingProxyType({}),
    within: Q | None = None,
) -> PeopleReview:
    """Work out what becomes of members whose policies change like this; 6 statements.

    The first by name are worked out exactly, the others counted. Members of another
    workspace are left out. A deactivated account has no access, so none comes or goes.
    `unlike` says of members, by primary key, whose policy changes otherwise than the others'.
    `within` says on which resources the change holds, where not on all; then nothing is
    said of the workspace itself.
    """
    members = members.filter(workspace=workspace)
    shown = list(members.select_related("user").by_name()[:SHOWN])
    policies = facts.load_policies(shown)
    pairs = [_pair(policies[m.pk], unlike.get(m.pk, transform)) for m in shown]
    everyone = list(members.order_by("pk").values_list("pk", flat=True))
    return Concerned(workspace.pk, shown, pairs, everyone).review(within=within)


def joiners(
    group: Group, members: Sequence[Member], *, gaining_now: bool, beside: object = None
) -> Concerned:
    """Read what members hold who come into a group, all of them in order of name; 1 statement.

    `gaining_now` says whether they hold at once what the group grants.
    """
    shown = members[:SHOWN]
    own, policies = facts.load_policies_beside(group, shown)
    transform = gaining(own.held) if gaining_now else nothing
    pairs = [_pair(policies[member.pk], transform) for member in shown]
    everyone = sorted(member.pk for member in members)
    return Concerned(group.workspace_id, shown, pairs, everyone, beside)


def _moves(pairs: Sequence[Pair], within: Q | None) -> list[list[Move]]:
    """Count the moves of those whose policy changes; an editor opens before anything does.

    The list ends where more people would be too much.
    """
    changing = [pair for pair in pairs if _differ(*pair)]
    moves = iter(many_moves(changing, within, at_once=FIRST))
    found: list[list[Move]] = []
    for pair in pairs:
        moved = next(moves, None) if _differ(*pair) else []
        if moved is None:
            break
        found.append(moved)
    return found


def _differ(before: decide.Policy, after: decide.Policy) -> bool:
    return {same(held) for held in before.held} != {same(held) for held in after.held}


def _pair(before: decide.Policy, transform: Transform) -> Pair:
    return before, transform(before) if before.present else before


def joining(group: Group) -> Transform:
    """Return what joining a group does to a policy."""
    return gaining(facts.load_policy(group).held)


def nothing(policy: decide.Policy) -> decide.Policy:
    """Leave a policy as it is, for now."""
    return policy


def gaining(held: Iterable[decide.Held]) -> Transform:
    """Return what holding these grants too does to a policy."""
    gives = tuple(held)
    return lambda policy: replace(policy, held=(*policy.held, *gives))


def losing(ways: Ways) -> Transform:
    """Return what losing some of the ways one holds things by does to a policy."""
    return lambda policy: without(policy, ways)


def leaving(group: Group) -> Transform:
    """Return what leaving a group, or its end, does to a policy."""
    return losing(Ways(groups=frozenset({group.pk})))


def moving(group: Group, to: Group) -> Transform:
    """Return what going from one group into another one does to a policy."""
    leave, join = leaving(group), joining(to)
    without = leaving(to)  # whoever is in it already holds its grants once
    return lambda policy: join(without(leave(policy)))


def regranting(group: Group, after: decide.Policy) -> Transform:
    """Return what a new policy of a group does to a policy of somebody in it."""
    without = leaving(group)
    gives = tuple(replace(held, group=group.pk) for held in after.held)
    return lambda policy: replace(policy, held=(*without(policy).held, *gives))


def _shown(people: Iterable[Affected]) -> list[object]:
    return [
        (one.member.pk, [(m.type, m.was, m.becomes, m.count) for m in one.moves]) for one in people
    ]


def _held(pair: Pair) -> list[list[str]]:
    """Return what somebody holds before and after, in an order that does not depend on the rows."""
    return [
        sorted(
            repr((h.role, h.scope, h.grant, h.group, sorted(h.labels), sorted(h.listed)))
            for h in policy.held
        )
        for policy in pair
    ]
