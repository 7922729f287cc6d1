"""The catalogue of what can be made."""

from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema

from workspaces.api.public.guards import ApiRequest, any_token
from workspaces.api.public.metadata import KINDS, kind_of, shown
from workspaces.api.public.paging import PageInfo, PageQuery, paged
from workspaces.catalogue import ResourceType

router = Router(tags=["Catalog"], exclude_unset=True)
WHY = "the catalogue is the same everywhere"


class Metadata(Schema):
    """An entry; which further keys it has goes by its type."""

    id: str
    name: str
    slug: str
    description: str
    logos: dict[str, str]
    options: list[Any]
    model_config = {"extra": "allow"}


class CatalogSourcesData(Schema):
    sourcesCatalog: list[Metadata]
    pagination: PageInfo


class CatalogSourcesAnswer(Schema):
    data: CatalogSourcesData


class CatalogSourceData(Schema):
    sourceMetadata: Metadata


class CatalogSourceAnswer(Schema):
    data: CatalogSourceData


class CatalogDestinationsData(Schema):
    destinationsCatalog: list[Metadata]
    pagination: PageInfo


class CatalogDestinationsAnswer(Schema):
    data: CatalogDestinationsData


class CatalogDestinationData(Schema):
    destinationMetadata: Metadata


class CatalogDestinationAnswer(Schema):
    data: CatalogDestinationData


class CatalogWarehousesData(Schema):
    warehousesCatalog: list[Metadata]
    pagination: PageInfo


class CatalogWarehousesAnswer(Schema):
    data: CatalogWarehousesData


class CatalogWarehouseData(Schema):
    warehouseMetadata: Metadata


class CatalogWarehouseAnswer(Schema):
    data: CatalogWarehouseData


def _list(type_: str, key: str, page: PageQuery) -> dict[str, Any]:
    rows, info = paged(list(KINDS[type_]), page, lambda some: [shown(type_, k) for k in some])
    return {"data": {key: rows, "pagination": info}}


def _one(type_: str, key: str, ident: str) -> dict[str, Any]:
    kind = kind_of(type_, ident)
    if kind is None:
        raise Http404
    return {"data": {key: shown(type_, kind)}}


@router.get("/catalog/sources", response=CatalogSourcesAnswer)
@any_token(WHY)
def get_sources_catalog(request: ApiRequest, page: Query[PageQuery]) -> Any:
    """Kinds of source."""
    return _list(ResourceType.SOURCE, "sourcesCatalog", page)


@router.get("/catalog/sources/{metadata_id}", response=CatalogSourceAnswer)
@any_token(WHY)
def get_source_metadata(request: ApiRequest, metadata_id: str) -> Any:
    """One kind of source."""
    return _one(ResourceType.SOURCE, "sourceMetadata", metadata_id)


@router.get("/catalog/destinations", response=CatalogDestinationsAnswer)
@any_token(WHY)
def get_destinations_catalog(request: ApiRequest, page: Query[PageQuery]) -> Any:
    """Kinds of destination."""
    return _list(ResourceType.DESTINATION, "destinationsCatalog", page)


@router.get("/catalog/destinations/{metadata_id}", response=CatalogDestinationAnswer)
@any_token(WHY)
def get_destination_metadata(request: ApiRequest, metadata_id: str) -> Any:
    """One kind of destination."""
    return _one(ResourceType.DESTINATION, "destinationMetadata", metadata_id)


@router.get("/catalog/warehouses", response=CatalogWarehousesAnswer)
@any_token(WHY)
def get_warehouses_catalog(request: ApiRequest, page: Query[PageQuery]) -> Any:
    """Kinds of warehouse."""
    return _list(ResourceType.WAREHOUSE, "warehousesCatalog", page)


@router.get("/catalog/warehouses/{metadata_id}", response=CatalogWarehouseAnswer)
@any_token(WHY)
def get_warehouse_metadata(request: ApiRequest, metadata_id: str) -> Any:
    """One kind of warehouse."""
    return _one(ResourceType.WAREHOUSE, "warehouseMetadata", metadata_id)
