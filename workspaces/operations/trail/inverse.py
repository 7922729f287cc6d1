"""What takes an event back: a change of its own, which each noun's room works out (U6)."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol

from workspaces.change import Actor
from workspaces.errors import Conflict
from workspaces.models import Event, Workspace
from workspaces.operations.changes.seen import digest_of


class Shown(Protocol):
    """A review of whose access moves, and its digest."""

    @property
    def digest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Inverse(ABC):
    """What would take an event back, worked out from how things stand now."""

    @abstractmethod
    def apply(self, *, by: Actor) -> None:
        """Do it, by the operation that a person would use; one event."""

    def review(self) -> Shown | None:
        """Return whose access would move, where the change is about access."""
        return None

    def digest(self, workspace: Workspace) -> str:
        """Return the digest of what is shown before it is done (see `require_seen`)."""
        review = self.review()
        return review.digest if review else digest_of(workspace.pk, self)


def moved_on(workspace: Workspace, event: Event) -> Conflict:
    """Return the refusal for an outcome that is no longer there, with what changed it."""
    about = workspace.events.filter(
        target_type=event.target_type, target_id=event.target_id, number__gt=event.number
    )
    later = about.order_by("number").first()
    by = f", in event {later.number}" if later else ""
    return Conflict("undo", f"{event.target_name} was changed again since{by}.")
