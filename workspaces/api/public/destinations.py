"""Destinations; each belongs to a source."""

from collections.abc import Sequence
from typing import Any

from ninja import Field, Query, Router, Schema

from workspaces.api.public.catalog import Metadata
from workspaces.api.public.errors import Invalid
from workspaces.api.public.guards import ApiRequest, any_token, resource_for
from workspaces.api.public.metadata import of_resource
from workspaces.api.public.paging import PageInfo, PageQuery
from workspaces.api.public.statuses import SUCCESS, StatusAnswer
from workspaces.api.public.things import (
    NAME_LENGTH,
    allow_creating,
    looked_at,
    page_of,
    readable_source,
    require_kind,
    slug_for,
)
from workspaces.catalogue import DELETE, EDIT, ResourceType
from workspaces.models.resource import Resource
from workspaces.operations import resource_details, resources

router = Router(tags=["Destinations"], exclude_unset=True)
TYPE = ResourceType.DESTINATION
ASKED = "the engine is asked about the destination"


class DestinationOut(Schema):
    id: str
    name: str
    enabled: bool
    metadata: Metadata
    sourceId: str
    settings: dict[str, Any]


class DestinationData(Schema):
    destination: DestinationOut


class DestinationAnswer(Schema):
    data: DestinationData


class DestinationsData(Schema):
    destinations: list[DestinationOut]
    pagination: PageInfo


class DestinationsAnswer(Schema):
    data: DestinationsData


class DestinationBody(Schema):
    sourceId: str
    metadataId: str
    settings: dict[str, Any]
    enabled: bool = True
    name: str = Field("", max_length=NAME_LENGTH)


class DestinationChange(Schema):
    name: str | None = Field(None, min_length=1, max_length=NAME_LENGTH)
    enabled: bool | None = None
    settings: dict[str, Any] | None = None


def shown(found: Sequence[Resource]) -> list[dict[str, Any]]:
    """Return destinations, read with their sources, as the wire has them."""
    return [
        {
            "id": row.public_id,
            "name": row.name,
            "enabled": row.enabled,
            "metadata": of_resource(TYPE, row.details),
            "sourceId": row.source.public_id if row.source else "",
            "settings": row.details.get("settings", {}),
        }
        for row in found
    ]


@router.get("/destinations", response=DestinationsAnswer)
@any_token("the list holds what the token may read")
def list_destinations(request: ApiRequest, page: Query[PageQuery]) -> Any:
    """The destinations the token may read."""
    return page_of(request, TYPE, "destinations", page, shown)


@router.post("/destinations", response=DestinationAnswer)
@any_token("the operation asks about destinations and the source")
def create_destination(request: ApiRequest, body: DestinationBody) -> Any:
    """Make a destination beneath a source."""
    require_kind(TYPE, body.metadataId)
    source = readable_source(request, body.sourceId)
    if source is None:
        raise Invalid("sourceId", "There is no such source.")
    allow_creating(request)
    name = body.name.strip() or body.metadataId
    made = resources.create(
        request.workspace,
        TYPE,
        slug_for(name),
        name,
        source=source,
        by=request.actor,
        enabled=body.enabled,
        details={"metadataId": body.metadataId, "settings": body.settings},
    )
    return {"data": {"destination": shown([made])[0]}}


@router.get("/destinations/{destination_id}", response=DestinationAnswer)
@any_token(ASKED)
def get_destination(request: ApiRequest, destination_id: str) -> Any:
    """One destination."""
    return {"data": {"destination": shown([looked_at(request, TYPE, destination_id)])[0]}}


@router.patch("/destinations/{destination_id}", response=DestinationAnswer)
@any_token(ASKED)
def update_destination(request: ApiRequest, destination_id: str, body: DestinationChange) -> Any:
    """Change a destination."""
    destination = resource_for(request, EDIT, TYPE, destination_id)
    details = {} if body.settings is None else {"settings": body.settings}
    changed = resource_details.change(
        destination, name=body.name, enabled=body.enabled, details=details, by=request.actor
    )
    return {"data": {"destination": shown([changed])[0]}}


@router.delete("/destinations/{destination_id}", response=StatusAnswer)
@any_token(ASKED)
def delete_destination(request: ApiRequest, destination_id: str) -> Any:
    """Delete a destination."""
    destination = resource_for(request, DELETE, TYPE, destination_id)
    resources.delete(destination, by=request.actor)
    return SUCCESS
