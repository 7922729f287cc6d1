"""The sources connected to a warehouse."""

from typing import Any

from django.http import Http404
from ninja import Query, Router

from workspaces.api.public import gone, paging, shapes
from workspaces.api.public.guards import ApiRequest, any_token, resource_for
from workspaces.api.public.things import sources, things
from workspaces.catalogue import EDIT, ResourceType
from workspaces.models import Resource
from workspaces.operations.resources import resources

router = Router(tags=["Warehouses"], exclude_unset=True)
TYPE = ResourceType.WAREHOUSE


@router.get("/warehouses/{warehouse_id}/connected-sources", response=sources.SourcesAnswer)
@any_token("the engine is asked about the warehouse")
def list_connected_sources_from_warehouse(
    request: ApiRequest, warehouse_id: str, page: Query[paging.PageQuery]
) -> Any:
    """The sources of a warehouse that the token may read."""
    return sources.connected_with(request, things.looked_at(request, TYPE, warehouse_id), page)


def _source(request: ApiRequest, ident: str) -> Resource:
    found = things.readable_source(request, ident)
    if found is None:
        raise Http404
    return found


@router.post(
    "/warehouses/{warehouse_id}/connected-sources/{source_id}", response=shapes.StatusAnswer
)
@any_token("the operation asks for edit on both ends")
def add_connection_from_source_to_warehouse(
    request: ApiRequest, warehouse_id: str, source_id: str
) -> Any:
    """Connect a source; needs edit on both ends."""
    warehouse = resource_for(request, EDIT, TYPE, warehouse_id)
    resources.connect(warehouse, [_source(request, source_id)], by=request.actor)
    return {"data": {"status": "CONNECTED"}}


@router.delete(
    "/warehouses/{warehouse_id}/connected-sources/{source_id}", response=shapes.StatusAnswer
)
@any_token("the operation asks for edit on both ends")
def remove_source_connection_from_warehouse(
    request: ApiRequest, warehouse_id: str, source_id: str
) -> Any:
    """Undo a connection; needs edit on both ends. An end that has gone is no error."""
    warehouse = gone.still_there(request, EDIT, TYPE, warehouse_id)
    gone.part(request, warehouse, gone.still_there(request, EDIT, ResourceType.SOURCE, source_id))
    return shapes.SUCCESS
