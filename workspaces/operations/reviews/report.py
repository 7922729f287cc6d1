"""The report of a review: every item with its answer, line by line, each sealed to the one before.

Its digest is the seal of the last line; it stands in the event of the closing, and a report that
was taken out is checked against that (V5). Words and times are the same in every language.
"""

import hmac
import json
from collections.abc import Iterable, Iterator, Sequence

from accounts import chain
from config.web.lists.csv_export import neutral
from workspaces.models import Review, ReviewItem

HEADING = (
    "line",
    "holder",
    "holder_id",
    "way",
    "called",
    "what",
    "since",
    "given_by",
    "answer",
    "ends",
    "note",
    "reviewer",
    "answered",
    "outcome",
    "seal",
)
Line = Sequence[str]


def lines(review: Review) -> Iterator[list[str]]:
    """Yield the lines of a report, without its heading; line 0 is the review itself.

    Each ends with its seal: a keyed hash over it and the seal before.
    """
    seal = chain.GENESIS
    for cells in _unsealed(review):
        written = [neutral(cell) for cell in cells]
        seal = _seal(written, seal)
        yield [*written, seal]


def sealed(review: Review) -> tuple[str, int]:
    """Return the digest of a report, and how many lines it has."""
    digest, n_lines = chain.GENESIS, 0
    for line in lines(review):
        digest, n_lines = line[-1], n_lines + 1
    return digest, n_lines


def first_fault(written: Iterable[Line], digest: str, n_lines: int) -> str:
    """Return what is wrong with a report that was taken out, by its line; blank for nothing.

    `written` are its lines without the heading, `digest` and `n_lines` what the event says.
    """
    seal, number = chain.GENESIS, -1
    for number, line in enumerate(written):
        if len(line) != len(HEADING):
            return f"line {number} has {len(line)} cells instead of {len(HEADING)}"
        seal = _seal(line[:-1], seal)
        if not hmac.compare_digest(seal.encode(), line[-1].encode()):
            return f"line {number} is not as it was written: {line[1]}"
    if number + 1 != n_lines:
        return f"it has {number + 1} lines instead of {n_lines}"
    if seal != digest:
        return "it is the report of another review"
    return ""


def _seal(cells: Line, before: str) -> str:
    return chain.keyed_hash({"report": list(cells)}, before)


def _unsealed(review: Review) -> Iterator[tuple[str, ...]]:
    yield (
        "0",
        review.name,
        review.public_id,
        review.covers,
        json.dumps(review.filters, sort_keys=True),
        f"reviewers {review.reviewers}; unanswered {review.unanswered}",
        neutral(review.opened_at),
        review.opened_name,
        "",
        review.due_on.isoformat(),
        "",
        review.closed_name,
        neutral(review.closed_at),
        "",
    )
    for item in review.items.in_order().iterator(chunk_size=2000):
        yield _of(item)


def _of(item: ReviewItem) -> tuple[str, ...]:
    return (
        str(item.number),
        item.holder,
        item.holder_id,
        item.way,
        item.called,
        json.dumps(item.what, sort_keys=True, ensure_ascii=False),
        neutral(item.since),
        item.given_by,
        item.answer,
        neutral(item.ends_at),
        item.note,
        item.answered_name,
        neutral(item.answered_at),
        item.outcome,
    )
