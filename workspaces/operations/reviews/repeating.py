"""Reviews that come again: housekeeping opens the next one when its time has come (V1)."""

import calendar
from collections.abc import Callable
from datetime import date

from config.web.values.dates import first_day, today
from workspaces.change import Actor, audit, lock_workspace, require, reread, target
from workspaces.errors import Refused
from workspaces.models import Again, Review, ReviewQuerySet, Workspace
from workspaces.models.workspace import WorkspaceQuerySet
from workspaces.operations.reviews import telling
from workspaces.operations.reviews.covering import Choice
from workspaces.operations.reviews.opening import Asked, open_review, owns

# Reads what the filters of a review mean. Raises Refused where they mean nothing any more.
Reading = Callable[[Review], Choice | None]


def open_due(workspace: Workspace, read: Reading, *, by: Actor) -> tuple[int, int]:
    """Open again what is due; return how many, and how many could not be opened.

    One that is still open is not opened beside itself: its next one waits until it is closed.
    What cannot be opened, since nobody holds anything of it, or what it names has gone, comes
    no more; the owners are told why.
    """
    opened = failed = 0
    for review in _due(workspace):
        asked = Asked(
            review.name,
            review.covers,
            today() + review.lasts,
            review.filters,
            review.reviewers,
            review.again,
            review.unanswered,
        )
        try:
            open_review(workspace, asked, read(review), by=by, follows=review)
            opened += 1
        except Refused as refused:
            _give_up(review, refused.messages[0], by=by)
            failed += 1
    return opened, failed


def stop(review: Review, *, by: Actor) -> None:
    """Let a review come no more; one event, none where it does not come again anyway."""
    with lock_workspace(review.workspace_id, by=by) as workspace:
        require(by, workspace, owns)
        review = reread(workspace.reviews.all(), review)
        if review.again == Again.NEVER:
            return
        before, review.again = review.again, Again.NEVER
        review.save(update_fields=["again"])
        audit.record(
            workspace,
            "review.stopped_repeating",
            by=by,
            target=target(review),
            before={"again": before},
            after={"again": review.again},
        )


def next_on(review: Review) -> date | None:
    """Return the day (UTC) from which on the next one is opened; None where none is."""
    months = Again(review.again).months
    if not months:
        return None
    opened = first_day(review.opened_at)
    years, month = divmod(opened.month - 1 + months, 12)
    last = calendar.monthrange(opened.year + years, month + 1)[1]
    return date(opened.year + years, month + 1, min(opened.day, last))


def _due(workspace: Workspace) -> list[Review]:
    found = _coming_again().filter(workspace=workspace).select_related("workspace").order_by("pk")
    return [review for review in found if (day := next_on(review)) and day <= today()]


def with_repeating() -> WorkspaceQuerySet:
    """Return the open workspaces in which a review that is closed comes again some day."""
    return Workspace.objects.open().having(_coming_again())


def _coming_again() -> ReviewQuerySet:
    closed = Review.objects.filter(closed_at__isnull=False, followed_by__isnull=True)
    return closed.exclude(again=Again.NEVER)


def _give_up(review: Review, why: str, *, by: Actor) -> None:
    with lock_workspace(review.workspace_id, by=by):
        stop(review, by=by.because(why))
        telling.not_repeated(review, why)
