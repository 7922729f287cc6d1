"""Warehouses. A warehouse's name lies in its settings."""

from collections.abc import Sequence
from typing import Any

from ninja import Field, Query, Router, Schema
from ninja.responses import Status

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
    require_kind,
    slug_for,
)
from workspaces.catalogue import DELETE, EDIT, ResourceType
from workspaces.models.resource import Resource
from workspaces.operations import resource_details, resources

router = Router(tags=["Warehouses"], exclude_unset=True)
TYPE = ResourceType.WAREHOUSE
ASKED = "the engine is asked about the warehouse"


class WarehouseOut(Schema):
    id: str
    metadata: Metadata
    workspaceId: str
    enabled: bool
    settings: dict[str, Any]


class WarehouseData(Schema):
    warehouse: WarehouseOut


class WarehouseAnswer(Schema):
    data: WarehouseData


class WarehousesData(Schema):
    warehouses: list[WarehouseOut]
    pagination: PageInfo


class WarehousesAnswer(Schema):
    data: WarehousesData


class WarehouseBody(Schema):
    metadataId: str
    settings: dict[str, Any]
    name: str = Field("", max_length=NAME_LENGTH)
    enabled: bool = True


class WarehouseChange(Schema):
    settings: dict[str, Any]
    name: str | None = Field(None, min_length=1, max_length=NAME_LENGTH)
    enabled: bool | None = None


def shown(request: ApiRequest, found: Sequence[Resource]) -> list[dict[str, Any]]:
    """Return warehouses as the wire has them."""
    return [
        {
            "id": row.public_id,
            "metadata": of_resource(TYPE, row.details),
            "workspaceId": request.workspace.slug,
            "enabled": row.enabled,
            "settings": {**row.details.get("settings", {}), "name": row.name},
        }
        for row in found
    ]


def _named(name: str | None, settings: dict[str, Any]) -> str | None:
    """Return the name that is meant: beside the settings, or in them. Raises Invalid."""
    inner = settings.get("name")
    if name is None and inner is not None:
        if not isinstance(inner, str) or not 0 < len(inner.strip()) <= NAME_LENGTH:
            raise Invalid("settings.name", f"A name has 1 to {NAME_LENGTH} characters.")
        return inner.strip()
    return name


def _without_name(settings: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key != "name"}


@router.get("/warehouses", response=WarehousesAnswer)
@any_token("the list holds what the token may read")
def list_warehouses(request: ApiRequest, page: Query[PageQuery]) -> Any:
    """The warehouses the token may read."""
    return page_of(request, TYPE, "warehouses", page, lambda rows: shown(request, rows))


@router.post("/warehouses", response={201: WarehouseAnswer})
@any_token("the operation asks whether warehouses may be made")
def create_warehouse(request: ApiRequest, body: WarehouseBody) -> Any:
    """Make a warehouse."""
    require_kind(TYPE, body.metadataId)
    allow_creating(request)
    name = _named(body.name.strip() or None, body.settings) or body.metadataId
    made = resources.create(
        request.workspace,
        TYPE,
        slug_for(name),
        name,
        by=request.actor,
        enabled=body.enabled,
        details={"metadataId": body.metadataId, "settings": _without_name(body.settings)},
    )
    return Status(201, {"data": {"warehouse": shown(request, [made])[0]}})


@router.get("/warehouses/{warehouse_id}", response=WarehouseAnswer)
@any_token(ASKED)
def get_warehouse(request: ApiRequest, warehouse_id: str) -> Any:
    """One warehouse."""
    found = looked_at(request, TYPE, warehouse_id)
    return {"data": {"warehouse": shown(request, [found])[0]}}


@router.patch("/warehouses/{warehouse_id}", response=WarehouseAnswer)
@any_token(ASKED)
def update_warehouse(request: ApiRequest, warehouse_id: str, body: WarehouseChange) -> Any:
    """Change a warehouse."""
    changed = resource_details.change(
        resource_for(request, EDIT, TYPE, warehouse_id),
        name=_named(body.name, body.settings),
        enabled=body.enabled,
        details={"settings": _without_name(body.settings)},
        by=request.actor,
    )
    return {"data": {"warehouse": shown(request, [changed])[0]}}


@router.delete("/warehouses/{warehouse_id}", response=StatusAnswer)
@any_token(ASKED)
def delete_warehouse(request: ApiRequest, warehouse_id: str) -> Any:
    """Delete a warehouse."""
    resources.delete(resource_for(request, DELETE, TYPE, warehouse_id), by=request.actor)
    return SUCCESS
