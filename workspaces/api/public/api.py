"""The Public API: its operations under `/api`, and how each of their answers is shaped."""

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation

from config.databases.reading import looks_read_only
from config.web.limits import Used, UsedUp
from workspaces.api.bodies import Fault
from workspaces.api.public import audit_events, labels, workspace
from workspaces.api.public.errors import Invalid, entry, error, errors, refused
from workspaces.api.public.guards import TokenAuth, told
from workspaces.api.public.ours import eligible, offers, reviews, take_ups
from workspaces.api.public.people import groups, invites, users
from workspaces.api.public.reading import ClientParser
from workspaces.api.public.things import (
    catalog,
    destinations,
    functions,
    plan_rules,
    resource_labels,
    source_settings,
    sources,
    spaces,
    tracking_plans,
    warehouse_sources,
    warehouses,
)
from workspaces.errors import Refused

View = Callable[..., HttpResponse]
VENDOR = "application/vnd.segment."
PLACES = frozenset({"body", "query", "path", "page"})


class PublicAPI(NinjaAPI):
    """Answers in the media type that was asked for, with what is left of the limits."""

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """Return the addresses; what is only looked at is read from a standby, if there is one."""
        patterns, app, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = looks_read_only(cast("View", pattern.callback))
        return patterns, app, namespace

    def create_response(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        answer = super().create_response(request, *args, **options)
        accepted = request.headers.get("Accept", "").partition(",")[0].partition(";")[0].strip()
        if accepted.startswith(VENDOR) and accepted.endswith("+json"):
            answer.headers["Content-Type"] = accepted
        used: Used | None = getattr(request, "used", None)
        for name, value in (told(used) if used else {}).items():
            answer.headers[name] = value
        return answer

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name a call as generated clients know it, in whatever room its view lies."""
        view = operation.view_func
        return f"workspaces_api_public_{view.__module__.rpartition('.')[2]}_{view.__name__}"


api = PublicAPI(
    title="Gatehouse Public API",
    version="1",
    description=(
        "Who may touch what in a workspace, for programs. A token picks the workspace. "
        "Labels and addresses may be sent in any case of letters and are answered in their own "
        "spelling: a label as it was made, an address in its one form, in small letters and with "
        "an ASCII domain. Permissions are answered in the order and grouping they were put in. "
        "What lies under /x/ is marked x-gatehouse: no published client knows it."
    ),
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
    source_settings,
    destinations,
    warehouses,
    warehouse_sources,
    spaces,
    tracking_plans,
    plan_rules,
    functions,
    catalog,
    audit_events,
    eligible,
    take_ups,
    offers,
    reviews,
):
    api.add_router("", module.router)


@api.exception_handler(AuthenticationError)
def not_authenticated(request: HttpRequest, exception: AuthenticationError) -> HttpResponse:
    answer = error(401, "A live token is needed: Authorization: Bearer …")
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(UsedUp)
def too_often(request: HttpRequest, exception: UsedUp) -> HttpResponse:
    used = exception.used
    left = {
        "remainingPoints": 0,
        "msBeforeNext": exception.wait * 1000,
        "consumedPoints": used.consumed,
    }
    answer = error(429, "Too many requests", data=left)
    answer.headers["Retry-After"] = str(exception.wait)
    for name, value in told(used).items():
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


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, exception: RequestDataTooBig) -> HttpResponse:
    return error(413, "The body is too large.")


@api.exception_handler(RawPostDataException)
def form_sent(request: HttpRequest, exception: RawPostDataException) -> HttpResponse:
    """Refuse a form, which was read as one before."""
    return error(415, "Content-Type: expected application/json.")


@api.exception_handler(Http404)
def not_there(request: HttpRequest, exception: Http404) -> HttpResponse:
    return error(404)


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, exception: ValidationError) -> HttpResponse:
    """Name each parameter that does not fit, as the caller wrote it."""
    return errors(422, [_unfit(fault) for fault in exception.errors])


def _unfit(fault: dict[str, Any]) -> dict[str, Any]:
    field, words = _field(fault["loc"]), str(fault["msg"])
    if fault["type"] == "missing":
        words = f'"{field}" is required'
    elif fault["type"] == "extra_forbidden":
        words = f'"{field}" is not known here, and what is not known is not passed over.'
    return entry(422, words, field)


def _field(location: tuple[str | int, ...]) -> str:
    """Return `permissions[0].roleId` for where in the input something lies."""
    parts = [part for i, part in enumerate(location) if i > 1 or part not in PLACES]
    words = ""
    for part in parts:
        words += f"[{part}]" if isinstance(part, int) else f".{part}"
    return words.lstrip(".")
