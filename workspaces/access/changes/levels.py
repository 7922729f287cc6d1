"""Levels: how far a subject's access to each resource rises or falls by a change (R14).

A resource stands at *edit*, *view* or *none* for a subject. A change moves resources from
one level to another; each move is counted in SQL and named by its first few resources.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Q

from workspaces import catalogue
from workspaces.access.changes.counting import count_moved
from workspaces.access.decide import Facts, Held, Policy, allows_on_workspace, rights
from workspaces.access.facts import load_facts
from workspaces.access.reach import condition
from workspaces.models import Resource, ResourceQuerySet

NONE, VIEW = "none", "view"
NAMED = 3
MOVES = tuple(
    (was, now)
    for was in (NONE, VIEW, catalogue.EDIT)
    for now in (NONE, VIEW, catalogue.EDIT)
    if was != now
)
# Rights beside the level, and the types that have them.
ASIDE = {catalogue.ENGAGE: (catalogue.ResourceType.SPACE,), catalogue.VIEW_PII: catalogue.LABELLED}
FEW = 10_000  # resources: it is quicker then to decide for each than to count in SQL
Step = tuple[str, str]
STEPS: tuple[Step, ...] = (
    *MOVES,
    *((NONE, action) for action in ASIDE),
    *((action, NONE) for action in ASIDE),
)
Counts = dict[tuple[int, str], Counter[Step]]  # by place of the subject, and type


class Thing(NamedTuple):
    """A resource, as far as it is decided about."""

    pk: int
    workspace_id: int
    type: str
    source_id: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """`count` resources of a type move from one level to another, or gain or lose a right.

    For the rights beside the level, `was` and `becomes` are the right's action or *none*.
    `because` are the held grants that come (for a rise) or go (for a fall) and bear on it.
    """

    type: str
    was: str
    becomes: str
    count: int
    names: tuple[str, ...] = ()
    because: tuple[Held, ...] = ()

    @property
    def rises(self) -> bool:
        """Whether the subject gains by it."""
        order = (NONE, VIEW, catalogue.EDIT)
        if self.was in order and self.becomes in order:
            return order.index(self.becomes) > order.index(self.was)
        return self.was == NONE


def moves(
    before: Policy, after: Policy, *, named: int = NAMED, within: Q | None = None
) -> list[Move]:
    """Return how access moves when a subject's policy becomes another one.

    3 statements for all counts and 1 more for the names of each move there is. `after` may
    hold proposals: grants without a row that name their resources. `within` says which
    resources count.
    """
    found = many_moves([(before, after)], within)[0]
    return [_with_names(before, after, move, named, within or Q()) for move in found]


def workspace_moves(before: Policy, after: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the actions on the workspace itself that are gained, and those that are lost."""
    gained: list[str] = []
    lost: list[str] = []
    for action in catalogue.ACTIONS[catalogue.WORKSPACE]:
        had, has = (allows_on_workspace(policy, action) for policy in (before, after))
        if had != has:
            (gained if has else lost).append(action)
    return tuple(gained), tuple(lost)


def many_moves(
    pairs: Sequence[tuple[Policy, Policy]], within: Q | None = None, *, at_once: int | None = None
) -> list[list[Move]]:
    """Return the moves of several subjects, each from one policy to another; 3 statements.

    Meant for a page of people. Names are left out. `within` says which resources count,
    where the policies hold for these alone. Where very many may move, no more than the first
    `at_once` are worked out.
    """
    if not pairs:
        return []
    touched = _touched([held for pair in pairs for held in _changed(*pair)], pairs[0][0])
    rows = Resource.objects.filter(within or Q(), workspace_id=pairs[0][0].workspace)
    columns = rows.filter(touched).order_by().values_list(*Thing.__annotations__)
    some = [Thing(*row) for row in columns[: FEW + 1]]
    few = len(some) <= FEW
    pairs = pairs if few else pairs[:at_once]
    counts = _decided(pairs, some) if few else _counted(pairs, rows, whole=not within)
    return [
        [
            Move(type_, *step, counts[i, type_][step], because=_because(*pair, type_, step))
            for type_ in catalogue.ResourceType
            for step in STEPS
            if counts[i, type_][step]
        ]
        for i, pair in enumerate(pairs)
    ]


def _changed(before: Policy, after: Policy) -> list[Held]:
    return [*_new_in(after, before), *_new_in(before, after)]


def _touched(changed: Iterable[Held], policy: Policy) -> Q:
    """Match what grants that come or go take in: nothing else can move."""
    once = tuple({same(held): held for held in changed}.values())
    touched = condition(replace(policy, held=once), catalogue.READ, catalogue.ResourceType)
    if any(held.role == catalogue.PII for held in once):
        touched |= Q(type__in=catalogue.LABELLED)
    return touched


def _decided(pairs: Sequence[tuple[Policy, Policy]], things: Sequence[Thing]) -> Counts:
    """Count by deciding for each resource; 1 statement.

    What carries the same, as far as the policies ask, is decided once for each of them.
    """
    counts: Counts = defaultdict(Counter)
    asked = [_asked(*pair) for pair in pairs]
    facts = load_facts(things, [policy for pair in pairs for policy in pair]).values()
    for i, (before, after) in enumerate(pairs):
        alike = Counter(_alike(thing, *asked[i]) for thing in facts)
        for thing, n in alike.items():
            had, has = rights(before, thing), rights(after, thing)
            if had != has:
                for step in _steps_taken(had, has):
                    counts[i, thing.type][step] += n
    return counts


def _asked(before: Policy, after: Policy) -> tuple[frozenset[int], ...]:
    """Return the labels, the grants with lists and the things that two policies ask for."""
    held = (*before.held, *after.held)
    return (
        frozenset[int]().union(*(h.labels for h in held)),
        frozenset(h.grant for h in held if h.grant is not None),
        frozenset[int]().union(*(h.listed for h in held)),
    )


def _alike(
    thing: Facts, labels: frozenset[int], grants: frozenset[int], named: frozenset[int]
) -> Facts:
    """Return the facts of a resource without what nobody asks for."""
    return Facts(
        thing.workspace,
        thing.type,
        thing.id if thing.id in named else 0,
        thing.labels & labels,
        thing.listed_in & grants,
        _alike(thing.source, labels, grants, named) if thing.source else None,
    )


def _counted(
    pairs: Sequence[tuple[Policy, Policy]], rows: ResourceQuerySet, *, whole: bool
) -> Counts:
    """Count what is too much to decide one by one; 1 statement."""
    counts: Counts = defaultdict(Counter)
    for place, type_, had, has, n in count_moved(pairs, rows, whole=whole):
        for step in _steps_taken(had, has):
            counts[place, type_][step] += n
    return counts


def _steps_taken(had: frozenset[str], has: frozenset[str]) -> Iterator[Step]:
    """Yield the steps of a resource, by what is allowed on it before and after."""
    step = level_of(had), level_of(has)
    if step[0] != step[1]:
        yield step
    for action in ASIDE:
        if (action in had) != (action in has):
            yield (NONE, action) if action in has else (action, NONE)


def level_of(allowed: frozenset[str]) -> str:
    """Return the level of somebody who may do these actions on a thing."""
    if catalogue.EDIT in allowed:
        return catalogue.EDIT
    return VIEW if catalogue.READ in allowed else NONE


def moved(before: Policy, after: Policy, move: Move) -> ResourceQuerySet:
    """Return the resources of a move."""
    found = dict(_steps(before, after))[move.was, move.becomes]
    found &= _touched(_changed(before, after), before)
    return Resource.objects.filter(found, workspace_id=before.workspace, type=move.type)


def _steps(before: Policy, after: Policy) -> Iterator[tuple[tuple[str, str], Q]]:
    for was, becomes in MOVES:
        yield (was, becomes), _at(before, was) & _at(after, becomes)
    for action, types in ASIDE.items():
        had, has = (condition(policy, action, types) for policy in (before, after))
        yield (NONE, action), ~had & has
        yield (action, NONE), had & ~has


def _at(policy: Policy, level: str) -> Q:
    edit = condition(policy, catalogue.EDIT, catalogue.ResourceType)
    if level == catalogue.EDIT:
        return edit
    read = condition(policy, catalogue.READ, catalogue.ResourceType)
    return ~read if level == NONE else read & ~edit


def with_names(before: Policy, after: Policy, counted: Iterable[Move]) -> list[Move]:
    """Return moves that were counted with the names of their first things; 1 statement each."""
    return [_with_names(before, after, move, NAMED, Q()) for move in counted]


def _with_names(before: Policy, after: Policy, move: Move, named: int, within: Q) -> Move:
    rows = moved(before, after, move).filter(within).by_name()[:named]
    return replace(move, names=tuple(rows.values_list("name", flat=True)))


def _because(before: Policy, after: Policy, type_: str, key: tuple[str, str]) -> tuple[Held, ...]:
    rises = Move(type_, *key, 0).rises
    changed = _new_in(after, before) if rises else _new_in(before, after)
    return tuple(held for held in changed if _bears_on(held, type_, key))


def _new_in(after: Policy, before: Policy) -> list[Held]:
    """Return what is held after and not before, equal grants counted as one."""
    known = {same(held) for held in before.held}
    return [held for held in after.held if same(held) not in known]


def same(held: Held) -> tuple[object, ...]:
    """Return what makes two held grants equal, whichever rows they come from."""
    return held.role, held.scope, held.group, held.labels, held.listed or held.grant


def _bears_on(held: Held, type_: str, key: Step) -> bool:
    role = catalogue.ROLES[held.role]
    if role.slug == catalogue.OWNER:
        return True
    if catalogue.VIEW_PII in key:
        return role.slug == catalogue.PII or role.type == type_
    beneath = (
        type_ == catalogue.ResourceType.DESTINATION and role.type == catalogue.ResourceType.SOURCE
    )
    return role.type == type_ or beneath
