"""Mails to whoever reviews: at the start, and 7 days and 1 day before a review is due (V6)."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts import outbox
from config.web.values.dates import first_day, today
from workspaces.access.who import who
from workspaces.catalogue import ADMINISTER
from workspaces.change import Actor, lock_workspace
from workspaces.models import Review, ReviewQuerySet, Workspace
from workspaces.models.workspace import WorkspaceQuerySet
from workspaces.operations.reviews.reviewing import reviewers_of

EARLY, LATE = timedelta(days=7), timedelta(days=1)


def opened(review: Review) -> None:
    """Queue the mail that a review waits for whoever is asked."""
    _queue(review, "review_opened")


def remind(workspace: Workspace, *, by: Actor) -> int:
    """Mail whoever reviews what is due within 7 days, and once more within 1; return how many.

    Of one that was opened within that time, its opening told them.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        soon = _soon().filter(workspace=locked).select_related("workspace")
        due = [one for one in soon.order_by("pk") if _is_news(one)]
        for review in due:
            _queue(review, "review_due")
        told = locked.reviews.filter(pk__in=[review.pk for review in due])
        told.update(reminded_at=timezone.now())
    return len(due)


def with_due() -> WorkspaceQuerySet:
    """Return the open workspaces in which a review is due within 7 days."""
    return Workspace.objects.open().having(_soon())


def _soon() -> ReviewQuerySet:
    day = today()
    return Review.objects.open().filter(due_on__gte=day, due_on__lte=day + EARLY)


def not_repeated(review: Review, why: str) -> None:
    """Tell the owners that a review could not be opened again."""
    owners = who(ADMINISTER, review.workspace).order_by("pk")
    addresses = list(owners.values_list("user__email", flat=True))
    outbox.queue_alike(addresses, "review_not_repeated", {**_words(review), "why": why})


def _is_news(review: Review) -> bool:
    """Whether nobody was told since its last week, or its last day, began."""
    day = today()
    heard = first_day(review.reminded_at or review.opened_at)
    begun = review.due_on - (LATE if day >= review.due_on - LATE else EARLY)
    return bool(heard < begun)


def _queue(review: Review, template: str) -> None:
    people = reviewers_of(review).active().order_by("pk")
    addresses = list(people.values_list("user__email", flat=True).distinct())
    outbox.queue_alike(addresses, template, _words(review))


def _words(review: Review) -> dict[str, Any]:
    workspace = review.workspace
    return {
        "workspace": workspace.name,
        "name": review.name,
        "due": review.due_on,
        "by": review.opened_name,
        "items": review.items.count(),
        "url": outbox.absolute(workspace.url("review", review.public_id)),
    }
