"""What can be chosen when something is made: a small catalogue, the same for everybody.

Gatehouse grants access to sources, destinations and warehouses; what they are made of is
other programs' business. The catalogue names the common kinds, and one for everything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from workspaces.catalogue import ResourceType


@dataclass(frozen=True, slots=True)
class Kind:
    """One entry of the catalogue; its slug is its id."""

    slug: str
    name: str
    category: str
    description: str = ""


OTHER = "other"
_SOURCES = (
    Kind("javascript", "JavaScript", "Website"),
    Kind("ios", "iOS", "Mobile"),
    Kind("android", "Android", "Mobile"),
    Kind("python", "Python", "Server"),
    Kind("node", "Node.js", "Server"),
    Kind("http-api", "HTTP API", "Server"),
    Kind(OTHER, "Other source", "Other", "Anything that sends data."),
)
_DESTINATIONS = (
    Kind("webhook", "Webhook", "Raw data"),
    Kind("crm", "CRM", "CRM"),
    Kind("advertising", "Advertising", "Advertising"),
    Kind("analytics", "Analytics", "Analytics"),
    Kind("email", "E-mail", "E-mail"),
    Kind(OTHER, "Other destination", "Other", "Anything that takes data."),
)
_WAREHOUSES = (
    Kind("postgres", "PostgreSQL", "Warehouse"),
    Kind("bigquery", "BigQuery", "Warehouse"),
    Kind("snowflake", "Snowflake", "Warehouse"),
    Kind("redshift", "Redshift", "Warehouse"),
    Kind(OTHER, "Other warehouse", "Warehouse", "Anything that stores data."),
)
KINDS: Mapping[str, tuple[Kind, ...]] = MappingProxyType(
    {
        ResourceType.SOURCE: _SOURCES,
        ResourceType.DESTINATION: _DESTINATIONS,
        ResourceType.WAREHOUSE: _WAREHOUSES,
    }
)


def kind_of(type_: str, ident: str) -> Kind | None:
    """Return the entry of a type by its id."""
    return next((kind for kind in KINDS[type_] if kind.slug == ident), None)


def shown(type_: str, kind: Kind) -> dict[str, Any]:
    """Return an entry as the wire has it for a type; what clients insist on is there, empty."""
    found: dict[str, Any] = {
        "id": kind.slug,
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
    """Return the entry a resource was made with; the last one where none is known."""
    kind = kind_of(type_, str(details.get("metadataId", OTHER)))
    return shown(type_, kind or KINDS[type_][-1])
