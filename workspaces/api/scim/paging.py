"""Pages of lists: `startIndex`, from 1, and `count` (RFC 7644, 3.4.2.4)."""

import re
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from workspaces.api.scim.errors import INVALID_VALUE, ScimFault

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
USUAL, MOST = 100, 200
FARTHEST = 10**9  # no list of ours is longer
NUMBER = re.compile(r"[+-]?[0-9]{1,300}")


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
