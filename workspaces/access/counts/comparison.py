"""Comparison: what two subjects reach, side by side, counted in SQL (R14)."""

from dataclasses import dataclass

from django.db.models import Count, Q

from workspaces.access.decide import Policy
from workspaces.access.reach import condition
from workspaces.catalogue import EDIT, READ, ResourceType
from workspaces.models import Resource

NAMED = 3


@dataclass(frozen=True, slots=True)
class Share:
    """Things of one type that stand alike for both: how many, and the first by name."""

    count: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One type of resource, of which there are `total`.

    `edits` and `reads` are what each of the two can do; `only_first`, `only_second` and
    `both` split what at least one of them can read, `differ` is the part of `both` that
    one of them can edit and the other cannot.
    """

    type: ResourceType
    total: int
    edits: tuple[int, int]
    reads: tuple[int, int]
    only_first: Share
    only_second: Share
    both: Share
    differ: Share


SHARES = ("only_first", "only_second", "both", "differ")


def compare(first: Policy, second: Policy) -> list[Compared]:
    """Compare two subjects of one workspace, per type that it has any of.

    1 statement for all counts, 1 more for the names of each share that is not empty.
    """
    conditions = _conditions(first, second)
    counted = (
        Resource.objects.filter(workspace_id=first.workspace)
        .order_by()
        .values("type")
        .annotate(
            total=Count("pk"),
            **{f"n_{name}": Count("pk", filter=found) for name, found in conditions.items()},
        )
    )
    rows = {row["type"]: row for row in counted}

    def share(type_: ResourceType, name: str) -> Share:
        count = rows[type_][f"n_{name}"]
        if not count:
            return Share(0)
        of_type = Resource.objects.filter(workspace_id=first.workspace, type=type_)
        named = of_type.filter(conditions[name]).by_name()[:NAMED]
        return Share(count, tuple(named.values_list("name", flat=True)))

    return [
        Compared(
            type_,
            rows[type_]["total"],
            (rows[type_]["n_first_edits"], rows[type_]["n_second_edits"]),
            (rows[type_]["n_first_reads"], rows[type_]["n_second_reads"]),
            *(share(type_, name) for name in SHARES),
        )
        for type_ in ResourceType
        if type_ in rows
    ]


def _conditions(first: Policy, second: Policy) -> dict[str, Q]:
    reads = [condition(policy, READ, ResourceType) for policy in (first, second)]
    edits = [condition(policy, EDIT, ResourceType) for policy in (first, second)]
    return {
        "first_reads": reads[0],
        "second_reads": reads[1],
        "first_edits": edits[0],
        "second_edits": edits[1],
        "only_first": reads[0] & ~reads[1],
        "only_second": reads[1] & ~reads[0],
        "both": reads[0] & reads[1],
        "differ": reads[0] & reads[1] & ((edits[0] & ~edits[1]) | (edits[1] & ~edits[0])),
    }
