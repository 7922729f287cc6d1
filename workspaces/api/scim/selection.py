"""Which attributes of a resource an answer holds: `attributes` and `excludedAttributes`.

`id` and `schemas` are never left out (RFC 7644, 3.9).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

ALWAYS = frozenset({"schemas", "id"})

Names = frozenset[str]


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
