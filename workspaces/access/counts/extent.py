"""Extent: how much of each type a subject can edit, view and see in clear, counted in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db.models import Count

from workspaces.access.decide import Policy
from workspaces.access.dialect import Term, run, union_all
from workspaces.access.reach import reachable
from workspaces.catalogue import EDIT, LABELLED, READ, VIEW_PII, ResourceType
from workspaces.models import ResourceQuerySet

TOTAL = "total"
TOTALS = f"""
SELECT '{TOTAL}', what, number FROM workspaces_tally WHERE workspace_id = %s AND number > 0
"""
ASKED = ((EDIT, tuple(ResourceType)), (READ, tuple(ResourceType)), (VIEW_PII, LABELLED))


@dataclass(frozen=True, slots=True)
class Extent:
    """Of `total` things of a type: how many can be edited, only viewed, seen with personal data."""

    type: ResourceType
    total: int
    edit: int
    view: int
    clear: int


def extents(policy: Policy) -> list[Extent]:
    """Return the extent per type that the workspace has any of; 1 statement."""
    return extents_of([policy])[0]


def extents_of(policies: Sequence[Policy]) -> list[list[Extent]]:
    """Return the extents of several policies of one workspace; 1 statement for all.

    What is allowed on all of a type is known from the total; the rest is counted from what
    the grants take in, not by asking each resource.
    """
    parts: list[Term | None] = [(TOTALS, [policies[0].workspace])]
    for place, policy in enumerate(policies):
        for action, types in ASKED:
            some = [type_ for type_ in types if not policy.covers_all(action, type_)]
            rows = (reachable(policy, action, [type_]) for type_ in some)
            parts += [_counting(f"{action}{place}", found) for found in rows]
    counted = run(*union_all(part for part in parts if part is not None))
    counts = {(what, type_): n for what, type_, n in counted}
    return [_extents(policy, place, counts) for place, policy in enumerate(policies)]


def _extents(policy: Policy, place: int, counts: Mapping[tuple[str, str], int]) -> list[Extent]:
    def number(action: str, type_: ResourceType) -> int:
        what = TOTAL if policy.covers_all(action, type_) else f"{action}{place}"
        return int(counts.get((what, type_), 0))

    return [
        Extent(
            type_,
            total=counts[TOTAL, type_],
            edit=number(EDIT, type_),
            view=number(READ, type_) - number(EDIT, type_),
            clear=number(VIEW_PII, type_),
        )
        for type_ in ResourceType
        if (TOTAL, type_) in counts
    ]


def _counting(what: str, rows: ResourceQuerySet) -> Term | None:
    """Return a statement that counts rows by type; None where there can be none."""
    counted = rows.order_by().values_list("type").annotate(n=Count("pk"))
    try:
        text, params = counted.query.sql_with_params()
    except EmptyResultSet:
        return None
    return f"SELECT '{what}', counted.* FROM ({text}) counted", list(params)
