"""What a directory asks first: what this service is, and what it does not do."""

from django.http import Http404, HttpResponse

from workspaces.api.scim import documents
from workspaces.api.scim.answers import answer
from workspaces.api.scim.errors import error
from workspaces.api.scim.guards import ScimRequest
from workspaces.api.scim.paging import Window, list_response
from workspaces.api.scim.schemas import Document


def config(request: ScimRequest) -> HttpResponse:
    return answer(documents.provider_config())


def resource_types(request: ScimRequest) -> HttpResponse:
    return _listed(documents.resource_types())


def resource_type(request: ScimRequest, ident: str) -> HttpResponse:
    return _one(documents.resource_types(), ident)


def schemas(request: ScimRequest) -> HttpResponse:
    return _listed(documents.schemas())


def schema(request: ScimRequest, ident: str) -> HttpResponse:
    """One schema; URNs compare without case."""
    return _one(documents.schemas(), ident.lower())


def not_served(request: ScimRequest) -> HttpResponse:
    """What RFC 7644 knows and this service lacks: searches by POST, bulk, oneself."""
    return error(501, "This service does not do that.")


def _listed(found: dict[str, Document]) -> HttpResponse:
    return answer(list_response(len(found), Window(), list(found.values())))


def _one(found: dict[str, Document], ident: str) -> HttpResponse:
    if ident not in found:
        raise Http404
    return answer(found[ident])
