"""Levels: how far a subject's access to each resource rises or falls by a change (§9).

A resource stands at *edit*, *view* or *none* for a subject. A change moves resources from
one level to another; each move is counted in SQL and named by its first few resources.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, IntegerField, Q, Value

from workspaces.access.decide import Held, Policy, allows_on_workspace
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
)
from workspaces.models.resource import Resource, ResourceQuerySet

NONE, VIEW = "none", "view"
NAMED = 3
MOVES = tuple((was, now) for was in (NONE, VIEW, EDIT) for now in (NONE, VIEW, EDIT) if was != now)
# Rights beside the level: gained when the first of the pair is None.
ASIDE = ((ENGAGE, (ResourceType.SPACE,)), (VIEW_PII, LABELLED))
STEPS = (
    *MOVES,
    *((NONE, action) for action, _ in ASIDE),
    *((action, NONE) for action, _ in ASIDE),
)


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
    if not pairs:
        return []
    first, *others = (_counted(i, *pair, within or Q()) for i, pair in enumerate(pairs))
    rows = first.union(*others, all=True) if others else first
    counts: dict[tuple[int, str], Any] = {(row["subject"], row["type"]): row for row in rows}
    return [
        [
            Move(type_, *key, counts[i, type_][f"n{k}"], because=_because(*pair, type_, key))
            for type_ in ResourceType
            if (i, type_) in counts
            for k, key in enumerate(STEPS)
            if counts[i, type_][f"n{k}"]
        ]
        for i, pair in enumerate(pairs)
    ]


def _counted(subject: int, before: Policy, after: Policy, within: Q) -> Any:
    steps = dict(_steps(before, after))
    rows = Resource.objects.filter(within, workspace_id=before.workspace).order_by().values("type")
    return rows.annotate(
        subject=Value(subject, output_field=IntegerField()),
        **{f"n{k}": Count("pk", filter=steps[key]) for k, key in enumerate(STEPS)},
    )


def moved(before: Policy, after: Policy, move: Move) -> ResourceQuerySet:
    """Return the resources of a move."""
    found = dict(_steps(before, after))[move.was, move.becomes]
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


def _bears_on(held: Held, type_: str, key: tuple[str, str]) -> bool:
    role = ROLES[held.role]
    if role.slug == OWNER:
        return True
    if VIEW_PII in key:
        return role.slug == PII or role.type == type_
    beneath = type_ == ResourceType.DESTINATION and role.type == ResourceType.SOURCE
    return role.type == type_ or beneath
