"""Levels: how far a subject's access to each resource rises or falls by a change (R14).

A resource stands at *edit*, *view* or *none* for a subject. A change moves resources from
one level to another; each move is counted in SQL and named by its first few resources.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import Case, Q, When

from workspaces import catalogue
from workspaces.access.decide import Held, Policy, allows_on_workspace, rights
from workspaces.access.dialect import Term, run, union_all
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
COUNTED_BY = {
    catalogue.EDIT: tuple(catalogue.ResourceType),
    catalogue.READ: tuple(catalogue.ResourceType),
    **ASIDE,
}
FEW = 2000  # resources: it is quicker then to decide for each than to count in SQL
Step = tuple[str, str]
STEPS: tuple[Step, ...] = (
    *MOVES,
    *((NONE, action) for action in ASIDE),
    *((action, NONE) for action in ASIDE),
)
Counts = dict[tuple[int, str], Counter[Step]]  # by place of the subject, and type
COUNTED = """
SELECT %s AS subject, {columns}, COUNT(*) FROM ({rows}) standing GROUP BY {columns}
"""


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


def many_moves(pairs: Sequence[tuple[Policy, Policy]], within: Q | None = None) -> list[list[Move]]:
    """Return the moves of several subjects, each from one policy to another; 3 statements.

    Meant for a page of people. Names are left out. `within` says which resources count,
    where the policies hold for these alone.
    """
    if not pairs:
        return []
    touched = _touched([held for pair in pairs for held in _changed(*pair)], pairs[0][0])
    rows = Resource.objects.filter(within or Q(), touched, workspace_id=pairs[0][0].workspace)
    some = list(rows.order_by().only("pk", "type", "source", "workspace")[: FEW + 1])
    counts = _decided(pairs, some) if len(some) <= FEW else _counted(pairs, rows)
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


def _decided(pairs: Sequence[tuple[Policy, Policy]], things: Sequence[Resource]) -> Counts:
    """Count by deciding for each resource; 1 statement."""
    counts: Counts = defaultdict(Counter)
    facts = load_facts(things, [policy for pair in pairs for policy in pair]).values()
    for i, (before, after) in enumerate(pairs):
        for thing in facts:
            had, has = rights(before, thing), rights(after, thing)
            if had != has:
                counts[i, thing.type].update(_steps_taken(had, has))
    return counts


def _counted(pairs: Sequence[tuple[Policy, Policy]], rows: ResourceQuerySet) -> Counts:
    """Count in SQL, each resource read once for each subject; 1 statement that grows with these."""
    counts: Counts = defaultdict(Counter)
    parts = [_counting(i, *pair, rows) for i, pair in enumerate(pairs)]
    for subject, type_, *allowed, n in run(*union_all(parts)):
        had, has = (
            frozenset(action for action, there in zip(COUNTED_BY, half, strict=True) if there)
            for half in (allowed[: len(COUNTED_BY)], allowed[len(COUNTED_BY) :])
        )
        for step in _steps_taken(had, has):
            counts[subject, type_][step] += n
    return counts


def _counting(subject: int, before: Policy, after: Policy, rows: ResourceQuerySet) -> Term:
    """Return a statement that counts resources by what is allowed on them, before and after."""
    told = {
        f"{action}_{when}": Case(When(condition(policy, action, types), then=1), default=0)
        for when, policy in (("before", before), ("after", after))
        for action, types in COUNTED_BY.items()
    }
    rows = rows.order_by().annotate(**told)
    text, params = rows.values_list("type", *told).query.sql_with_params()
    columns = ", ".join(("type", *told))
    return COUNTED.format(columns=columns, rows=text), [subject, *params]


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
