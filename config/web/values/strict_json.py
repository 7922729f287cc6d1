"""The one reader of JSON: whatever it gives back can be stored, compared and written again.

The Public API, SCIM, the decision API and workspace documents read by it (XH8, XJ1).
"""

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn

DEEPEST = 64  # objects and lists within each other
LARGEST = 2**63 - 1  # whole numbers, as databases and other programs' readers hold them
DIGITS = 400  # of a number as it is written


class Unreadable(ValueError):
    """Text that is no JSON, or JSON that is not taken; `place` says where, if that is known."""

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.place = place


def loads(raw: bytes) -> Any:
    """Return what JSON in UTF-8 says.

    Raises Unreadable for what is broken, for a key given twice, a number that is not finite
    or too large, NUL and lone surrogates, and for more than DEEPEST levels.
    """
    try:
        text = raw.decode("utf-8-sig")
        found = json.loads(
            text,
            object_pairs_hook=_once_each,
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_whole,
        )
    except UnicodeDecodeError as error:
        raise Unreadable(f"This is not UTF-8: byte {error.start} cannot be read.") from error
    except json.JSONDecodeError as error:
        raise Unreadable(error.msg, f"line {error.lineno} column {error.colno}") from error
    except RecursionError as error:
        raise Unreadable(f"This is nested more than {DEEPEST} levels deep.") from error
    _look_through(found, texts="\\u" in text)
    return found


def _look_through(found: Any, *, texts: bool) -> None:
    """Raise Unreadable for what is too deep, or for text that no database stores.

    Only an escape writes such text: without one, texts need not be looked at.
    """
    level: list[Any] = [found]
    for _ in range(DEEPEST + 1):
        if texts:
            _require_storable(level)
        level = [part for node in level if isinstance(node, dict | list) for part in _parts(node)]
        if not level:
            return
    raise Unreadable(f"This is nested more than {DEEPEST} levels deep.")


def _parts(node: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node


def _require_storable(nodes: Iterable[Any]) -> None:
    for node in nodes:
        for text in (node,) if isinstance(node, str) else node if isinstance(node, dict) else ():
            if "\0" in text:
                raise Unreadable("A text holds a NUL character.")
            if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
                raise Unreadable("A text holds half of a character (a lone surrogate).")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        doubled = min(key for key in found if keys.count(key) > 1)
        raise Unreadable(f"An object has the key {doubled[:100]!r} twice.")
    return found


def _no_number(word: str) -> NoReturn:
    raise Unreadable(f"{word} is no JSON value.")


def _finite(text: str) -> float:
    number = float(text) if len(text) <= DIGITS else math.inf
    if not math.isfinite(number):
        raise Unreadable("A number is too large.")
    return number


def _whole(text: str) -> int:
    number = int(text) if len(text) <= DIGITS else LARGEST + 1
    if abs(number) > LARGEST:
        raise Unreadable("A number is too large.")
    return number
