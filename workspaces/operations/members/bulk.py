"""One change for many members: looked at once, written in one step, one event for the lot.

Whom it concerns is chosen again under the lock – by a filter or by name – and the review
is worked out again from that. Statements do not grow with the number of people, except
for reading back what the trail keeps.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from workspaces.access.dialect import among
from workspaces.change import Actor, lock_workspace
from workspaces.errors import Refused
from workspaces.models import MemberQuerySet, Workspace
from workspaces.operations.changes.affected import Affected, PeopleReview, Transform, affected
from workspaces.operations.changes.seen import both, digest_of, require_seen

# Reads who is meant, from how things stand at that moment.
Choice = Callable[[Workspace], MemberQuerySet]


@dataclass(frozen=True, slots=True)
class Number:
    """How many rows of a kind – grants, tokens – a change comes to."""

    kind: str
    count: int


class Change(ABC):
    """Something that can be done to many members at once."""

    def concerned(self, workspace: Workspace, chosen: MemberQuerySet) -> MemberQuerySet:
        """Return those of the chosen to whom it makes a difference."""
        return chosen

    @abstractmethod
    def transform(self) -> Transform:
        """Return what it does to a policy."""

    def numbers(self, workspace: Workspace, people: MemberQuerySet) -> tuple[Number, ...]:
        """Count what it comes to, beside people."""
        return ()

    def basis(self, workspace: Workspace, people: MemberQuerySet) -> object:
        """Return what was looked at beside people's access; the save compares it."""
        return self.numbers(workspace, people)

    def refusal(self, workspace: Workspace, people: MemberQuerySet) -> Refused | None:
        """Return why it may not happen, if it may not."""
        return None

    @abstractmethod
    def write(self, workspace: Workspace, people: MemberQuerySet, *, by: Actor) -> None:
        """Do it, with one event; under the lock."""


@dataclass(frozen=True, slots=True)
class BulkReview:
    """What a change does to the people, in numbers, and why it will be refused, if so."""

    people: PeopleReview
    numbers: tuple[Number, ...]
    refusal: Refused | None
    digest: str

    @property
    def shown(self) -> tuple[Affected, ...]:
        return self.people.people


def review(workspace: Workspace, choose: Choice, change: Change) -> BulkReview:
    """Work out what the change does to whoever is meant now; nothing is written."""
    return _review(workspace, _frozen(workspace, choose, change), change)


def _review(workspace: Workspace, people: MemberQuerySet, change: Change) -> BulkReview:
    found = affected(workspace, people, change.transform())
    basis = digest_of(workspace.pk, change.basis(workspace, people))
    return BulkReview(
        found,
        change.numbers(workspace, people),
        change.refusal(workspace, people),
        both(found.digest, basis),
    )


def _frozen(workspace: Workspace, choose: Choice, change: Change) -> MemberQuerySet:
    """Return the people concerned, fixed: the change itself may move them out of a filter."""
    people = change.concerned(workspace, choose(workspace).filter(workspace=workspace))
    pks = list(people.order_by("pk").values_list("pk", flat=True).distinct())
    return workspace.members.filter(pk__in=among(pks))


def apply(workspace: Workspace, choose: Choice, change: Change, *, by: Actor) -> int:
    """Make the change for everybody concerned, or for nobody; return how many they are.

    Raises Conflict when the review that was looked at no longer fits or the last owner would
    go (R7), Refused when the change is not valid.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        people = _frozen(locked, choose, change)
        by = require_seen(by, lambda: _review(locked, people, change).digest)
        refusal = change.refusal(locked, people)
        if refusal is not None:
            raise refusal
        count = people.count()
        if count:
            change.write(locked, people, by=by)
        return count
