"""The Public API: its operations under `/api`, and how each of their answers is shaped."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from workspaces.api.bodies import Fault
from workspaces.api.public import (
    audit_events,
    catalog,
    destinations,
    functions,
    groups,
    invites,
    labels,
    resource_labels,
    sources,
    spaces,
    tracking_plans,
    users,
    warehouse_sources,
    warehouses,
    workspace,
)
from workspaces.api.public.errors import Invalid, entry, error, errors, refused
from workspaces.api.public.guards import TokenAuth
from workspaces.api.public.limits import Overdrawn, used_by
from workspaces.api.public.reading import ClientParser
from workspaces.errors import Refused

VENDOR = "application/vnd.segment."
PLACES = frozenset({"body", "query", "path", "page"})


class PublicAPI(NinjaAPI):
    """Answers in the media type that was asked for, with what is left of the limits."""

    def create_response(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        answer = super().create_response(request, *args, **options)
        accepted = request.headers.get("Accept", "").partition(",")[0].partition(";")[0].strip()
        if accepted.startswith(VENDOR) and accepted.endswith("+json"):
            answer.headers["Content-Type"] = accepted
        used = used_by(request)
        for name, value in (used.headers if used else {}).items():
            answer.headers[name] = value
        return answer


api = PublicAPI(
    title="Gatehouse Public API",
    version="1",
    description="Who may touch what in a workspace, for programs. A token picks the workspace.",
    auth=TokenAuth(),
    parser=ClientParser(),
    urls_namespace="public_api",
    docs_url=None,
    openapi_url=None,
)
for module in (
    workspace,
    users,
    invites,
    groups,
    labels,
    resource_labels,
    sources,
    destinations,
    warehouses,
    warehouse_sources,
    spaces,
    tracking_plans,
    functions,
    catalog,
    audit_events,
):
    api.add_router("", module.router)


@api.exception_handler(AuthenticationError)
def not_authenticated(request: HttpRequest, exception: AuthenticationError) -> HttpResponse:
    answer = error(401, "A live token is needed: Authorization: Bearer …")
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Overdrawn)
def too_often(request: HttpRequest, exception: Overdrawn) -> HttpResponse:
    used = exception.used
    left = {
        "remainingPoints": 0,
        "msBeforeNext": exception.wait * 1000,
        "consumedPoints": used.consumed,
    }
    answer = error(429, "Too many requests", data=left)
    answer.headers["Retry-After"] = str(exception.wait)
    for name, value in used.headers.items():
        answer.headers[name] = value
    return answer


@api.exception_handler(Refused)
def operation_refused(request: HttpRequest, exception: Refused) -> HttpResponse:
    return refused(exception)


@api.exception_handler(Invalid)
def invalid(request: HttpRequest, exception: Invalid) -> HttpResponse:
    return error(422, exception.message, exception.field)


@api.exception_handler(HttpError)
def body_fault(request: HttpRequest, exception: HttpError) -> HttpResponse:
    """Say what the parser found: ninja raises an error of its own from it."""
    fault = exception.__cause__
    if isinstance(fault, Fault):
        return error(fault.status, fault.message)
    return error(exception.status_code, str(exception))


@api.exception_handler(Http404)
def not_there(request: HttpRequest, exception: Http404) -> HttpResponse:
    return error(404)


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, exception: ValidationError) -> HttpResponse:
    """Name each parameter that does not fit, as the caller wrote it."""
    found = []
    for fault in exception.errors:
        field = _field(fault["loc"])
        words = f'"{field}" is required' if fault["type"] == "missing" else fault["msg"]
        found.append(entry(422, words, field))
    return errors(422, found)


def _field(location: tuple[str | int, ...]) -> str:
    """Return `permissions[0].roleId` for where in the input something lies."""
    parts = [part for i, part in enumerate(location) if i > 1 or part not in PLACES]
    words = ""
    for part in parts:
        words += f"[{part}]" if isinstance(part, int) else f".{part}"
    return words.lstrip(".")
