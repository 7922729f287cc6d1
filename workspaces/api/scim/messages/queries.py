"""What a query says of an answer: which part of a list, and which attributes of a resource.

Pages are `startIndex`, from 1, and `count` (RFC 7644, 3.4.2.4); attributes are chosen by
`attributes` and `excludedAttributes`, and `id` and `schemas` are never left out (3.9).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from workspaces.api.scim.answers import INVALID_VALUE, ScimFault

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
USUAL, MOST = 100, 200
FARTHEST = 10**9  # no list of ours is longer
NUMBER = re.compile(r"[+-]?[0-9]{1,300}")
ALWAYS = frozenset({"schemas", "id"})

Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that is asked for."""

    start: int = 1
    count: int = USUAL

    @property
    def rows(self) -> slice:
        return slice(self.start - 1, self.start - 1 + self.count)


def window_in(query: QueryDict) -> Window:
    """Read which part is asked for; what is too large or too small is cut.

    Raises ScimFault (`invalidValue`) for what is no number.
    """
    start = _number(query, "startIndex", 1)
    count = _number(query, "count", USUAL)
    return Window(min(max(start, 1), FARTHEST), min(max(count, 0), MOST))


def _number(query: QueryDict, name: str, usual: int) -> int:
    text = query.get(name, str(usual))
    if not NUMBER.fullmatch(text):
        raise ScimFault(INVALID_VALUE, f"{name} is a number.")
    return int(text)


def list_response(total: int, window: Window, resources: list[Any]) -> dict[str, Any]:
    """Return a list message; `itemsPerPage` is what is in it."""
    return {
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": window.start,
        "itemsPerPage": len(resources),
        "Resources": resources,
    }


@dataclass(frozen=True, slots=True)
class Selection:
    """Names in lower case, `emails.value` for a part; `only` counts where it is not None."""

    only: Names | None = None
    without: Names = frozenset()

    def holds(self, name: str) -> bool:
        """Whether an answer holds the attribute, or any of it."""
        if self.only is None:
            return name not in self.without
        return any(one.partition(".")[0] == name for one in self.only)

    def of(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is asked for of a resource."""
        return {
            name: self._part(name.lower(), value)
            for name, value in resource.items()
            if name in ALWAYS or self.holds(name.lower())
        }

    def _part(self, name: str, value: Any) -> Any:
        if isinstance(value, list) and name not in ALWAYS:
            return [self._part(name, each) for each in value]
        if not isinstance(value, dict):
            return value
        return {key: each for key, each in value.items() if self._has(name, key.lower())}

    def _has(self, name: str, part: str) -> bool:
        if self.only is None:
            return f"{name}.{part}" not in self.without
        return not self.only.isdisjoint({name, f"{name}.{part}"})


def selection_in(query: QueryDict, schema: str) -> Selection:
    """Read what is asked for; where both are given, `attributes` counts."""
    only, without = (
        _names(query.get(name, ""), schema) for name in ("attributes", "excludedAttributes")
    )
    return Selection(only or None, without)


def _names(text: str, schema: str) -> Names:
    prefix = f"{schema}:".lower()
    names = (name.strip().lower().removeprefix(prefix) for name in text.split(","))
    return frozenset(name for name in names if name)
