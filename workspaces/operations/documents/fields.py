"""Reads the JSON of a document, as strictly as any other door, and its single values.

Each fault is noted with its place.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from accounts.addresses import normalise
from config.web.values import strict_json
from config.web.values.text import clean_line, clean_text
from labels.syntax import LabelName, parse_label
from workspaces.operations.documents.faults import Collector
from workspaces.spans import ALWAYS, SAYABLE, Span, sayable

UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
)
TYPE_NAMES = {
    int: "a whole number",
    str: "a string",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


def parse(raw: bytes, faults: Collector) -> Any:
    """Return the parsed JSON. Raises Faults with what is wrong and where."""
    try:
        return strict_json.loads(raw)
    except strict_json.Unreadable as error:
        faults.add(error.place, f"Broken JSON: {error}" if error.place else str(error))
    faults.raise_any()
    return None


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

    def line(
        self, found: dict[str, Any], key: str, place: str, *, limit: int, empty: bool = False
    ) -> str:
        """Return a name as it is kept (N1); one that may be empty may be missing."""
        return self._worded(found, key, place, limit, clean_line, empty=empty)

    def prose(self, found: dict[str, Any], key: str, place: str, *, limit: int) -> str:
        """Return a description as it is kept (N1)."""
        return self._worded(found, key, place, limit, clean_text, empty=True)

    def _worded(
        self,
        found: dict[str, Any],
        key: str,
        place: str,
        limit: int,
        clean: Callable[..., str],
        *,
        empty: bool,
    ) -> str:
        value: str = self.typed(found, key, place, str, "")
        if key not in found or type(found[key]) is not str:
            return value
        if not value.strip():
            if not empty:
                self.faults.add(_at(place, key), "This may not be empty.")
            return ""
        try:
            return clean(value, most=limit)
        except ValueError as error:
            self.faults.add(_at(place, key), str(error))
            return ""

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

    def span(self, found: dict[str, Any], place: str) -> Span:
        """Read from when until when something holds, both of which may be missing (W1)."""
        starts, ends = (self._when(found, key, place) for key in ("starts", "expires"))
        if starts is not None and ends is not None and ends <= starts:
            self.faults.add(_at(place, "expires"), "This must lie after its start.")
        return Span(starts, ends) if starts or ends else ALWAYS

    def _when(self, found: dict[str, Any], key: str, place: str) -> datetime | None:
        """Read a time with an offset, returned in UTC; None where there is none."""
        if key not in found:
            return None
        try:
            read = datetime.fromisoformat(str(found[key]))
            if read.tzinfo is None:
                raise ValueError("no offset")
            moment = read.astimezone(UTC)
        except (ValueError, OverflowError):
            self.faults.add(_at(place, key), "This must be a time such as 2027-01-31T00:00:00Z.")
            return None
        if not sayable(moment):
            self.faults.add(_at(place, key), SAYABLE)
        return moment


def printable(text: str) -> str:
    """Return text that is safe to print in a message."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)[:80]


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
