"""Reads the JSON of a request so strictly that nothing odd reaches a view (XH8, XJ1)."""

from email.message import Message
from functools import lru_cache
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from config.web.values import strict_json

CHARSETS = frozenset({"", "utf-8", "utf8"})


class Fault(Exception):
    """A request that cannot be taken, with the HTTP status it gets and the words for it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def json_object(
    request: HttpRequest, media_types: frozenset[str], *, otherwise: int = 415
) -> dict[str, Any]:
    """Return the JSON object a request carries.

    Raises Fault: 413 for too many bytes, 400 for what is no JSON object or none that is taken
    (`strict_json`), and `otherwise` for another media type or another charset than UTF-8.
    """
    if media_type(request.META.get("CONTENT_TYPE", "")) not in media_types:
        raise Fault(otherwise, f"Content-Type: expected {', '.join(sorted(media_types))}.")
    try:
        value = strict_json.loads(request.body)
    except RequestDataTooBig as error:
        raise Fault(413, "The body is too large.") from error
    except UnreadablePostError as error:
        raise Fault(400, "The body broke off.") from error
    except strict_json.Unreadable as error:
        where = f" ({error.place})" if error.place else ""
        raise Fault(400, f"The body is not JSON that can be taken: {error}{where}") from error
    if not isinstance(value, dict):
        raise Fault(400, "The body must be a JSON object.")
    return value


@lru_cache(maxsize=256)
def media_type(content_type: str) -> str:
    """Return the media type that a header names; empty where it comes in another charset.

    The header itself is read: what Django makes of a charset decides nothing here.
    """
    header = Message()
    header["Content-Type"] = content_type.replace("\n", " ")
    charset = header.get_param("charset", "")
    known = isinstance(charset, str) and charset.lower() in CHARSETS
    return header.get_content_type() if known else ""
