"""Warehouses. A warehouse's name lies in its settings."""

from collections.abc import Sequence
from typing import Any

from ninja import Query, Router, Schema
from ninja.responses import Status

from workspaces.api.public import errors, gone, paging, shapes
from workspaces.api.public.guards import ApiRequest, any_token, resource_for
from workspaces.api.public.things import catalog, things
from workspaces.catalogue import EDIT, ResourceType
from workspaces.models import Resource
from workspaces.operations.changes.texts import line
from workspaces.operations.resources import details, resources

router = Router(tags=["Warehouses"], exclude_unset=True)
TYPE = ResourceType.WAREHOUSE
ASKED = "the engine is asked about the warehouse"


class WarehouseOut(Schema):
    id: str
    metadata: catalog.Metadata
    workspaceId: str
    enabled: bool
    settings: dict[str, Any]


WarehouseAnswer = shapes.answer_of("Warehouse", warehouse=WarehouseOut)
WarehousesAnswer = shapes.answer_of(
    "Warehouses", warehouses=list[WarehouseOut], pagination=paging.PageInfo
)


class WarehouseBody(shapes.Body):
    metadataId: str
    settings: dict[str, Any]
    name: shapes.NameOrNone = ""
    enabled: bool = True


class WarehouseChange(shapes.Body):
    settings: dict[str, Any]
    name: shapes.Name | None = None
    enabled: bool | None = None


def shown(request: ApiRequest, found: Sequence[Resource]) -> list[dict[str, Any]]:
    """Return warehouses as the wire has them; 1 statement."""
    rights = request.access.rights(found)
    return [
        {
            "id": row.public_id,
            "metadata": catalog.of_resource(TYPE, row.details),
            "workspaceId": request.workspace.slug,
            "enabled": row.enabled,
            "settings": {**things.settings_of(row, rights), "name": row.name},
        }
        for row in found
    ]


def _named(name: str | None, settings: dict[str, Any]) -> str | None:
    """Return the name that is meant: beside the settings, or in them. Raises Invalid."""
    inner = settings.get("name")
    if name is None and inner is not None:
        if not isinstance(inner, str):
            raise errors.Invalid("settings.name", "A name is a string.")
        return line(inner, field="settings.name")
    return name


def _without_name(settings: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key != "name"}


@router.get("/warehouses", response=WarehousesAnswer)
@any_token("the list holds what the token may read")
def list_warehouses(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """The warehouses the token may read."""
    return things.page_of(request, TYPE, "warehouses", page, lambda rows: shown(request, rows))


@router.post("/warehouses", response={201: WarehouseAnswer})
@any_token("the operation asks whether warehouses may be made")
def create_warehouse(request: ApiRequest, body: WarehouseBody) -> Any:
    """Make a warehouse."""
    kind = things.require_kind(TYPE, body.metadataId)
    things.allow_creating(request)
    name = _named(body.name or None, body.settings) or kind.name
    made = resources.create(
        request.workspace,
        TYPE,
        things.slug_for(name),
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
    found = things.looked_at(request, TYPE, warehouse_id)
    return {"data": {"warehouse": shown(request, [found])[0]}}


@router.patch("/warehouses/{warehouse_id}", response=WarehouseAnswer)
@any_token(ASKED)
def update_warehouse(request: ApiRequest, warehouse_id: str, body: WarehouseChange) -> Any:
    """Change a warehouse."""
    changed = details.change(
        resource_for(request, EDIT, TYPE, warehouse_id),
        name=_named(body.name, body.settings),
        enabled=body.enabled,
        details={"settings": _without_name(body.settings)},
        by=request.actor,
    )
    return {"data": {"warehouse": shown(request, [changed])[0]}}


@router.delete("/warehouses/{warehouse_id}", response=shapes.StatusAnswer)
@any_token(ASKED)
def delete_warehouse(request: ApiRequest, warehouse_id: str) -> Any:
    """Delete a warehouse. One that has gone is no error."""
    gone.delete_resource(request, TYPE, warehouse_id)
    return shapes.SUCCESS
