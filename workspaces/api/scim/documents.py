"""The documents by which a directory finds out what is served (RFC 7643, 5 and 6)."""

from django.conf import settings
from django.urls import reverse

from workspaces.api.scim.locations import GROUPS, USERS, location
from workspaces.api.scim.paging import MOST
from workspaces.api.scim.schemas import ATTRIBUTES, GROUP, NAMES, USER, Document, schema_document

CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
ENDPOINTS = {USER: USERS, GROUP: GROUPS}


def provider_config() -> Document:
    """Return what this service can do."""
    return {
        "schemas": [CONFIG],
        "documentationUri": f"{settings.SITE_URL}{reverse('api_reference')}#scim",
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "etag": {"supported": False},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "A token that an owner makes on the Directory page.",
                "primary": True,
            }
        ],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": location("ServiceProviderConfig"),
        },
    }


def resource_types() -> dict[str, Document]:
    """Return the kinds of resources, by id."""
    return {
        name: {
            "schemas": [RESOURCE_TYPE],
            "id": name,
            "name": name,
            "description": description,
            "endpoint": f"/{ENDPOINTS[schema]}",
            "schema": schema,
            "meta": {"resourceType": "ResourceType", "location": location("ResourceTypes", name)},
        }
        for schema, (name, description) in NAMES.items()
    }


def schemas() -> dict[str, Document]:
    """Return what is published of each schema, by its URN in lower case."""
    return {
        schema.lower(): {
            **schema_document(schema),
            "meta": {"resourceType": "Schema", "location": location("Schemas", schema)},
        }
        for schema in ATTRIBUTES
    }
