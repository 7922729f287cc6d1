"""What can be chosen when something is made: a small catalogue, the same for everybody.

Gatehouse grants access to sources, destinations and warehouses; what they are made of is
other programs' business. The catalogue names the common kinds, and one for everything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.http import Http404
from ninja import Query, Router, Schema

from workspaces.api.public import paging, shapes
from workspaces.api.public.guards import ApiRequest, any_token
from workspaces.catalogue import ResourceType


@dataclass(frozen=True, slots=True)
class Kind:
    """One entry of the catalogue.

    The kinds most used bear the ids, slugs and names that the vendor published, so that what
    was written for its catalogue finds them here; `also` are ids of ours from before.
    """

    id: str
    slug: str
    name: str
    category: str
    description: str = ""
    also: tuple[str, ...] = ()


def _ours(slug: str, name: str, category: str, description: str = "") -> Kind:
    """Return a kind without a published id; its slug is its id."""
    return Kind(slug, slug, name, category, description)


OTHER = "other"
_SOURCES = (
    Kind("IqDTy1TpoU", "javascript", "Javascript", "Website", also=("javascript",)),
    Kind("dZeHygTSD4", "apple", "Apple", "Mobile"),
    Kind("9EMcTqiKok", "kotlin-android", "Kotlin (Android)", "Mobile"),
    Kind("B0X0QmvMny", "react-native", "React Native", "Mobile"),
    Kind("4zkHfaSKI8", "unity", "Unity", "Mobile"),
    _ours("ios", "iOS", "Mobile"),
    _ours("android", "Android", "Mobile"),
    Kind("iUM16Md8P2", "http-api", "HTTP API", "Server", also=("http-api",)),
    Kind("7XqN9rJQOG", "pixel-tracking-api", "Pixel Tracking API", "Server"),
    Kind("XRksQPCr7X", "python", "Python", "Server", also=("python",)),
    Kind("U9mT0bPcI6", "node-js", "Node.js", "Server", also=("node",)),
    Kind("yBvi77aEwr", "go", "Go", "Server"),
    Kind("V6ynUvQgbc", "java", "Java", "Server"),
    Kind("yMu7LRR59b", "kotlin", "Kotlin", "Server"),
    Kind("8HWbgPTt3k", "net", ".NET", "Server"),
    Kind("TDO70If4mD", "php", "PHP", "Server"),
    Kind("aACTBqIbWT", "ruby", "Ruby", "Server"),
    Kind("2baks93n", "salesforce", "Salesforce", "CRM"),
    Kind("2baks93o", "hubspot", "HubSpot", "CRM"),
    Kind("3hbak7a9", "zendesk", "Zendesk", "Helpdesk"),
    Kind("1bow82lmk", "stripe", "Stripe", "Payments"),
    _ours(OTHER, "Other source", "Other", "Anything that sends data."),
)
_DESTINATIONS = (
    Kind("54521fdc25e721e32a72ef04", "webhooks", "Webhooks", "Raw data", also=("webhook",)),
    Kind("54521fd525e721e32a72ee91", "amplitude", "Amplitude", "Analytics"),
    Kind("54521fd925e721e32a72eed6", "mixpanel", "Mixpanel", "Analytics"),
    Kind("54521fd625e721e32a72eeb9", "google-tag-manager", "Google Tag Manager", "Tag managers"),
    Kind("5661eb58e954a874ca44cc07", "facebook-pixel", "Facebook Pixel", "Advertising"),
    Kind("54521fd525e721e32a72ee8f", "appsflyer", "AppsFlyer", "Attribution"),
    Kind("54521fd525e721e32a72eea8", "customer-io", "Customer.io", "E-mail"),
    Kind("56748689e954a874ca44ccfb", "slack", "Slack", "Livechat"),
    _ours("crm", "CRM", "CRM"),
    _ours("advertising", "Advertising", "Advertising"),
    _ours("analytics", "Analytics", "Analytics"),
    _ours("email", "E-mail", "E-mail"),
    _ours(OTHER, "Other destination", "Other", "Anything that takes data."),
)
_WAREHOUSES = (
    Kind("55d3d3aea3c", "postgres", "Postgres", "Warehouse", also=("postgres",)),
    Kind("kwX50Df0hr", "bigquery", "BigQuery", "Warehouse", also=("bigquery",)),
    Kind("CCIl4HLQPz", "snowflake", "Snowflake", "Warehouse", also=("snowflake",)),
    Kind("aea3c55dsz", "redshift", "Redshift", "Warehouse", also=("redshift",)),
    _ours(OTHER, "Other warehouse", "Warehouse", "Anything that stores data."),
)
KINDS: Mapping[str, tuple[Kind, ...]] = MappingProxyType(
    {
        ResourceType.SOURCE: _SOURCES,
        ResourceType.DESTINATION: _DESTINATIONS,
        ResourceType.WAREHOUSE: _WAREHOUSES,
    }
)


def kind_of(type_: str, ident: str) -> Kind | None:
    """Return the entry of a type by its id, or one it had before."""
    return next((kind for kind in KINDS[type_] if ident in {kind.id, *kind.also}), None)


def shown(type_: str, kind: Kind) -> dict[str, Any]:
    """Return an entry as the wire has it for a type; what clients insist on is there, empty."""
    found: dict[str, Any] = {
        "id": kind.id,
        "name": kind.name,
        "slug": kind.slug,
        "description": kind.description,
        "logos": {"default": ""},
        "options": [],
    }
    if type_ == ResourceType.SOURCE:
        found |= {"categories": [kind.category], "isCloudEventSource": False}
    if type_ == ResourceType.DESTINATION:
        found |= {
            "status": "PUBLIC",
            "previousNames": [],
            "categories": [kind.category],
            "website": "",
            "components": [],
            "supportedFeatures": {},
            "supportedMethods": {},
            "supportedPlatforms": {},
            "actions": [],
            "presets": [],
        }
    return found


def of_resource(type_: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry a resource was made with, under the id it was made with.

    The last one where none is known.
    """
    ident = str(details.get("metadataId", OTHER))
    kind = kind_of(type_, ident)
    if kind is None:
        return shown(type_, KINDS[type_][-1])
    return {**shown(type_, kind), "id": ident}


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
    categories: list[str] | None = None
    isCloudEventSource: bool | None = None
    status: str | None = None
    previousNames: list[str] | None = None
    website: str | None = None
    components: list[Any] | None = None
    supportedFeatures: dict[str, Any] | None = None
    supportedMethods: dict[str, Any] | None = None
    supportedPlatforms: dict[str, Any] | None = None
    actions: list[Any] | None = None
    presets: list[Any] | None = None


CatalogSourcesAnswer = shapes.answer_of(
    "CatalogSources", sourcesCatalog=list[Metadata], pagination=paging.PageInfo
)
CatalogSourceAnswer = shapes.answer_of("CatalogSource", sourceMetadata=Metadata)
CatalogDestinationsAnswer = shapes.answer_of(
    "CatalogDestinations", destinationsCatalog=list[Metadata], pagination=paging.PageInfo
)
CatalogDestinationAnswer = shapes.answer_of("CatalogDestination", destinationMetadata=Metadata)
CatalogWarehousesAnswer = shapes.answer_of(
    "CatalogWarehouses", warehousesCatalog=list[Metadata], pagination=paging.PageInfo
)
CatalogWarehouseAnswer = shapes.answer_of("CatalogWarehouse", warehouseMetadata=Metadata)


def _list(type_: str, key: str, page: paging.PageQuery) -> dict[str, Any]:
    rows, info = paging.paged(
        list(KINDS[type_]), page, lambda some: [shown(type_, k) for k in some]
    )
    return {"data": {key: rows, "pagination": info}}


def _one(type_: str, key: str, ident: str) -> dict[str, Any]:
    kind = kind_of(type_, ident)
    if kind is None:
        raise Http404
    return {"data": {key: shown(type_, kind)}}


@router.get("/catalog/sources", response=CatalogSourcesAnswer)
@any_token(WHY)
def get_sources_catalog(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """Kinds of source."""
    return _list(ResourceType.SOURCE, "sourcesCatalog", page)


@router.get("/catalog/sources/{metadata_id}", response=CatalogSourceAnswer)
@any_token(WHY)
def get_source_metadata(request: ApiRequest, metadata_id: str) -> Any:
    """One kind of source."""
    return _one(ResourceType.SOURCE, "sourceMetadata", metadata_id)


@router.get("/catalog/destinations", response=CatalogDestinationsAnswer)
@any_token(WHY)
def get_destinations_catalog(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """Kinds of destination."""
    return _list(ResourceType.DESTINATION, "destinationsCatalog", page)


@router.get("/catalog/destinations/{metadata_id}", response=CatalogDestinationAnswer)
@any_token(WHY)
def get_destination_metadata(request: ApiRequest, metadata_id: str) -> Any:
    """One kind of destination."""
    return _one(ResourceType.DESTINATION, "destinationMetadata", metadata_id)


@router.get("/catalog/warehouses", response=CatalogWarehousesAnswer)
@any_token(WHY)
def get_warehouses_catalog(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """Kinds of warehouse."""
    return _list(ResourceType.WAREHOUSE, "warehousesCatalog", page)


@router.get("/catalog/warehouses/{metadata_id}", response=CatalogWarehouseAnswer)
@any_token(WHY)
def get_warehouse_metadata(request: ApiRequest, metadata_id: str) -> Any:
    """One kind of warehouse."""
    return _one(ResourceType.WAREHOUSE, "warehouseMetadata", metadata_id)
