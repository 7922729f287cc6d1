"""Answers of the SCIM interface, and how it says no: by the error message of RFC 7644, 3.12."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse

from workspaces.api.bodies import Fault
from workspaces.errors import Conflict, Denied, Refused, TooOften

MEDIA_TYPE = "application/scim+json"
SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error"

INVALID_FILTER = "invalidFilter"
INVALID_PATH = "invalidPath"
INVALID_SYNTAX = "invalidSyntax"
INVALID_VALUE = "invalidValue"
MUTABILITY = "mutability"
NO_TARGET = "noTarget"
UNIQUENESS = "uniqueness"
BASE = "/scim/v2"
USERS, GROUPS = "Users", "Groups"


class ScimFault(Fault):
    """A request that is malformed (400) in one of the ways RFC 7644 has a name for."""

    def __init__(self, scim_type: str, message: str) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST, message)
        self.scim_type = scim_type


class ErrorResponse(JsonResponse):
    """An error; `detail` are its words, for whoever notes it."""

    def __init__(self, status: int, detail: str, scim_type: str) -> None:
        named = {"scimType": scim_type} if scim_type else {}
        said = {"schemas": [SCHEMA], "status": str(int(status)), **named, "detail": detail}
        super().__init__(said, status=status, content_type=MEDIA_TYPE)
        self.detail = detail


def error(status: int, detail: str = "", scim_type: str = "") -> ErrorResponse:
    """Return an error of this status; without words of its own it says what HTTP says."""
    return ErrorResponse(status, detail or HTTPStatus(status).phrase, scim_type)


def faulty(fault: Fault) -> ErrorResponse:
    """Return what is wrong with a request; a body that is no JSON is bad syntax."""
    named = INVALID_SYNTAX if fault.status == HTTPStatus.BAD_REQUEST else ""
    return error(fault.status, fault.message, getattr(fault, "scim_type", named))


def refused(refusal: Refused) -> ErrorResponse:
    """Return what an operation's refusal is to a directory (R15)."""
    words = refusal.messages[0]
    match refusal:
        case TooOften():
            answer = error(HTTPStatus.TOO_MANY_REQUESTS, words)
            answer.headers["Retry-After"] = str(refusal.wait)
            return answer
        case Denied():
            return error(HTTPStatus.FORBIDDEN, words)
        case Conflict(rule="R5"):
            return error(HTTPStatus.NOT_FOUND)
        case Conflict():
            named = UNIQUENESS if refusal.rule == UNIQUENESS else ""
            return error(HTTPStatus.CONFLICT, words, named)
        case _:
            named = MUTABILITY if refusal.rule == MUTABILITY else INVALID_VALUE
            return error(HTTPStatus.BAD_REQUEST, words, named)


def answer(body: dict[str, Any]) -> JsonResponse:
    return JsonResponse(body, content_type=MEDIA_TYPE)


def created(body: dict[str, Any], where: str) -> JsonResponse:
    """Answer 201 with what was made, and where it is."""
    return JsonResponse(body, status=201, content_type=MEDIA_TYPE, headers={"Location": where})


def nothing() -> HttpResponse:
    """Answer 204."""
    return HttpResponse(status=204, content_type=MEDIA_TYPE)


def location(*parts: str) -> str:
    """Return the address of `Users/<id>`, `Schemas`, …; of the whole without parts.

    It is absolute, at the configured host, whatever was asked.
    """
    return "/".join((f"{settings.SITE_URL}{BASE}", *parts))
