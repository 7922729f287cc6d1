"""What if some ways were taken away: what somebody holds without them (R14).

Nothing is taken: the rules of `decide` walk over the policy that would be left. Pages that ask what
would be lost, and the reviews of taking it, go by this one reading.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from workspaces.access import decide, facts
from workspaces.access.changes.levels import (
    Move,
    level_of,
    many_moves,
    moved,
    moves,
    workspace_moves,
)
from workspaces.access.counts.headcount import headcounts
from workspaces.access.reach import condition
from workspaces.access.who import who
from workspaces.catalogue import ADMINISTER, EDIT, OWNER, READ, ResourceType
from workspaces.models import Member, Resource

LOOKED_AT = 50  # things of a type


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways by which somebody holds something, by primary keys; with none nothing is taken.

    A grant is their own, or a group's: that one is a way of everybody in it. A group stands for a
    place in it, whatever it grants, `own_role` for ownership by one's own role (R7).
    """

    grants: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    own_role: bool = False

    def include(self, held: decide.Held) -> bool:
        """Whether something is held by one of them."""
        if held.grant is None:
            return self.own_role and held.role == OWNER
        return held.grant in self.grants or held.group in self.groups

    def __or__(self, other: "Ways") -> "Ways":
        return Ways(
            self.grants | other.grants,
            self.groups | other.groups,
            own_role=self.own_role or other.own_role,
        )


def every_way_of(policy: decide.Policy) -> Ways:
    """Return all by which a policy's subject holds it, by itself and by groups."""
    grants = {held.grant for held in policy.held if held.grant is not None}
    return Ways(grants=frozenset(grants), own_role=True)


def without(policy: decide.Policy, ways: Ways) -> decide.Policy:
    """Return what a policy is once these ways are gone; no statement."""
    return replace(policy, held=tuple(held for held in policy.held if not ways.include(held)))


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody may do on one thing, and every grant that gives the level of that."""

    rights: frozenset[str]
    by: tuple[decide.Held, ...] = ()

    @property
    def level(self) -> str:
        return level_of(self.rights)


def left(policy: decide.Policy, ways: Ways, thing: decide.Facts) -> Left:
    """Return what is left of somebody's access to a thing without these ways; no statement."""
    after = without(policy, ways)
    rights = decide.rights(after, thing)
    action = EDIT if EDIT in rights else READ
    return Left(rights, tuple(decide.paths(after, action, thing)))


@dataclass(frozen=True, slots=True)
class Kept:
    """The first things that somebody sees without some ways too, and by what they do.

    `more`: there are others.
    """

    things: tuple[Resource, ...]
    by: tuple[decide.Held, ...]
    more: bool


def kept_without(policy: decide.Policy, ways: Ways, most: int) -> Kept:
    """Return what these ways give and others give as well; 2 statements, 1 where there is none."""
    after = without(policy, ways)
    gone = replace(policy, held=tuple(held for held in policy.held if ways.include(held)))
    both = condition(gone, READ, ResourceType) & condition(after, READ, ResourceType)
    rows = Resource.objects.filter(both, workspace_id=policy.workspace)
    found = list(rows.select_related("source").by_name()[: most + 1])
    things, more = tuple(found[:most]), len(found) > most
    known = facts.load_facts(things, [after])
    by = (held for one in things for held in decide.paths(after, READ, known[one.pk]))
    return Kept(things, tuple(dict.fromkeys(by)), more)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody, and the ways that they would lose, one by one."""

    member: Member
    ways: tuple[Ways, ...]

    @property
    def together(self) -> Ways:
        found = Ways()
        for way in self.ways:
            found |= way
        return found


@dataclass(frozen=True, slots=True)
class OnThing:
    """What becomes of one thing for somebody: before, after, and by what each way takes alone.

    `could` is the same for what they could take up (W8). `beneath` are destinations of the thing.
    """

    was: Left
    becomes: Left
    alone: tuple[Left, ...]
    could: tuple[str, str]
    beneath: tuple[Move, ...]

    @property
    def moves(self) -> bool:
        return self.was.rights != self.becomes.rights or self.could[0] != self.could[1]


@dataclass(frozen=True, slots=True)
class Without:
    """What somebody loses without some ways: on the thing asked about, and elsewhere.

    `elsewhere` leaves that thing out, and what lies beneath it; `lost` are actions on the
    workspace. With `on` None it was asked about no thing.
    """

    asked: Asked
    on: OnThing | None
    elsewhere: tuple[Move, ...]
    lost: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Whether anything at all is lost."""
        return bool(self.elsewhere or self.lost or (self.on and (self.on.moves or self.on.beneath)))

    @property
    def stops_editing(self) -> bool:
        """Whether the thing could be edited before, and no longer."""
        return self.on is not None and EDIT in self.on.was.rights - self.on.becomes.rights


def what_if(asked: Sequence[Asked], thing: Resource | None = None) -> list[Without]:
    """Answer what each would lose; 9 statements at most, however many ways and people.

    One person's moves are named by their first few things, in a statement more for each kind of
    move that there is; of several they are counted.
    """
    people = [one.member for one in asked]
    now, most = facts.load_policies(people), facts.load_policies_at_most(people)
    pairs = [
        (now[m.pk], without(now[m.pk], one.together)) for m, one in zip(people, asked, strict=True)
    ]
    on: list[OnThing | None] = [None] * len(asked)
    within = Q()
    if thing is not None:
        known = facts.load_facts([thing], [*now.values(), *most.values()])[thing.pk]
        below = _beneath(thing, pairs)
        on = [
            _on(known, one, now[one.member.pk], most[one.member.pk], beneath)
            for one, beneath in zip(asked, below, strict=True)
        ]
        within = ~Q(pk=thing.pk) & ~Q(source=thing)
    alone = len(pairs) == 1
    elsewhere = [moves(*pairs[0], within=within)] if alone else many_moves(pairs, within)
    return [
        Without(one, on_it, tuple(found), workspace_moves(*pair)[1])
        for one, on_it, found, pair in zip(asked, on, elsewhere, pairs, strict=True)
    ]


def left_to_owners(
    member: Member, before: decide.Policy, after: decide.Policy, found: Iterable[Move]
) -> list[Resource]:
    """Return things that a member edits before and not after, and then nobody but owners could.

    Looked at are the first 50 of each type that moves; 1 statement, and 3 more for each of them.
    """
    owners = who(ADMINISTER, member.workspace).exclude(pk=member.pk).count()
    alone: list[Resource] = []
    for move in found:
        if move.was == EDIT:
            things = list(moved(before, after, move).by_name()[:LOOKED_AT])
            counts = headcounts((EDIT,), things)
            alone += [one for one in things if counts[one.pk][0] - 1 <= owners]
    return alone


def _beneath(
    thing: Resource, pairs: Sequence[tuple[decide.Policy, decide.Policy]]
) -> list[list[Move]]:
    """Return what moves of a source's destinations, counted; 3 statements."""
    if thing.type != ResourceType.SOURCE:
        return [[] for _pair in pairs]
    return many_moves(pairs, Q(source=thing))


def _on(
    known: decide.Facts,
    asked: Asked,
    now: decide.Policy,
    most: decide.Policy,
    beneath: Sequence[Move],
) -> OnThing:
    gone = asked.together
    return OnThing(
        left(now, Ways(), known),
        left(now, gone, known),
        tuple(left(now, way, known) for way in asked.ways),
        (left(most, Ways(), known).level, left(most, gone, known).level),
        tuple(beneath),
    )
