"""Spaces; they are made in the console."""

from collections.abc import Sequence
from typing import Any

from ninja import Query, Router, Schema

from workspaces.api.public import paging, shapes
from workspaces.api.public.guards import ApiRequest, any_token
from workspaces.api.public.labels import LabelOut
from workspaces.api.public.things import resource_labels, things
from workspaces.catalogue import ResourceType
from workspaces.models import Resource

router = Router(tags=["Spaces"], exclude_unset=True)
TYPE = ResourceType.SPACE


class SpaceOut(Schema):
    id: str
    slug: str
    name: str
    labels: list[LabelOut]


SpaceAnswer = shapes.answer_of("Space", space=SpaceOut)
SpacesAnswer = shapes.answer_of("Spaces", spaces=list[SpaceOut], pagination=paging.PageInfo)


def shown(found: Sequence[Resource]) -> list[dict[str, Any]]:
    """Return spaces as the wire has them, and the labels they carry; 1 statement."""
    labels = resource_labels.carried_by(found)
    return [
        {"id": row.public_id, "slug": row.slug, "name": row.name, "labels": labels[row.pk]}
        for row in found
    ]


@router.get("/spaces", response=SpacesAnswer)
@any_token("the list holds what the token may read")
def list_spaces(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """The spaces the token may read."""
    return things.page_of(request, TYPE, "spaces", page, shown)


@router.get("/spaces/{space_id}", response=SpaceAnswer)
@any_token("the engine is asked about the space")
def get_space(request: ApiRequest, space_id: str) -> Any:
    """One space."""
    return {"data": {"space": shown([things.looked_at(request, TYPE, space_id)])[0]}}
