"""What a change needs to know beside the row that it is about, read with that row (R4)."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from workspaces.change.audit import Head
from workspaces.change.locks import reread
from workspaces.models import AccessRequest, Event
from workspaces.models.closed import ClosedModel

M = TypeVar("M", bound=ClosedModel)


@dataclass(frozen=True, slots=True)
class Beside:
    """The head of the workspace's chain, and whether anybody waits there for what they asked."""

    head: Head
    waiting: bool


def reread_beside(rows: QuerySet[M], row: M) -> tuple[M, Beside]:
    """Read a row again under the lock, from the rows that may be meant; 1 statement.

    Raises Conflict when it has gone. The head holds until an event is recorded.
    """
    newest = Event.objects.filter(workspace=OuterRef("workspace")).newest_first()
    waiting = AccessRequest.objects.open().filter(workspace=OuterRef("workspace"))
    fresh: Any = reread(
        rows.annotate(
            head_number=Subquery(newest.values("number")[:1]),
            head_digest=Subquery(newest.values("digest")[:1]),
            anybody_waits=Exists(waiting.order_by()),
        ),
        row,
    )
    head = Head(fresh.head_number, fresh.head_digest) if fresh.head_number else Head()
    return fresh, Beside(head, fresh.anybody_waits)
