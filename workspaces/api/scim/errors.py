"""How the SCIM interface says no: always the error message of RFC 7644, 3.12."""

from http import HTTPStatus

from django.http import JsonResponse

from workspaces.api.bodies import Fault

MEDIA_TYPE = "application/scim+json"
SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error"

INVALID_FILTER = "invalidFilter"
INVALID_PATH = "invalidPath"
INVALID_SYNTAX = "invalidSyntax"
INVALID_VALUE = "invalidValue"
NO_TARGET = "noTarget"
UNIQUENESS = "uniqueness"


class ScimFault(Fault):
    """A request that is malformed (400) in one of the ways RFC 7644 has a name for."""

    def __init__(self, scim_type: str, message: str) -> None:
        super().__init__(400, message)
        self.scim_type = scim_type


def error(status: int, detail: str = "", scim_type: str = "") -> JsonResponse:
    """Return an error of this status; without words of its own it says what HTTP says."""
    said = {"schemas": [SCHEMA], "status": str(status)}
    if scim_type:
        said["scimType"] = scim_type
    said["detail"] = detail or HTTPStatus(status).phrase
    return JsonResponse(said, status=status, content_type=MEDIA_TYPE)


def faulty(fault: Fault) -> JsonResponse:
    """Return what is wrong with a request; a body that is no JSON is bad syntax."""
    named = INVALID_SYNTAX if fault.status == HTTPStatus.BAD_REQUEST else ""
    return error(fault.status, fault.message, getattr(fault, "scim_type", named))
