"""Sources, and what is connected to them."""

from collections.abc import Sequence
from typing import Any

from ninja import Query, Router, Schema
from ninja.responses import Status

from config.web.values.public_ids import public_id
from workspaces.api.public import errors, gone, paging, shapes
from workspaces.api.public.guards import ApiRequest, any_token, resource_for
from workspaces.api.public.labels import LabelOut
from workspaces.api.public.things import catalog, destinations, resource_labels, things, warehouses
from workspaces.catalogue import EDIT, READ, ResourceType
from workspaces.models import Resource
from workspaces.operations.resources import details as resource_details, resources

router = Router(tags=["Sources"], exclude_unset=True)
TYPE = ResourceType.SOURCE
ASKED = "the engine is asked about the source"


class SourceOut(Schema):
    """A source; write keys are shown to who may edit it, and to nobody else."""

    id: str
    slug: str
    name: str
    metadata: catalog.Metadata
    workspaceId: str
    enabled: bool
    writeKeys: list[str]
    settings: dict[str, Any]
    labels: list[LabelOut]


SourceAnswer = shapes.answer_of("Source", source=SourceOut, trackingPlanId=str | None)
MadeAnswer = shapes.answer_of("Made", source=SourceOut)
SourcesAnswer = shapes.answer_of("Sources", sources=list[SourceOut], pagination=paging.PageInfo)


class SourceBody(shapes.Body):
    slug: str
    enabled: bool
    metadataId: str
    settings: dict[str, Any] = {}
    name: shapes.NameOrNone = ""


class SourceChange(shapes.Body):
    name: shapes.Name | None = None
    enabled: bool | None = None
    slug: str | None = None
    settings: dict[str, Any] | None = None


def shown(request: ApiRequest, found: Sequence[Resource]) -> list[dict[str, Any]]:
    """Return sources as the wire has them; 2 statements for any number."""
    labels = resource_labels.carried_by(found)
    rights = request.access.rights(found)
    return [
        {
            "id": source.public_id,
            "slug": source.slug,
            "name": source.name,
            "metadata": catalog.of_resource(TYPE, source.details),
            "workspaceId": request.workspace.slug,
            "enabled": source.enabled,
            "writeKeys": source.details.get("writeKeys", []) if EDIT in rights[source.pk] else [],
            "settings": things.settings_of(source, rights),
            "labels": labels[source.pk],
        }
        for source in found
    ]


@router.get("/sources", response=SourcesAnswer)
@any_token("the list holds what the token may read")
def list_sources(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """The sources the token may read."""
    return things.page_of(request, TYPE, "sources", page, lambda rows: shown(request, rows))


@router.post("/sources", response={201: MadeAnswer})
@any_token("the operation asks whether sources may be made")
def create_source(request: ApiRequest, body: SourceBody) -> Any:
    """Make a source with a write key of its own."""
    things.require_kind(TYPE, body.metadataId)
    things.allow_creating(request)
    with errors.as_clash("slug"):
        source = resources.create(
            request.workspace,
            TYPE,
            body.slug,
            body.name or body.slug,
            by=request.actor,
            enabled=body.enabled,
            details={
                "metadataId": body.metadataId,
                "settings": body.settings,
                "writeKeys": [f"wk_{public_id()}"],
            },
        )
    return Status(201, {"data": {"source": shown(request, [source])[0]}})


@router.get("/sources/{source_id}", response=SourceAnswer)
@any_token(ASKED)
def get_source(request: ApiRequest, source_id: str) -> Any:
    """One source, and the tracking plan it is connected to, if the token may read that."""
    source = things.looked_at(request, TYPE, source_id)
    plans = request.access.reach(READ, ResourceType.TRACKING_PLAN).connected_with(source)
    ident = plans.by_name().values_list("public_id", flat=True).first()
    return {"data": {"source": shown(request, [source])[0], "trackingPlanId": ident}}


@router.patch("/sources/{source_id}", response=MadeAnswer)
@any_token(ASKED)
def update_source(request: ApiRequest, source_id: str, body: SourceChange) -> Any:
    """Change a source; with its slug grants and labels follow, and pages lead on from the old."""
    source = resource_for(request, EDIT, TYPE, source_id)
    details = {} if body.settings is None else {"settings": body.settings}
    with errors.as_clash("slug"):
        source = resource_details.change(
            source,
            name=body.name,
            slug=body.slug,
            enabled=body.enabled,
            details=details,
            by=request.actor,
        )
    return {"data": {"source": shown(request, [source])[0]}}


@router.delete("/sources/{source_id}", response=shapes.StatusAnswer)
@any_token(ASKED)
def delete_source(request: ApiRequest, source_id: str) -> Any:
    """Delete a source with its destinations. One that has gone is no error."""
    gone.delete_resource(request, TYPE, source_id)
    return shapes.SUCCESS


@router.get("/sources/{source_id}/connected-destinations", response=destinations.DestinationsAnswer)
@any_token(ASKED)
def list_connected_destinations_from_source(
    request: ApiRequest, source_id: str, page: Query[paging.PageQuery]
) -> Any:
    """The destinations of a source that the token may read."""
    source = things.looked_at(request, TYPE, source_id)
    rows = request.access.reach(READ, ResourceType.DESTINATION).filter(source=source)
    rows = rows.select_related("source")
    return things.page_of_rows(
        request,
        ResourceType.DESTINATION,
        rows,
        "destinations",
        page,
        lambda found: destinations.shown(request, found),
    )


@router.get("/sources/{source_id}/connected-warehouses", response=warehouses.WarehousesAnswer)
@any_token(ASKED)
def list_connected_warehouses_from_source(
    request: ApiRequest, source_id: str, page: Query[paging.PageQuery]
) -> Any:
    """The warehouses a source is connected to, as far as the token may read them."""
    source = things.looked_at(request, TYPE, source_id)
    rows = request.access.reach(READ, ResourceType.WAREHOUSE).connected_with(source)
    return things.page_of_rows(
        request,
        ResourceType.WAREHOUSE,
        rows,
        "warehouses",
        page,
        lambda found: warehouses.shown(request, found),
    )


def connected_with(request: ApiRequest, other: Resource, page: paging.PageQuery) -> Any:
    """Return a page of the sources connected with something, as far as the token may read them."""
    rows = request.access.reach(READ, TYPE).connected_with(other)
    return things.page_of_rows(
        request, TYPE, rows, "sources", page, lambda found: shown(request, found)
    )
