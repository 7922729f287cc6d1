"""What a workspace document says, as plain values that compare.

Grants are terms that name labels by folded names and resources by keys of `type/slug`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from labels.syntax import LabelName
from workspaces.catalogue import Scope
from workspaces.spans import Span
from workspaces.terms import Eligible, Offered, Terms, WrittenTerms

FORMAT = "gatehouse/workspace@1"


def grant_content(role: str, scope: str, names: Iterable[str], span: Span) -> WrittenTerms:
    """Return a grant by what its scope names, and when it holds."""
    named = tuple(names)
    labels = named if scope == Scope.LABELS else ()
    listed = named if scope == Scope.RESOURCES else ()
    return Terms(role, scope, labels, listed, span.ends, span.starts, span.eligible)


def grant_order(grant: WrittenTerms) -> tuple[str, str, list[str], str, str, str]:
    """Return what the grants of one holder are sorted by."""
    names = sorted((*grant.labels, *grant.resources))
    starts, ends = (instant(at) if at else "" for at in (grant.starts, grant.ends))
    eligible = repr(grant.eligible and sorted(grant.eligible.as_json().items()))
    return grant.role, grant.scope, names, starts, ends, eligible


def key_of(label: str) -> str:
    """Return the key of a label's folded name."""
    return label.partition(":")[0]


def type_of(ref: str) -> str:
    """Return the type of a resource by its key."""
    return ref.partition("/")[0]


def instant(when: datetime) -> str:
    """Write a time the one way documents do: UTC, ISO 8601 with Z."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def in_words(held: Span | WrittenTerms) -> str:
    """Write from when until when something holds, and how it is taken up; nothing for always."""
    words = (
        f"from {instant(held.starts)}" if held.starts else "",
        f"until {instant(held.ends)}" if held.ends else "",
        f"eligible ({_how(held.eligible)})" if held.eligible else "",
    )
    return " ".join(part for part in words if part)


def _how(eligible: Eligible) -> str:
    said = [f"{eligible.longest_minutes} minutes"]
    if eligible.proof:
        said.append("with a proof")
    if eligible.break_glass:
        said.append("breaking glass")
    if eligible.approvers is not None:
        said.append(f"asking {', '.join(sorted(eligible.approvers)) or 'an owner'}")
    return ", ".join(said)


@dataclass(slots=True)
class ResourceContent:
    """A resource; `labels` by folded key, `source` and `connected` as keys of `type/slug`."""

    type: str
    slug: str
    name: str
    labels: dict[str, str] = field(default_factory=dict)
    source: str = ""
    connected: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        return f"{self.type}/{self.slug}"


@dataclass(slots=True)
class MemberContent:
    name: str
    owner: bool = False
    grants: list[WrittenTerms] = field(default_factory=list)


@dataclass(slots=True)
class GroupContent:
    """A group; `members` by address, each with when they are in it (W1).

    `managers` are addresses (W6). What is offered names groups by what makes two names the
    same (N2), as approvers do.
    """

    name: str
    description: str = ""
    members: dict[str, Span] = field(default_factory=dict)
    grants: list[WrittenTerms] = field(default_factory=list)
    managers: frozenset[str] = frozenset()
    offer: Offered | None = None

    @property
    def said(self) -> tuple[object, ...]:
        """What is said of it besides who is in it, and what it grants."""
        return self.name, self.description, self.managers, self.offer


@dataclass(slots=True)
class LabelContent:
    name: LabelName
    description: str = ""


@dataclass(frozen=True, slots=True)
class NameContent:
    """A word of the decision API and what it stands for, as the document writes it."""

    word: str
    means: str


Names = dict[tuple[str, str], NameContent]  # by kind and key of the word (N2)


@dataclass(slots=True)
class Content:
    """A whole document. `plan` and `hipaa_eligible` are None where it does not say.

    Keys: labels by folded name, members by address, resources by `type/slug` and groups by what
    makes two names the same (N2).
    """

    slug: str
    name: str
    plan: str | None = None
    hipaa_eligible: bool | None = None
    labels: dict[str, LabelContent] = field(default_factory=dict)
    resources: dict[str, ResourceContent] = field(default_factory=dict)
    members: dict[str, MemberContent] = field(default_factory=dict)
    groups: dict[str, GroupContent] = field(default_factory=dict)
    names: Names = field(default_factory=dict)
