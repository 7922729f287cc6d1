"""Extent: how much of each type a subject can edit, view and see in clear, counted in SQL."""

from dataclasses import dataclass

from django.db.models import Count

from workspaces.access.decide import Policy
from workspaces.access.reach import condition
from workspaces.catalogue import EDIT, LABELLED, READ, VIEW_PII, ResourceType
from workspaces.models.resource import Resource


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
    counted = (
        Resource.objects.filter(workspace_id=policy.workspace)
        .order_by()
        .values("type")
        .annotate(
            total=Count("pk"),
            edit=Count("pk", filter=condition(policy, EDIT, ResourceType)),
            read=Count("pk", filter=condition(policy, READ, ResourceType)),
            clear=Count("pk", filter=condition(policy, VIEW_PII, LABELLED)),
        )
    )
    rows = {row["type"]: row for row in counted}
    return [
        Extent(
            type_,
            total=rows[type_]["total"],
            edit=rows[type_]["edit"],
            view=rows[type_]["read"] - rows[type_]["edit"],
            clear=rows[type_]["clear"],
        )
        for type_ in ResourceType
        if type_ in rows
    ]
