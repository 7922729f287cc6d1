"""The OpenAPI document of the Public API, with the errors that every operation may give."""

from functools import cache
from typing import Any

from workspaces.api.public.api import api
from workspaces.api.public.errors import TYPES

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
    found: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/")
    found["components"]["schemas"]["Errors"] = ERROR
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Errors"}}}
    refusals = {
        str(status): {"description": words, "content": content} for status, words in TYPES.items()
    }
    for operations in found["paths"].values():
        for operation in operations.values():
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
