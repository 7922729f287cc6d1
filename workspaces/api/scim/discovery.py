"""What a directory asks first: what this service is, and what it does not do.

The documents are those of RFC 7643, 5 and 6.
"""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse

from workspaces.api.bearer import TokenRequest
from workspaces.api.scim.answers import GROUPS, USERS, answer, error, location
from workspaces.api.scim.messages.queries import MOST, Window, list_response
from workspaces.api.scim.schemas import ATTRIBUTES, GROUP, NAMES, USER, Document, schema_document

CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
ENDPOINTS = {USER: USERS, GROUP: GROUPS}


def config(request: TokenRequest) -> HttpResponse:
    return answer(_provider_config())


def resource_types(request: TokenRequest) -> HttpResponse:
    return _listed(_resource_types())


def resource_type(request: TokenRequest, ident: str) -> HttpResponse:
    return _one(_resource_types(), ident)


def schemas(request: TokenRequest) -> HttpResponse:
    return _listed(_schemas())


def schema(request: TokenRequest, ident: str) -> HttpResponse:
    """One schema; URNs compare without case."""
    return _one(_schemas(), ident.lower())


def not_served(request: TokenRequest) -> HttpResponse:
    """What RFC 7644 knows and this service lacks: searches by POST, bulk, oneself."""
    return error(501, "This service does not do that.")


def _listed(found: dict[str, Document]) -> HttpResponse:
    return answer(list_response(len(found), Window(), list(found.values())))


def _one(found: dict[str, Document], ident: str) -> HttpResponse:
    if ident not in found:
        raise Http404
    return answer(found[ident])


def _provider_config() -> Document:
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


def _resource_types() -> dict[str, Document]:
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


def _schemas() -> dict[str, Document]:
    """Return what is published of each schema, by its URN in lower case."""
    return {
        schema.lower(): {
            **schema_document(schema),
            "meta": {"resourceType": "Schema", "location": location("Schemas", schema)},
        }
        for schema in ATTRIBUTES
    }
