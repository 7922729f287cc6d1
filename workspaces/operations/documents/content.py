"""What a workspace document says, as plain values that compare (workspace-document.md)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from labels.syntax import LabelName
from workspaces.catalogue import Scope

FORMAT = "gatehouse/workspace@1"


@dataclass(frozen=True, slots=True, order=True)
class GrantContent:
    """A grant; labels are folded names, resources `type/slug`, both sorted."""

    role: str
    scope: str
    names: tuple[str, ...] = ()
    expires: str = ""

    def as_json(self, spelling: dict[str, str]) -> dict[str, Any]:
        """Write the grant; `spelling` gives labels as typed by their folded names."""
        scope: dict[str, Any]
        match self.scope:
            case Scope.LABELS:
                scope = {"labels": [spelling[name] for name in self.names]}
            case Scope.RESOURCES:
                scope = {"resources": list(self.names)}
            case _:
                scope = {"all": True}
        written: dict[str, Any] = {"role": self.role, "scope": scope}
        if self.expires:
            written["expires"] = self.expires
        return written

    def __str__(self) -> str:
        what = " + ".join(self.names) or "all"
        return f"{self.role} on {what}" + (f" until {self.expires}" if self.expires else "")


def instant(when: datetime) -> str:
    """Write a time the one way documents compare: UTC, ISO 8601 with Z."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(slots=True)
class ResourceContent:
    """A resource; `labels` by folded key, `source` and `connected` as `type/slug`."""

    type: str
    slug: str
    name: str
    labels: dict[str, str] = field(default_factory=dict)
    source: str = ""
    connected: tuple[str, ...] = ()


@dataclass(slots=True)
class MemberContent:
    name: str
    owner: bool = False
    grants: list[GrantContent] = field(default_factory=list)


@dataclass(slots=True)
class GroupContent:
    name: str
    description: str = ""
    members: frozenset[str] = frozenset()
    grants: list[GrantContent] = field(default_factory=list)


@dataclass(slots=True)
class LabelContent:
    name: LabelName
    description: str = ""


@dataclass(slots=True)
class Content:
    """A whole document. `plan` and `hipaa_eligible` are None where it does not say.

    Keys: labels by folded name, resources by `type/slug`, members by address, groups by
    lower-case name.
    """

    slug: str
    name: str
    plan: str | None = None
    hipaa_eligible: bool | None = None
    labels: dict[str, LabelContent] = field(default_factory=dict)
    resources: dict[str, ResourceContent] = field(default_factory=dict)
    members: dict[str, MemberContent] = field(default_factory=dict)
    groups: dict[str, GroupContent] = field(default_factory=dict)
