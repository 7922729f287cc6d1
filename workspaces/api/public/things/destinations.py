"""Destinations; each belongs to a source."""

from collections.abc import Sequence
from typing import Any

from ninja import Query, Router, Schema

from workspaces.api.public import errors, gone, paging, shapes
from workspaces.api.public.guards import ApiRequest, any_token, resource_for
from workspaces.api.public.things import catalog, things
from workspaces.catalogue import EDIT, ResourceType
from workspaces.models import Resource
from workspaces.operations.resources import details as resource_details, resources

router = Router(tags=["Destinations"], exclude_unset=True)
TYPE = ResourceType.DESTINATION
ASKED = "the engine is asked about the destination"


class DestinationOut(Schema):
    id: str
    name: str
    enabled: bool
    metadata: catalog.Metadata
    sourceId: str
    settings: dict[str, Any]


DestinationAnswer = shapes.answer_of("Destination", destination=DestinationOut)
DestinationsAnswer = shapes.answer_of(
    "Destinations", destinations=list[DestinationOut], pagination=paging.PageInfo
)


class DestinationBody(shapes.Body):
    sourceId: str
    metadataId: str
    settings: dict[str, Any]
    enabled: bool = True
    name: shapes.NameOrNone = ""


class DestinationChange(shapes.Body):
    name: shapes.Name | None = None
    enabled: bool | None = None
    settings: dict[str, Any] | None = None


def shown(request: ApiRequest, found: Sequence[Resource]) -> list[dict[str, Any]]:
    """Return destinations, read with their sources, as the wire has them; 1 statement."""
    rights = request.access.rights(found)
    return [
        {
            "id": row.public_id,
            "name": row.name,
            "enabled": row.enabled,
            "metadata": catalog.of_resource(TYPE, row.details),
            "sourceId": row.source.public_id if row.source else "",
            "settings": things.settings_of(row, rights),
        }
        for row in found
    ]


@router.get("/destinations", response=DestinationsAnswer)
@any_token("the list holds what the token may read")
def list_destinations(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """The destinations the token may read."""
    return things.page_of(request, TYPE, "destinations", page, lambda rows: shown(request, rows))


@router.post("/destinations", response=DestinationAnswer)
@any_token("the operation asks about destinations and the source")
def create_destination(request: ApiRequest, body: DestinationBody) -> Any:
    """Make a destination beneath a source."""
    kind = things.require_kind(TYPE, body.metadataId)
    source = things.readable_source(request, body.sourceId)
    if source is None:
        raise errors.Invalid("sourceId", "There is no such source.")
    things.allow_creating(request)
    name = body.name or kind.name
    made = resources.create(
        request.workspace,
        TYPE,
        things.slug_for(name),
        name,
        source=source,
        by=request.actor,
        enabled=body.enabled,
        details={"metadataId": body.metadataId, "settings": body.settings},
    )
    return {"data": {"destination": shown(request, [made])[0]}}


@router.get("/destinations/{destination_id}", response=DestinationAnswer)
@any_token(ASKED)
def get_destination(request: ApiRequest, destination_id: str) -> Any:
    """One destination."""
    found = things.looked_at(request, TYPE, destination_id)
    return {"data": {"destination": shown(request, [found])[0]}}


@router.patch("/destinations/{destination_id}", response=DestinationAnswer)
@any_token(ASKED)
def update_destination(request: ApiRequest, destination_id: str, body: DestinationChange) -> Any:
    """Change a destination."""
    destination = resource_for(request, EDIT, TYPE, destination_id)
    details = {} if body.settings is None else {"settings": body.settings}
    changed = resource_details.change(
        destination, name=body.name, enabled=body.enabled, details=details, by=request.actor
    )
    return {"data": {"destination": shown(request, [changed])[0]}}


@router.delete("/destinations/{destination_id}", response=shapes.StatusAnswer)
@any_token(ASKED)
def delete_destination(request: ApiRequest, destination_id: str) -> Any:
    """Delete a destination. One that has gone, by itself or with its source, is no error."""
    gone.delete_resource(request, TYPE, destination_id)
    return shapes.SUCCESS
