"""A review of ten thousand items: opening it, a page of its sheet, closing it, taking it back."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from statistics import median
from time import perf_counter

from django.db import transaction
from django.utils import timezone

from tests.bench.context import Bench
from tests.bench.measuring.clock import statements
from tests.bench.report import SECONDS, Figure, counted
from workspaces.change import Actor
from workspaces.models import ActorKind, Answer, Covers, Member, Review
from workspaces.operations.reviews import facts
from workspaces.operations.reviews.answering import Said, answer
from workspaces.operations.reviews.closing import close, preview
from workspaces.operations.reviews.opening import Asked, open_review
from workspaces.operations.trail.undo import undo

ITEMS = 10_000
PAGE = 50
PAGES = 9
OPENS, TURNS, CLOSES = 2.0, 0.2, 10.0  # seconds
MOST = 20  # statements of a page


def figures(bench: Bench) -> Iterator[Figure]:
    with transaction.atomic():
        yield from _reviewed(bench)
        transaction.set_rollback(True)


def _reviewed(bench: Bench) -> Iterator[Figure]:
    workspace = bench.workspace
    first, second = (_actor(owner) for owner in workspace.members.owners().order_by("pk")[:2])
    people = _people(bench)
    today = timezone.now().astimezone(UTC).date()
    asked = Asked("Bench", Covers.PEOPLE, today + timedelta(days=14))
    review, took = _timed(
        lambda: open_review(workspace, asked, lambda w: w.members.filter(pk__in=people), by=first)
    )
    n_items = review.items.count()
    yield _within(f"opening a review of {n_items:,} items", took, OPENS)
    numbers = range(1, n_items, max(n_items // PAGES, 1))
    yield _within(
        f"a page of {PAGE} of its sheet, with what each gives",
        median(_timed(lambda at=at: _page(review, at))[1] for at in numbers),
        TURNS,
    )
    yield counted("… statements", statements(_page, [(review, n_items // 2)]), MOST)
    mine = review.items.exclude(own=first.user and first.user.pk)
    said = Said(Answer.REMOVE)
    _, took = _timed(
        lambda: answer(review, list(mine.values_list("number", flat=True)), said, by=first)
    )
    yield _within("answering all of them at once", took, None)
    yield _within("looking at the closing", _timed(lambda: preview(review))[1], None)
    _, took = _timed(lambda: close(review, by=second))
    yield _within("closing it", took, CLOSES)
    event = workspace.events.filter(action="review.closed").newest_first()[0]
    yield _within(
        "taking it back", _timed(lambda: undo(workspace, event.number, by=second))[1], None
    )


def _people(bench: Bench) -> list[int]:
    """Return as many members as come to the number of items, owners among them."""
    pks = bench.workspace.members.order_by("pk").values_list("pk", flat=True)
    return list(pks[: ITEMS // 5])  # two grants and three places each, about


def _page(review: Review, number: int) -> object:
    items = review.items.in_order().filter(number__gte=number)[:PAGE]
    return facts.facts_of(review.workspace, list(items))


def _actor(owner: Member) -> Actor:
    return Actor(ActorKind.USER, owner.user.email, owner.user)


def _timed(call: Callable[[], Review]) -> tuple[Review, float]:
    begun = perf_counter()
    found = call()
    return found, perf_counter() - begun


def _within(name: str, took: float, target: float | None) -> Figure:
    return Figure(name, took, SECONDS, target, at_most=True)
