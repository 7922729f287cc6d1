"""Levels: how far a subject's access to each resource rises or falls by a change (§9).

A resource stands at *edit*, *view* or *none* for a subject. A change moves resources from
one level to another; each move is counted in SQL and named by its first few resources.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, Q, When

from workspaces.access.decide import Held, Policy, allows_on_workspace
from workspaces.access.dialect import Term, run
from workspaces.access.reach import condition
from workspaces.catalogue import (
    ACTIONS,
    EDIT,
    ENGAGE,
    LABELLED,
    OWNER,
    PII,
    READ,
    ROLES,
    VIEW_PII,
    WORKSPACE,
    ResourceType,
    Role,
    Scope,
)
from workspaces.models.resource import Resource, ResourceQuerySet

NONE, VIEW = "none", "view"
NAMED = 3
MOVES = tuple((was, now) for was in (NONE, VIEW, EDIT) for now in (NONE, VIEW, EDIT) if was != now)
# Rights beside the level: gained when the first of the pair is None.
ASIDE = ((ENGAGE, (ResourceType.SPACE,)), (VIEW_PII, LABELLED))
Step = tuple[str, str]
STEPS: tuple[Step, ...] = (
    *MOVES,
    *((NONE, action) for action, _ in ASIDE),
    *((action, NONE) for action, _ in ASIDE),
)
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
        order = (NONE, VIEW, EDIT)
        if self.was in order and self.becomes in order:
            return order.index(self.becomes) > order.index(self.was)
        return self.was == NONE


def moves(before: Policy, after: Policy, *, named: int = NAMED) -> list[Move]:
    """Return how access moves when a subject's policy becomes another one.

    1 statement for all counts and 1 more for the names of each move there is. `after` may
    hold proposals, as in `policy_diff`.
    """
    found = many_moves([(before, after)])[0]
    return [_with_names(before, after, move, named) for move in found]


def workspace_moves(before: Policy, after: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the actions on the workspace itself that are gained, and those that are lost."""
    gained: list[str] = []
    lost: list[str] = []
    for action in ACTIONS[WORKSPACE]:
        had, has = (allows_on_workspace(policy, action) for policy in (before, after))
        if had != has:
            (gained if has else lost).append(action)
    return tuple(gained), tuple(lost)


def many_moves(pairs: Sequence[tuple[Policy, Policy]], within: Q | None = None) -> list[list[Move]]:
    """Return the moves of several subjects, each from one policy to another; 1 statement.

    Meant for a page of people: the statement grows with their number. Names are left out.
    `within` says which resources count, where the policies hold for these alone.
    """
    parts = [_counting(i, *pair, within or Q()) for i, pair in enumerate(pairs)]
    statements = [part for part in parts if part is not None]
    counts: dict[tuple[int, str], Counter[Step]] = defaultdict(Counter)
    if statements:
        text = " UNION ALL ".join(text for text, _ in statements)
        for subject, type_, *stands, n in run(text, [p for _, ps in statements for p in ps]):
            for step in _steps_taken(*stands):
                counts[subject, type_][step] += n
    return [
        [
            Move(type_, *step, counts[i, type_][step], because=_because(*pair, type_, step))
            for type_ in ResourceType
            for step in STEPS
            if counts[i, type_][step]
        ]
        for i, pair in enumerate(pairs)
    ]


def _counting(subject: int, before: Policy, after: Policy, within: Q) -> Term | None:
    """Return a statement that counts resources by how they stand before and after.

    Each is read once, and only if a grant that changes takes it in; None where none can be.
    """
    changed = _changed(before, after)
    touched = _touched(before, changed)
    rows = Resource.objects.filter(within, touched, workspace_id=before.workspace).order_by()
    stands = (*_standing(before, changed, "before"), *_standing(after, changed, "after"))
    told = {name: Case(When(found, then=1), default=0) for name, found in stands}
    try:
        text, params = rows.annotate(**told).values_list("type", *told).query.sql_with_params()
    except EmptyResultSet:
        return None
    return COUNTED.format(columns=", ".join(("type", *told)), rows=text), [subject, *params]


def _changed(before: Policy, after: Policy) -> tuple[Held, ...]:
    return (*_new_in(after, before), *_new_in(before, after))


def _touched(before: Policy, changed: tuple[Held, ...]) -> Q:
    """Match what a grant that comes or goes takes in: nothing else can move."""
    touched = condition(replace(before, held=changed), READ, ResourceType)
    if any(held.role == PII for held in changed):
        touched |= Q(type__in=LABELLED)
    return touched


def _standing(policy: Policy, changed: tuple[Held, ...], when: str) -> Iterator[tuple[str, Q]]:
    """Yield what the policy allows on things of the types that the changed grants bear on."""
    bearing = {type_ for type_ in ResourceType if any(_touches(held, type_) for held in changed)}
    few = all(held.scope != Scope.ALL for held in changed)
    for action, types in ((EDIT, ResourceType), (READ, ResourceType), *ASIDE):
        yield f"{action}_{when}", condition(policy, action, bearing & {*types}, one_by_one=few)


def _touches(held: Held, type_: str) -> bool:
    role = ROLES[held.role]
    marked = role.slug == PII and type_ in LABELLED
    return role.slug == OWNER or marked or role.type == type_ or _is_beneath(role, type_)


def _steps_taken(*stands: int) -> Iterator[Step]:
    """Yield the steps of a resource, by what is allowed on it before and after."""
    (edits, reads, *had), (edits_now, reads_now, *has) = stands[:4], stands[4:]
    step = _level(edits, reads), _level(edits_now, reads_now)
    if step[0] != step[1]:
        yield step
    for (action, _), before, after in zip(ASIDE, had, has, strict=True):
        if before != after:
            yield (NONE, action) if after else (action, NONE)


def _level(edits: int, reads: int) -> str:
    if edits:
        return EDIT
    return VIEW if reads else NONE


def moved(before: Policy, after: Policy, move: Move) -> ResourceQuerySet:
    """Return the resources of a move."""
    found = dict(_steps(before, after))[move.was, move.becomes]
    found &= _touched(before, _changed(before, after))
    return Resource.objects.filter(found, workspace_id=before.workspace, type=move.type)


def _steps(before: Policy, after: Policy) -> Iterator[tuple[tuple[str, str], Q]]:
    for was, becomes in MOVES:
        yield (was, becomes), _at(before, was) & _at(after, becomes)
    for action, types in ASIDE:
        had, has = (condition(policy, action, types) for policy in (before, after))
        yield (NONE, action), ~had & has
        yield (action, NONE), had & ~has


def _at(policy: Policy, level: str) -> Q:
    edit = condition(policy, EDIT, ResourceType)
    if level == EDIT:
        return edit
    read = condition(policy, READ, ResourceType)
    return ~read if level == NONE else read & ~edit


def _with_names(before: Policy, after: Policy, move: Move, named: int) -> Move:
    rows = moved(before, after, move).by_name()[:named]
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
    role = ROLES[held.role]
    if role.slug == OWNER:
        return True
    if VIEW_PII in key:
        return role.slug == PII or role.type == type_
    return role.type == type_ or _is_beneath(role, type_)


def _is_beneath(role: Role, type_: str) -> bool:
    return type_ == ResourceType.DESTINATION and role.type == ResourceType.SOURCE
