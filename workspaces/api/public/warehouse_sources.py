"""The sources connected to a warehouse."""

from typing import Any

from django.http import Http404
from ninja import Query, Router

from workspaces.api.public import sources
from workspaces.api.public.guards import ApiRequest, any_token, resource_for
from workspaces.api.public.paging import PageQuery
from workspaces.api.public.statuses import SUCCESS, StatusAnswer
from workspaces.api.public.things import looked_at, readable_source
from workspaces.catalogue import EDIT, ResourceType
from workspaces.models.resource import Resource
from workspaces.operations import resources

router = Router(tags=["Warehouses"], exclude_unset=True)
TYPE = ResourceType.WAREHOUSE


@router.get("/warehouses/{warehouse_id}/connected-sources", response=sources.SourcesAnswer)
@any_token("the engine is asked about the warehouse")
def list_connected_sources_from_warehouse(
    request: ApiRequest, warehouse_id: str, page: Query[PageQuery]
) -> Any:
    """The sources of a warehouse that the token may read."""
    return sources.connected_with(request, looked_at(request, TYPE, warehouse_id), page)


def _source(request: ApiRequest, ident: str) -> Resource:
    found = readable_source(request, ident)
    if found is None:
        raise Http404
    return found


@router.post("/warehouses/{warehouse_id}/connected-sources/{source_id}", response=StatusAnswer)
@any_token("the operation asks for edit on both ends")
def add_connection_from_source_to_warehouse(
    request: ApiRequest, warehouse_id: str, source_id: str
) -> Any:
    """Connect a source; needs edit on both ends (B9)."""
    warehouse = resource_for(request, EDIT, TYPE, warehouse_id)
    resources.connect(warehouse, [_source(request, source_id)], by=request.actor)
    return {"data": {"status": "CONNECTED"}}


@router.delete("/warehouses/{warehouse_id}/connected-sources/{source_id}", response=StatusAnswer)
@any_token("the operation asks for edit on both ends")
def remove_source_connection_from_warehouse(
    request: ApiRequest, warehouse_id: str, source_id: str
) -> Any:
    """Undo a connection; needs edit on both ends (B9)."""
    warehouse = resource_for(request, EDIT, TYPE, warehouse_id)
    resources.disconnect(warehouse, [_source(request, source_id)], by=request.actor)
    return SUCCESS
