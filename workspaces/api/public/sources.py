"""Sources, and what is connected to them."""

from collections.abc import Sequence
from typing import Any

from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from workspaces.api.public import destinations, warehouses
from workspaces.api.public.catalog import Metadata
from workspaces.api.public.errors import Invalid, as_clash
from workspaces.api.public.guards import ApiRequest, any_token, resource_for
from workspaces.api.public.labels import LabelOut
from workspaces.api.public.metadata import of_resource
from workspaces.api.public.paging import PageInfo, PageQuery
from workspaces.api.public.resource_labels import carried_by
from workspaces.api.public.statuses import SUCCESS, StatusAnswer
from workspaces.api.public.things import (
    NAME_LENGTH,
    SLUG,
    allow_creating,
    looked_at,
    page_of,
    page_of_rows,
    require_kind,
)
from workspaces.catalogue import DELETE, EDIT, READ, ResourceType
from workspaces.models.ids import public_id
from workspaces.models.resource import Resource
from workspaces.operations import resource_details, resources

router = Router(tags=["Sources"], exclude_unset=True)
ASKED = "the engine is asked about the source"


class SourceOut(Schema):
    """A source; write keys are shown to who may edit it, and to nobody else."""

    id: str
    slug: str
    name: str
    metadata: Metadata
    workspaceId: str
    enabled: bool
    writeKeys: list[str]
    settings: dict[str, Any]
    labels: list[LabelOut]


class SourceData(Schema):
    source: SourceOut
    trackingPlanId: str | None


class SourceAnswer(Schema):
    data: SourceData


class MadeData(Schema):
    source: SourceOut


class MadeAnswer(Schema):
    data: MadeData


class SourcesData(Schema):
    sources: list[SourceOut]
    pagination: PageInfo


class SourcesAnswer(Schema):
    data: SourcesData


class SourceBody(Schema):
    slug: str = Field(..., pattern=SLUG)
    enabled: bool
    metadataId: str
    settings: dict[str, Any] = {}
    name: str = Field("", max_length=NAME_LENGTH)


class SourceChange(Schema):
    name: str | None = Field(None, min_length=1, max_length=NAME_LENGTH)
    enabled: bool | None = None
    slug: str | None = None
    settings: dict[str, Any] | None = None


def shown(request: ApiRequest, found: Sequence[Resource]) -> list[dict[str, Any]]:
    """Return sources as the wire has them; 2 statements for any number."""
    labels = carried_by(found)
    rights = request.access.rights(found)
    return [
        {
            "id": source.public_id,
            "slug": source.slug,
            "name": source.name,
            "metadata": of_resource(ResourceType.SOURCE, source.details),
            "workspaceId": request.workspace.slug,
            "enabled": source.enabled,
            "writeKeys": source.details.get("writeKeys", []) if EDIT in rights[source.pk] else [],
            "settings": source.details.get("settings", {}),
            "labels": labels[source.pk],
        }
        for source in found
    ]


@router.get("/sources", response=SourcesAnswer)
@any_token("the list holds what the token may read")
def list_sources(request: ApiRequest, page: Query[PageQuery]) -> Any:
    """The sources the token may read."""
    return page_of(request, ResourceType.SOURCE, "sources", page, lambda s: shown(request, s))


@router.post("/sources", response={201: MadeAnswer})
@any_token("the operation asks whether sources may be made")
def create_source(request: ApiRequest, body: SourceBody) -> Any:
    """Make a source with a write key of its own."""
    require_kind(ResourceType.SOURCE, body.metadataId)
    allow_creating(request)
    with as_clash("slug"):
        source = resources.create(
            request.workspace,
            ResourceType.SOURCE,
            body.slug,
            body.name.strip() or body.slug,
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
    source = looked_at(request, ResourceType.SOURCE, source_id)
    plans = request.access.reach(READ, ResourceType.TRACKING_PLAN).connected_with(source)
    ident = plans.by_name().values_list("public_id", flat=True).first()
    return {"data": {"source": shown(request, [source])[0], "trackingPlanId": ident}}


@router.patch("/sources/{source_id}", response=MadeAnswer)
@any_token(ASKED)
def update_source(request: ApiRequest, source_id: str, body: SourceChange) -> Any:
    """Change a source; its slug names it in documents and in the trail, and stays."""
    source = resource_for(request, EDIT, ResourceType.SOURCE, source_id)
    if body.slug not in {None, source.slug}:
        raise Invalid("slug", "The slug of a source stays as it was made.")
    details = {} if body.settings is None else {"settings": body.settings}
    source = resource_details.change(
        source, name=body.name, enabled=body.enabled, details=details, by=request.actor
    )
    return {"data": {"source": shown(request, [source])[0]}}


@router.delete("/sources/{source_id}", response=StatusAnswer)
@any_token(ASKED)
def delete_source(request: ApiRequest, source_id: str) -> Any:
    """Delete a source with its destinations."""
    source = resource_for(request, DELETE, ResourceType.SOURCE, source_id)
    resources.delete(source, by=request.actor)
    return SUCCESS


@router.get("/sources/{source_id}/connected-destinations", response=destinations.DestinationsAnswer)
@any_token(ASKED)
def list_connected_destinations_from_source(
    request: ApiRequest, source_id: str, page: Query[PageQuery]
) -> Any:
    """The destinations of a source that the token may read."""
    source = looked_at(request, ResourceType.SOURCE, source_id)
    rows = request.access.reach(READ, ResourceType.DESTINATION).filter(source=source)
    rows = rows.select_related("source")
    return page_of_rows(
        request, ResourceType.DESTINATION, rows, "destinations", page, destinations.shown
    )


@router.get("/sources/{source_id}/connected-warehouses", response=warehouses.WarehousesAnswer)
@any_token(ASKED)
def list_connected_warehouses_from_source(
    request: ApiRequest, source_id: str, page: Query[PageQuery]
) -> Any:
    """The warehouses a source is connected to, as far as the token may read them."""
    source = looked_at(request, ResourceType.SOURCE, source_id)
    rows = request.access.reach(READ, ResourceType.WAREHOUSE).connected_with(source)
    return page_of_rows(
        request,
        ResourceType.WAREHOUSE,
        rows,
        "warehouses",
        page,
        lambda found: warehouses.shown(request, found),
    )


def connected_with(request: ApiRequest, other: Resource, page: PageQuery) -> Any:
    """Return a page of the sources connected with something, as far as the token may read them."""
    rows = request.access.reach(READ, ResourceType.SOURCE).connected_with(other)
    return page_of_rows(
        request, ResourceType.SOURCE, rows, "sources", page, lambda found: shown(request, found)
    )
