"""Made-up workspaces of several sizes, as documents: the worlds the bench asks its questions in.

Of the grants 20 % are on everything of a type, 40 % on sets of one or two labels and 40 % on
lists of about ten. The same size and seed give the same document.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from workspaces.catalogue import LABELLED, ROLES, ResourceType, Scope

Document = dict[str, Any]

FORMAT = "gatehouse/workspace@1"
SLUG, DOMAIN = "bench", "bench.test"
SHARES = {
    ResourceType.SOURCE: 50,
    ResourceType.DESTINATION: 20,
    ResourceType.SPACE: 12,
    ResourceType.WAREHOUSE: 6,
    ResourceType.TRACKING_PLAN: 6,
    ResourceType.FUNCTION: 6,
}
SCOPES = {Scope.ALL: 20, Scope.LABELS: 40, Scope.RESOURCES: 40}
# Members who are of one kind altogether; everybody else holds what the draw gives them.
OWNER, EVERYTHING, LABELLED_ONLY, LISTED_ONLY, NOTHING, USUAL = (
    "owner",
    "everything",
    "labelled",
    "listed",
    "nothing",
    "usual",
)
CAST = {
    OWNER: None,
    EVERYTHING: Scope.ALL,
    LABELLED_ONLY: Scope.LABELS,
    LISTED_ONLY: Scope.RESOURCES,
    NOTHING: None,
}
OF_A_KIND = 3
KINDS = (OWNER, EVERYTHING, USUAL, LABELLED_ONLY, LISTED_ONLY, NOTHING)
FIRST = ("Amber", "Blue", "Calm", "Dawn", "East", "Fern", "Grand", "Hill", "Iron", "Jade", "Keen")
LAST = ("Audience", "Billing", "Checkout", "Docs", "Events", "Forms", "Growth", "Help", "Ideas")


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything a world holds; `keys` is the number of label keys.

    `compared` says whether guardian holds the same access beside it: it takes a row per person
    and thing, which for ten times as many of both are a hundred times as many. `others` is the
    number of small workspaces beside it.
    """

    name: str
    resources: int
    members: int
    groups: int
    labels: int
    keys: int
    compared: bool = True
    others: int = 0


SIZES = {
    size.name: size
    for size in (
        Size("T", 60, 24, 5, 6, 3),  # for the test of the bench itself
        Size("S", 1_000, 200, 20, 10, 5),
        Size("M", 10_000, 2_000, 100, 40, 8),
        Size("L", 100_000, 10_000, 500, 100, 10),
        Size("XL", 1_000_000, 100_000, 5_000, 300, 12, compared=False),
        Size("SITE", 1_000, 200, 20, 10, 5, compared=False, others=10_000),  # S among many
    )
}


def address(kind: str, number: int) -> str:
    """Return the address of a member of the cast, or of the usual ones."""
    return f"{kind}-{number:05}@{DOMAIN}"


def document(size: Size, *, seed: int = 1) -> Document:
    """Return the workspace document of a world."""
    drawing = Drawing(size, seed)
    resources = list(drawing.resources())
    members = list(drawing.members())
    return {
        **drawing.frame(),
        "resources": resources,
        "members": members,
        "groups": list(drawing.groups(m["email"] for m in members)),
    }


class Drawing:
    """One world being drawn: resources first, since grants name them, then members, groups."""

    def __init__(self, size: Size, seed: int) -> None:
        self.size, self.draw = size, random.Random(seed)  # noqa: S311 - a made-up world
        self.refs: dict[str, list[str]] = defaultdict(list)
        values = size.labels // size.keys
        self.labels = {f"key{k}": [f"v{v}" for v in range(values)] for k in range(size.keys)}

    def frame(self) -> Document:
        """Return what a document says besides things, people and groups."""
        return {
            "format": FORMAT,
            "workspace": {"slug": SLUG, "name": f"Bench {self.size.name}"},
            "labels": [f"{key}:{value}" for key, values in self.labels.items() for value in values],
        }

    def resources(self) -> Iterator[Document]:
        whole = sum(SHARES.values())
        for type_, share in SHARES.items():
            for number in range(self.size.resources * share // whole):
                slug = f"{type_.replace('_', '-')}-{number:06}"
                self.refs[type_].append(f"{type_}/{slug}")
                yield {"type": type_, "slug": slug, "name": self._name(), **self._more(type_)}

    def _name(self) -> str:
        pick = self.draw.choice
        return f"{pick(FIRST)} {pick(LAST)} {self.draw.randrange(1000):03}"

    def _more(self, type_: str) -> Document:
        """Return what else a resource of the type says: labels, or the source it hangs on."""
        if type_ in LABELLED:
            return {"labels": self._labels(self.draw.randint(1, min(5, self.size.keys)))}
        if type_ == ResourceType.DESTINATION:
            return {"source": self.draw.choice(self.refs[ResourceType.SOURCE])}
        return {}

    def _labels(self, number: int) -> list[str]:
        keys = sorted(self.draw.sample(sorted(self.labels), number))
        return [f"{key}:{self.draw.choice(self.labels[key])}" for key in keys]

    def members(self) -> Iterator[Document]:
        """Yield the cast, owners first, then the usual ones."""
        for kind, scope in CAST.items():
            for number in range(OF_A_KIND):
                grants = (
                    [self._grant(scope, ResourceType.SOURCE) for _ in range(3)] if scope else []
                )
                yield {
                    "email": address(kind, number),
                    "name": f"{kind.capitalize()} {number}",
                    "owner": kind == OWNER,
                    "grants": grants,
                }
        for number in range(self.size.members - OF_A_KIND * len(CAST)):
            yield {
                "email": address(USUAL, number),
                "name": f"{self.draw.choice(FIRST)} {self.draw.choice(LAST)}",
                "grants": [self._grant() for _ in range(self.draw.randint(1, 3))],
            }

    def groups(self, emails: Iterable[str]) -> Iterator[Document]:
        """Yield the groups, with those of these people in them who are not of the cast."""
        inside: dict[int, list[str]] = defaultdict(list)
        for email in emails:
            if email.startswith(USUAL):
                for number in self.draw.sample(range(self.size.groups), self.draw.randint(2, 4)):
                    inside[number].append(email)
        for number in range(self.size.groups):
            yield {
                "name": f"Team {number:03}",
                "members": inside[number],
                "grants": [self._grant() for _ in range(self.draw.randint(3, 5))],
            }

    def _grant(self, scope: Scope | None = None, type_: ResourceType | None = None) -> Document:
        scope = scope or self.draw.choices(list(SCOPES), list(SCOPES.values()))[0]
        types = LABELLED if scope == Scope.LABELS else tuple(SHARES)
        type_ = type_ or self.draw.choices(types, [SHARES[t] for t in types])[0]
        role = self.draw.choice([role.slug for role in ROLES.values() if role.type == type_])
        return {"role": role, "scope": {scope: self._named(scope, type_)}}

    def _named(self, scope: Scope, type_: ResourceType) -> bool | list[str]:
        match scope:
            case Scope.LABELS:
                return self._labels(self.draw.randint(1, 2))
            case Scope.RESOURCES:
                number = min(self.draw.randint(5, 15), len(self.refs[type_]))
                return self.draw.sample(self.refs[type_], number)
            case _:
                return True
