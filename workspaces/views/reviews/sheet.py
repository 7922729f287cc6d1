"""The sheet of one review: what it asks about, row by row, and the answers so far (V2–V4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from config.web.lists.listing import ROWS, Drawn
from workspaces.access.dialect import among
from workspaces.forms.reviews.reviews import ItemFilters, days_from_now
from workspaces.guards import MemberRequest, needs_review
from workspaces.models import (
    DirectoryGroup,
    Review,
    ReviewItem,
    ReviewItemQuerySet,
    ReviewOutcome,
    Way,
    Workspace,
)
from workspaces.operations.reviews.facts import Facts, facts_of
from workspaces.operations.reviews.repeating import next_on
from workspaces.operations.reviews.reviewing import items_for
from workspaces.views.console import answers
from workspaces.views.reviews import words
from workspaces.views.reviews.doors import closing_of
from workspaces.views.reviews.progress import progress_of
from workspaces.views.reviews.reviews import said_of

OUTCOMES: dict[str, tuple[str, str]] = {
    ReviewOutcome.APPLIED: ("check", "good"),
    ReviewOutcome.CHANGED: ("history", "outline"),
    ReviewOutcome.TASK: ("refresh-cw", "all"),
    ReviewOutcome.ALONE: ("user-x", "outline"),
    ReviewOutcome.LAST: ("crown", "outline"),
}
DIGITS = 10  # of a number of an item


@dataclass(frozen=True, slots=True)
class Row(Drawn):
    """One item, ready to draw; `said` is the class of its answer, blank for none yet."""

    item: ReviewItem
    url: str
    name: str
    select: str
    answer: str
    target: str
    way: str
    gives: words.Gives
    hints: list[words.Hint]
    last_used: Any
    said: str
    end_day: str
    may_end: bool
    changed: bool
    outcome: tuple[str, str] | None


@needs_review()
def review(request: MemberRequest, found: Review) -> HttpResponse:
    """The items of a review that the asker may answer: all but their own (V3)."""
    workspace = found.workspace
    return answers.page(
        request,
        "workspaces/reviews/review.html",
        {**sheet(request, workspace, found), "item": None},
        at="reviews",
        beside=partial(heading, request, workspace, found),
        fragments=("sheet",),
        status=ItemFilters(request.GET).http_status,
    )


def sheet(request: MemberRequest, workspace: Workspace, review: Review) -> answers.Context:
    """Return the bar and one page of rows; the statements do not grow with the items."""
    filters = ItemFilters(request.GET)
    items = filters.narrow(items_for(review, request.member, request.access))
    page = page_of(request, items, ROWS)
    address = workspace.url("review", review.public_id)
    return {
        **standing(request, workspace, review),
        "rows": rows_of(request, workspace, review, page.rows),
        "page": page,
        "filters": filters,
        "chips": answers.active_chips(request, filters),
        "list_url": address,
        "days": days_from_now(),
    }


def standing(request: MemberRequest, workspace: Workspace, review: Review) -> answers.Context:
    """Return how far the review is, for whoever looks at it; 1 statement."""
    owner = request.access.is_owner
    items = review.items.all() if owner else items_for(review, request.member, request.access)
    return {
        "workspace": workspace,
        "review": review,
        "progress": progress_of(items, request.user.pk),
        "answer_url": workspace.url("review_answer", review.public_id),
    }


def heading(request: MemberRequest, workspace: Workspace, review: Review) -> answers.Context:
    """Return what stands above the sheet; 2 statements at most for an owner."""
    owner = request.access.is_owner
    closing = None if review.is_open or not owner else closing_of(workspace, review)
    undone = closing and workspace.events.filter(undoes=closing.number).exists()
    return {
        "owner": owner,
        "covers": said_of(workspace, review),
        "next_on": next_on(review),
        "reviews_url": workspace.url("reviews"),
        "report_url": workspace.url("review_report", review.public_id),
        "close_url": workspace.url("review_close", review.public_id),
        "stop_url": workspace.url("review_stop", review.public_id),
        "undo_url": workspace.url("audit_undo", closing.number) if closing and not undone else "",
        "undone": bool(undone),
    }


@dataclass(frozen=True, slots=True)
class Page:
    """Some items in their order; the numbers before and after which the next pages lie."""

    rows: list[ReviewItem]
    before: int | None
    after: int | None

    @property
    def first(self) -> int:
        return self.rows[0].number if self.rows else 0

    @property
    def last(self) -> int:
        return self.rows[-1].number if self.rows else 0


def page_of(request: MemberRequest, items: ReviewItemQuerySet, size: int) -> Page:
    """Return the items asked for by `after` or `before` a number; 1 statement."""
    before = _number(request.GET.get("before", ""))
    if before:
        found = list(items.filter(number__lt=before).order_by("-number")[: size + 1])
        rows = found[:size][::-1]
        more = len(found) > size
        return Page(rows, rows[0].number if more else None, before - 1)
    after = _number(request.GET.get("after", ""))
    found = list(items.filter(number__gt=after).in_order()[: size + 1])
    rows = found[:size]
    return Page(rows, after + 1 if after else None, rows[-1].number if len(found) > size else None)


def _number(text: str) -> int:
    possible = text.isascii() and text.isdecimal() and len(text) < DIGITS
    return int(text) if possible else 0


def rows_of(
    request: MemberRequest,
    workspace: Workspace,
    review: Review,
    items: Sequence[ReviewItem],
    facts: Mapping[int, Facts] | None = None,
) -> list[Row]:
    """Return items ready to draw; what they give now is asked while the review is open."""
    if facts is None:
        facts = facts_of(workspace, items) if review.is_open else {}
    pushed = _pushed(workspace, items) if review.is_open else frozenset()
    address = workspace.url("review", review.public_id)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [_row(item, facts.get(item.number), pushed, address, query) for item in items]


def lines_of(items: Sequence[ReviewItem]) -> list[Row]:
    """Return items as they were when the review opened, with their answers; no statement."""
    return [_row(item, None, frozenset(), "", "") for item in items]


def _row(
    item: ReviewItem, facts: Facts | None, pushed: frozenset[int], address: str, query: str
) -> Row:
    name, way = words.name_of(item, facts), words.way_words(item)
    gives = words.Gives("", words.held_words(item))
    if facts and not facts.changed:
        gives = words.gives_words(item, facts)
    hints = list(words.hints_of(item, facts, pushed=item.group in pushed)) if facts else []
    return Row(
        item,
        f"{address}/items/{item.number}{query}",
        name,
        _("Select {name}, {way}").format(name=name, way=way),
        _("Answer for {name}, {way}").format(name=name, way=way),
        f"#item-{item.number}",
        way,
        gives,
        hints,
        facts.last_used if facts else None,
        words.SAID_BY.get(item.answer, ""),
        words.end_day(item),
        may_end=item.way != Way.OWNER,
        changed=facts is not None and facts.changed,
        outcome=OUTCOMES.get(item.outcome),
    )


def _pushed(workspace: Workspace, items: Sequence[ReviewItem]) -> frozenset[int]:
    """Return which groups of these items a directory pushes; 1 statement."""
    rows = DirectoryGroup.objects.filter(workspace=workspace)
    named = among({item.group for item in items if item.group})
    return frozenset(rows.filter(group__in=named).values_list("group", flat=True))
