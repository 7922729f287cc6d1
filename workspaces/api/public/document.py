"""The Public API described: for programs as OpenAPI, with the errors that every operation may
give, and for people as a page.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.guards import public
from config.web.http import HtmxRequest, page
from workspaces.api.public.errors import TYPES

WHY = "it describes the interface and names nothing of any workspace"
OURS = "/api/x/"  # what the published API lacks; here no published shape is in the way
ERROR = {
    "type": "object",
    "required": ["errors"],
    "properties": {
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["type"],
                "properties": {
                    "type": {"type": "string"},
                    "message": {"type": "string"},
                    "field": {"type": "string"},
                    "status": {"type": "integer"},
                    "data": {},
                },
            },
        }
    },
}


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document as plain data."""
    from workspaces.api.public.api import api  # noqa: PLC0415 - the interface comes when asked

    found: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/")
    found["components"]["schemas"]["Errors"] = ERROR
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Errors"}}}
    refusals = {
        str(status): {"description": words, "content": content} for status, words in TYPES.items()
    }
    for path, operations in found["paths"].items():
        for operation in operations.values():
            if path.startswith(OURS):
                operation["x-gatehouse"] = True
            operation["responses"] = {**operation["responses"], **refusals}
    return found


def by_tag() -> dict[str, list[dict[str, str]]]:
    """Return the operations as a reader looks for them: by tag, in the order of the code."""
    found: dict[str, list[dict[str, str]]] = {}
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            row = {
                "method": method.upper(),
                "path": path,
                "says": operation.get("description", ""),
            }
            found.setdefault(operation["tags"][0], []).append(row)
    return found


@public(WHY)
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return JsonResponse(document())


@public(WHY)
def api_reference(request: HtmxRequest) -> HttpResponse:
    """How to make a token and call; every operation in a line."""
    return page(
        request,
        "workspaces/workspace/api_reference.html",
        {"tags": by_tag(), "site": settings.SITE_URL},
    )
