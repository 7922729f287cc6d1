"""Reads single values of a document, noting each fault with its place."""

import re
from datetime import datetime
from typing import Any

from accounts.addresses import normalise
from labels.syntax import LabelName, parse_label
from workspaces.operations.documents.content import instant
from workspaces.operations.documents.faults import Collector

UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
)
TYPE_NAMES = {str: "a string", bool: "true or false", list: "a list", dict: "an object"}


class Fields:
    """Typed access to JSON values; every method returns a usable value and notes faults."""

    def __init__(self, faults: Collector) -> None:
        self.faults = faults

    def object_of(
        self, value: Any, place: str, *, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Return an object that has all required keys and no unknown one."""
        if not isinstance(value, dict):
            self.faults.add(place, "This must be an object.")
            return {}
        for key in value.keys() - {*required, *optional}:
            self.faults.add(_at(place, printable(key)), "This key is unknown.")
        for key in required:
            if key not in value:
                self.faults.add(_at(place, key), "This is missing.")
        return value

    def typed(
        self, found: dict[str, Any], key: str, place: str, kind: type, default: Any = None
    ) -> Any:
        """Return a value of one JSON type, or the default where it is missing or wrong."""
        value = found.get(key, default)
        if key in found and type(value) is not kind:
            self.faults.add(_at(place, key), f"This must be {TYPE_NAMES[kind]}.")
            return default
        return value

    def text(
        self, found: dict[str, Any], key: str, place: str, *, limit: int, empty: bool = False
    ) -> str:
        """Return a printable string of at most `limit` characters."""
        value: str = self.typed(found, key, place, str, "")
        if key not in found or type(found[key]) is not str:
            return value
        if UNPRINTABLE.search(value):
            self.faults.add(_at(place, key), "Control and invisible characters are not allowed.")
            return ""
        if len(value) > limit:
            self.faults.add(_at(place, key), f"This is longer than {limit} characters.")
        elif not value.strip() and not empty:
            self.faults.add(_at(place, key), "This may not be empty.")
        return value

    def strings(self, found: dict[str, Any], key: str, place: str) -> list[tuple[str, str]]:
        """Return a list's strings, each with its place."""
        kept = []
        for index, value in enumerate(self.typed(found, key, place, list, [])):
            spot = f"{_at(place, key)}[{index}]"
            if isinstance(value, str):
                kept.append((value, spot))
            else:
                self.faults.add(spot, "This must be a string.")
        return kept

    def label(self, text: str, place: str) -> LabelName | None:
        """Read `key:value` (L1)."""
        try:
            return parse_label(text)
        except ValueError as error:
            self.faults.add(place, str(error))
            return None

    def address(self, text: str, place: str) -> str:
        """Read an e-mail address in its one normal form."""
        try:
            return normalise(text)
        except ValueError as error:
            self.faults.add(place, str(error))
            return ""

    def when(self, found: dict[str, Any], key: str, place: str) -> str:
        """Read a time with an offset, returned in UTC; empty where there is none."""
        if key not in found:
            return ""
        try:
            read = datetime.fromisoformat(str(found[key]))
            if read.tzinfo is None:
                raise ValueError("no offset")
            return instant(read)
        except (ValueError, OverflowError):
            self.faults.add(_at(place, key), "This must be a time such as 2027-01-31T00:00:00Z.")
            return ""


def printable(text: str) -> str:
    """Return text that is safe to print in a message."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)[:80]


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
