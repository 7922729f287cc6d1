"""What reviewers say of items, one or many at once, until the review closes (V3, V4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from workspaces.access.dialect import among
from workspaces.access.engine import Access
from workspaces.change import Actor, lock_workspace, reread
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import Answer, Review, ReviewItemQuerySet, Way, Workspace
from workspaces.models.review import NOTE_LENGTH
from workspaces.operations.changes.texts import line
from workspaces.operations.reviews.reviewing import items_for
from workspaces.spans import require_future


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, blank to take it back; with END the moment it ends (UTC).

    None leaves the answer, or the note, as it is.
    """

    answer: str | None = None
    ends: datetime | None = None
    note: str | None = None


def answer(review: Review, numbers: Collection[int], said: Said, *, by: Actor) -> int:
    """Answer items of a review by their numbers; return how many they are.

    All of them or none. Raises Conflict when the review is closed, Denied where one of them is
    the reviewer's own or not theirs to answer (V3), Refused that names the field.
    """
    columns = _columns(said)
    with lock_workspace(review.workspace_id, by=by) as workspace:
        review = reread(workspace.reviews.select_related("workspace"), review)
        if not review.is_open:
            raise Conflict("V4", "This review is closed. Its answers stay as they are.")
        items = _theirs(workspace, review, by).filter(number__in=among(numbers))
        if items.count() != len(set(numbers)):
            raise Denied("V3", "Somebody else reviews this.")
        if said.answer == Answer.END and items.filter(way=Way.OWNER).exists():
            words = "An owner by own role is one until somebody takes that away (R7)."
            raise Refused("V4", words, field="answer")
        if said.answer is not None:
            columns |= {
                "answered_by": by.user if said.answer else None,
                "answered_name": by.name if said.answer else "",
                "answered_at": timezone.now() if said.answer else None,
            }
        return items.update(**columns)


def _theirs(workspace: Workspace, review: Review, by: Actor) -> ReviewItemQuerySet:
    """Return the items that the actor may answer, as of now. Raises Denied for no member."""
    member = workspace.members.filter(user=by.user).first() if by.user else None
    if member is None:
        raise Denied("V3", "A person who belongs here has to review this.")
    return items_for(review, member, Access.of(member))


def _columns(said: Said) -> dict[str, Any]:
    """Return what is written of an answer. Raises Refused that names the field."""
    columns: dict[str, Any] = {}
    if said.note is not None:
        columns["note"] = line(said.note, field="note", most=NOTE_LENGTH) if said.note else ""
    if said.answer is None:
        return columns
    if said.answer not in ("", *Answer.values):
        raise Refused("V4", f"{said.answer} is no answer.", field="answer")
    if said.answer == Answer.END:
        if said.ends is None:
            raise Refused("V4", "Say on which day it ends.", field="ends")
        require_future(said.ends)
    elif said.ends is not None:
        raise Refused("V4", "Only what ends has a day.", field="ends")
    return {**columns, "answer": said.answer, "ends_at": said.ends}
