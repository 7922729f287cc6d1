"""Reads the JSON that providers send, without trusting it to be any (P7)."""

import json
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from config.web.values.text import mended
from workspaces.operations.sso.network import outside

DEEPEST = 10  # lists and objects within one another
SHOWN = 300  # characters of somebody's words in a log
MOST = 60  # claims, and values of one, that are shown


class Unread(Exception):
    """There is no JSON object; its text says what there is, after the name of what was read."""


def object_at(url: str, *, bearer: str = "") -> dict[str, Any]:
    """Return the JSON object at an address of a provider. Raises Unread."""
    try:
        answer = outside.get(url, bearer=bearer)
    except outside.Unreached as error:
        raise Unread(f"was not reached: {error.why}") from error
    if answer.status != HTTPStatus.OK:
        raise Unread(f"answered {answer.status}")
    return object_of(answer.body)


def object_of(text: bytes) -> dict[str, Any]:
    """Return the JSON object that a text is. Raises Unread."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Unread("is no JSON") from None
    if not isinstance(found, dict):
        raise Unread("is no JSON object")
    if not _within(found, DEEPEST):
        raise Unread("is nested too deeply")
    return found


def _within(value: Any, left: int) -> bool:
    """Whether nothing in a value lies deeper than so many lists and objects."""
    inner = value.values() if isinstance(value, dict) else value
    return not isinstance(value, dict | list) or (
        left > 0 and all(_within(one, left - 1) for one in inner)
    )


def texts_in(document: Mapping[str, Any], name: str) -> list[str] | None:
    """Return a list of texts in a document, None where it has none by that name.

    What is no list of texts has no text that anybody looks for.
    """
    if name not in document:
        return None
    found = document[name]
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def as_texts(claims: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return claims as they are shown to whoever tests a connection (P6): a few short texts."""
    return {
        shown(name): [shown(one) for one in (value if isinstance(value, list) else [value])[:MOST]]
        for name, value in list(claims.items())[:MOST]
    }


def shown(value: object) -> str:
    """Return what somebody else sent as a short line that is safe to log and to show."""
    text = value if isinstance(value, str) else json.dumps(value)
    return mended(text[: 2 * SHOWN], most=SHOWN)


def cache_key(kind: str, url: str) -> str:
    """Return the name under which something of an address lies in the cache."""
    return f"openid-{kind}-{sha256(url.encode()).hexdigest()}"
