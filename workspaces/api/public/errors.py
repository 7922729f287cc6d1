"""Errors of the Public API: always `{"errors": [{…}]}`, whatever went wrong."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.http import JsonResponse

from workspaces.errors import Conflict, Denied, Refused, Spent, TooOften

TYPES = {
    400: "input-validation",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    413: "payload-too-large",
    415: "input-validation",
    422: "input-validation",
    429: "RequestError",
}
FAULT = 500  # from here on it is ours
STATUS_OF: tuple[tuple[type[Refused], int], ...] = (
    (TooOften, 429),
    (Denied, 403),
    (Spent, 409),
    (Conflict, 409),
    (Refused, 422),
)


class Invalid(Exception):
    """A parameter that cannot be taken (422); `field` names it as the caller wrote it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def entry(status: int, message: str = "", field: str = "", data: Any = None) -> dict[str, Any]:
    """Return one error as it stands in the list; only what is known is in it."""
    found: dict[str, Any] = {
        "type": TYPES.get(status, "server-error" if status >= FAULT else "input-validation"),
        "message": message or HTTPStatus(status).phrase,
        "status": status,
    }
    if field:
        found["field"] = field
    if data is not None:
        found["data"] = data
    return found


def error(status: int, message: str = "", field: str = "", data: Any = None) -> JsonResponse:
    """Return an answer with one error."""
    return errors(status, [entry(status, message, field, data)])


def errors(status: int, entries: Iterable[dict[str, Any]]) -> JsonResponse:
    """Return an answer with errors of one status."""
    return JsonResponse({"errors": list(entries)}, status=status)


@contextmanager
def as_clash(field: str) -> Iterator[None]:
    """Make a refusal of this field – a name or slug that is taken – a clash to programs (409)."""
    try:
        yield
    except Refused as refusal:
        clash = refusal.field == field and refusal.rule != "N1"
        if clash and not isinstance(refusal, Conflict):
            raise Conflict(refusal.rule, refusal.messages[0], field=field) from refusal
        raise


def refused(refusal: Refused) -> JsonResponse:
    """Return what an operation's refusal is to a program (R15)."""
    status = next(status for kind, status in STATUS_OF if isinstance(refusal, kind))
    answer = error(status, refusal.messages[0], refusal.field or "")
    if isinstance(refusal, TooOften):
        answer.headers["Retry-After"] = str(refusal.wait)
    return answer
