"""The terms of a grant: a role, what it covers, and when it holds; for whom is said elsewhere.

One value for all doors. Each names labels and resources its own way: operations by rows,
documents and the trail by text.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from workspaces.catalogue import ROLES, UNKNOWN, Scope, understood

L = TypeVar("L")
R = TypeVar("R")


SHORTEST, LONGEST, USUAL = 15, 24 * 60, 4 * 60  # minutes that something is taken up for
OFFER_LONGEST, OFFER_USUAL = 365 * 24 * 60, 14 * 24 * 60  # minutes that one asks to be in a group
EVERYBODY, GROUP = "everybody", "group:"  # `group:` stands before the name of a group


@dataclass(frozen=True, slots=True, repr=False)
class Eligible:
    """How what is eligible is taken up (W2): for how long, by what proof, with whose leave.

    `longest_minutes` is how long at most, `proof` asks for a fresh proof of identity.
    `approvers` are addresses of members and `group:<name>`: one of them has to agree, where
    nobody of them is left an owner; None where nobody has to (W3). `break_glass` is taken up
    without leave, and tells every owner (W5).
    """

    proof: bool
    longest_minutes: int = USUAL
    approvers: frozenset[str] | None = None
    break_glass: bool = False

    def __repr__(self) -> str:
        """Say it alike in every process: reviews are compared by it (U5)."""
        return f"Eligible({self.as_json()})"

    def as_json(self) -> dict[str, Any]:
        """Write it as documents and the trail do."""
        written: dict[str, Any] = {"longest_minutes": self.longest_minutes, "proof": self.proof}
        if self.approvers is not None:
            written["approvers"] = sorted(self.approvers)
        if self.break_glass:
            written["break_glass"] = True
        return written

    @staticmethod
    def from_json(written: Mapping[str, Any]) -> "Eligible":
        """Read what `as_json` wrote."""
        approvers = written.get("approvers")
        return Eligible(
            written["proof"],
            written["longest_minutes"],
            None if approvers is None else frozenset(approvers),
            written.get("break_glass", False),
        )


@dataclass(frozen=True, slots=True)
class Offered:
    """To whom a group is offered (W4): everybody where `to` is None, else members of groups.

    `to` are names of groups. `longest_minutes` is for how long at most one may ask.
    `approvers` are addresses of members and `group:<name>`, as of what is eligible: where
    there are none, or none is left, an owner agrees (W3).
    """

    to: frozenset[str] | None
    longest_minutes: int = OFFER_USUAL
    approvers: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """Write it as documents and the trail do."""
        to = EVERYBODY if self.to is None else sorted(GROUP + name for name in self.to)
        written: dict[str, Any] = {"to": to, "longest_minutes": self.longest_minutes}
        return {**written, "approvers": sorted(self.approvers)} if self.approvers else written

    @staticmethod
    def from_json(written: Mapping[str, Any]) -> "Offered":
        """Read what `as_json` wrote."""
        to = written["to"]
        groups = None if to == EVERYBODY else frozenset(name.removeprefix(GROUP) for name in to)
        approvers = frozenset(written.get("approvers", ()))
        return Offered(groups, written["longest_minutes"], approvers)


class Fault(Enum):
    """Why no grant can be given by some terms."""

    NO_ROLE = auto()
    SCOPE = auto()  # the role is not given by this scope
    LABELS = auto()  # labels where none are wanted, or none where there must be some
    RESOURCES = auto()  # the same of resources
    TWO_VALUES = auto()  # two labels of one key: nothing carries both
    TYPE = auto()  # a resource that the role is not about
    TWICE = auto()  # a resource that is named before


@dataclass(frozen=True, slots=True, eq=False)
class Terms(Generic[L, R]):
    """A role on exactly one scope, from `starts` until `ends` where these are set (W1).

    It is standing, or `eligible` to be taken up (W2).

    Equal are terms that give the same, in whatever order labels and resources stand. The
    scope is a `Scope`, or a word that only a newer version knows.
    """

    role: str
    scope: str
    labels: tuple[L, ...] = ()
    resources: tuple[R, ...] = ()
    ends: datetime | None = None
    starts: datetime | None = None
    eligible: Eligible | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Terms) and self._gives == other._gives

    def __hash__(self) -> int:
        return hash(self._gives)

    @property
    def _gives(self) -> tuple[object, ...]:
        labels, resources = frozenset(self.labels), frozenset(self.resources)
        return self.role, self.scope, labels, resources, self.starts, self.ends, self.eligible

    @property
    def understood(self) -> bool:
        """Whether this version knows what they say; see `catalogue.understood`."""
        return understood(self.role, self.scope)

    def ended_by(self, moment: datetime) -> bool:
        """Whether they give nothing any more then (R6)."""
        return self.ends is not None and self.ends <= moment

    def begun_by(self, moment: datetime) -> bool:
        """Whether their start has come then, if they have one (W1)."""
        return self.starts is None or self.starts <= moment

    def holds_at(self, moment: datetime) -> bool:
        """Whether they give anything then by themselves: standing, begun, not ended (W1, W2)."""
        return self.eligible is None and self.begun_by(moment) and not self.ended_by(moment)

    def faults(
        self, key_of: Callable[[L], str], type_of: Callable[[R], str]
    ) -> Iterator[tuple[Fault, int]]:
        """Yield what is wrong, each with the place of the label or resource it is about.

        `key_of` gives a label's folded key, `type_of` a resource's type; either is empty
        for what is not known, of which nothing is said.
        """
        role = ROLES.get(self.role)
        if role is None:
            yield Fault.NO_ROLE, 0
        elif self.scope not in role.scopes:
            yield Fault.SCOPE, 0
        if bool(self.labels) != (self.scope == Scope.LABELS):
            yield Fault.LABELS, 0
        if bool(self.resources) != (self.scope == Scope.RESOURCES):
            yield Fault.RESOURCES, 0
        keys = [key_of(label) for label in self.labels]
        yield from ((Fault.TWO_VALUES, i) for i, key in enumerate(keys) if key and key in keys[:i])
        before: set[R] = set()
        for i, resource in enumerate(self.resources):
            type_ = type_of(resource)
            if role and type_ and type_ != role.type:
                yield Fault.TYPE, i
            elif resource in before:
                yield Fault.TWICE, i
            before.add(resource)

    def as_json(self: "Terms[str, str]", moment: Callable[[datetime], str]) -> dict[str, Any]:
        """Write terms that name by text, in the order in which they name.

        `moment` writes a start or an end.
        """
        scope: dict[str, Any]
        match self.scope:
            case Scope.ALL:
                scope = {self.scope: True}
            case Scope.LABELS:
                scope = {self.scope: list(self.labels)}
            case Scope.RESOURCES:
                scope = {self.scope: list(self.resources)}
            case _:
                scope = {UNKNOWN: self.scope}
        written: dict[str, Any] = {"role": self.role, "scope": scope}
        if self.starts:
            written["starts"] = moment(self.starts)
        if self.ends:
            written["expires"] = moment(self.ends)
        if self.eligible:
            written["eligible"] = self.eligible.as_json()
        return written

    @staticmethod
    def from_json(written: Mapping[str, Any]) -> "Terms[str, str]":
        """Read what `as_json` wrote, be it understood or not."""
        scope, starts, ends = written["scope"], written.get("starts"), written.get("expires")
        eligible = written.get("eligible")
        known = scope_in(scope) if scope.get(Scope.ALL, True) is True else None
        return Terms(
            written["role"],
            known or str(scope.get(UNKNOWN, UNKNOWN)),  # never everything by mistake (N4)
            tuple(scope.get(Scope.LABELS, ())),
            tuple(scope.get(Scope.RESOURCES, ())),
            datetime.fromisoformat(ends) if ends else None,
            datetime.fromisoformat(starts) if starts else None,
            Eligible.from_json(eligible) if eligible is not None else None,
        )


WrittenTerms = Terms[str, str]  # labels by `key:value`, resources by `type/slug`


def scope_in(said: Mapping[str, Any]) -> Scope | None:
    """Return the one scope that JSON names; None for none, several and what is not known."""
    kinds = [kind for kind in Scope if kind in said]
    return kinds[0] if len(kinds) == 1 else None
