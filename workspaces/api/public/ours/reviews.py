"""Access reviews as programs read them: what was asked, what was answered, and the report."""

from collections.abc import Sequence
from typing import Any, Literal

from ninja import Query, Router, Schema

from workspaces.api.public import paging, shapes
from workspaces.api.public.guards import ApiRequest, limited_as_change, one_of, owners_only
from workspaces.errors import Conflict
from workspaces.models import Review, ReviewItem, ReviewQuerySet
from workspaces.operations.reviews import report
from workspaces.operations.trail.exports import record_export

router = Router(tags=["Access Reviews"], exclude_unset=True)
AnswerWord = Literal["NONE", "KEEP", "END", "REMOVE"]


class ReviewOut(Schema):
    """A review; `answers` are how many of its items were answered how."""

    id: str
    name: str
    covers: str
    reviewers: str
    unanswered: str
    again: str
    state: Literal["OPEN", "OVERDUE", "CLOSED"]
    dueOn: str
    openedAt: str
    openedBy: str
    closedAt: str | None = None
    closedBy: str | None = None
    digest: str | None = None
    items: int
    answers: dict[AnswerWord, int]


class ReviewItemOut(Schema):
    """One way somebody held something when the review opened, and what was said of it.

    `what` is that as the audit trail keeps it, `called` its name; `outcome` is what became of the
    answer when the review closed.
    """

    number: int
    way: str
    holder: str
    holderId: str
    called: str
    what: dict[str, Any]
    since: str | None = None
    givenBy: str
    answer: AnswerWord
    endsAt: shapes.StartOrEndTold = None
    note: str
    answeredBy: str
    answeredAt: str | None = None
    outcome: str | None = None


class ReviewReport(Schema):
    """A closed review, line by line as it was sealed; `digest` is the seal of the last line."""

    digest: str
    columns: list[str]
    lines: list[list[str]]


ReviewAnswer = shapes.answer_of("Review", review=ReviewOut)
ReviewsAnswer = shapes.answer_of("Reviews", reviews=list[ReviewOut], pagination=paging.PageInfo)
ReviewItemsAnswer = shapes.answer_of(
    "ReviewItems", items=list[ReviewItemOut], pagination=paging.PageInfo
)
ReviewReportAnswer = shapes.answer_of("ReviewReport", report=ReviewReport)


class ReviewItemsQuery(paging.PageQuery):
    answer: AnswerWord | None = None


def _rows(request: ApiRequest) -> ReviewQuerySet:
    return request.workspace.reviews.with_progress()


def _word(value: str) -> str:
    return value.upper().replace("-", "_")


def _shown(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [_review(row) for row in rows]


def _review(row: Any) -> dict[str, Any]:
    said = {"KEEP": row.n_keep, "END": row.n_end, "REMOVE": row.n_remove}
    state = "OVERDUE" if row.is_overdue else "OPEN" if row.is_open else "CLOSED"
    found = {
        "id": row.public_id,
        "name": row.name,
        **{key: _word(getattr(row, key)) for key in ("covers", "reviewers", "unanswered", "again")},
        "state": state,
        "dueOn": row.due_on.isoformat(),
        "openedAt": shapes.told(row.opened_at),
        "openedBy": row.opened_name,
        "items": row.n_items,
        "answers": {"NONE": row.n_items - sum(said.values()), **said},
    }
    if row.closed_at:
        closed = {"closedAt": shapes.told(row.closed_at), "closedBy": row.closed_name}
        found |= {**closed, "digest": row.digest}
    return found


@router.get("/x/reviews", response=ReviewsAnswer)
@owners_only
def list_reviews(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """All reviews, those opened last first."""
    found, info = paging.paged(_rows(request).order_by("-pk"), page, _shown)
    return {"data": {"reviews": found, "pagination": info}}


@router.get("/x/reviews/{review_id}", response=ReviewAnswer)
@owners_only
def get_review(request: ApiRequest, review_id: str) -> Any:
    """One review."""
    return {"data": {"review": _review(one_of(_rows(request), review_id))}}


@router.get("/x/reviews/{review_id}/items", response=ReviewItemsAnswer)
@owners_only
def list_review_items(request: ApiRequest, review_id: str, query: Query[ReviewItemsQuery]) -> Any:
    """What a review looks at, item by item; those of one answer."""
    rows = one_of(request.workspace.reviews, review_id).items.in_order()
    if query.answer:
        rows = rows.filter(answer="" if query.answer == "NONE" else query.answer.lower())
    found, info = paging.paged(rows, query, lambda items: [_item(item) for item in items])
    return {"data": {"items": found, "pagination": info}}


def _item(row: ReviewItem) -> dict[str, Any]:
    moments = {"since": row.since, "answeredAt": row.answered_at}
    return {
        "number": row.number,
        "way": row.way.upper(),
        "holder": row.holder,
        "holderId": row.holder_id,
        "called": row.called,
        "what": row.what,
        "givenBy": row.given_by,
        "answer": row.answer.upper() or "NONE",
        "note": row.note,
        "answeredBy": row.answered_name,
        **{key: shapes.told(moment) for key, moment in moments.items() if moment},
        **({"endsAt": shapes.told_exactly(row.ends_at)} if row.ends_at else {}),
        **({"outcome": row.outcome.upper()} if row.outcome else {}),
    }


@router.post("/x/reviews/{review_id}/report", response=ReviewReportAnswer)
@owners_only
@limited_as_change
def take_review_report(request: ApiRequest, review_id: str) -> Any:
    """Take the report of a closed review out, which is an event; an open one has none yet."""
    review: Review = one_of(request.workspace.reviews, review_id)
    if review.is_open:
        raise Conflict("V5", "This review is open. Its report is made when it closes.")
    lines = list(report.lines(review))
    record_export(
        request.workspace,
        "review.exported",
        by=request.actor,
        rows=len(lines),
        filters={"review": review.public_id},
    )
    told = {"digest": review.digest, "columns": list(report.HEADING), "lines": lines}
    return {"data": {"report": told}}
