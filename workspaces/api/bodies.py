"""Reads the JSON of a request so strictly that nothing odd reaches a view (H8, J1)."""

import json
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest


class Fault(Exception):
    """A request that cannot be taken, with the HTTP status it gets and the words for it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def json_object(request: HttpRequest, media_types: frozenset[str]) -> dict[str, Any]:
    """Return the JSON object a request carries.

    Raises Fault: 415 for another media type, 413 for too many bytes, 400 for what is no
    JSON object: broken, not UTF-8, a key given twice, `NaN`, NUL, nested too deeply.
    """
    if request.content_type not in media_types:
        raise Fault(415, f"Content-Type: expected {', '.join(sorted(media_types))}.")
    try:
        text = request.body.decode()
        value = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number)
        storable = json.dumps(value, ensure_ascii=False)
        storable.encode()
    except RequestDataTooBig as error:
        raise Fault(413, "The body is too large.") from error
    except RecursionError as error:
        raise Fault(400, "The body is nested too deeply.") from error
    except UnicodeError as error:
        raise Fault(400, "The body is not UTF-8 text.") from error
    except ValueError as error:
        raise Fault(400, f"The body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Fault(400, "The body must be a JSON object.")
    if "\\u0000" in storable:
        raise Fault(400, "The body holds a NUL character.")
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
