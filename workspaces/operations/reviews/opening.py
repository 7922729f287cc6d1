"""Opening a review: its items are fixed then (V1, V2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from config.web.values.dates import FURTHEST, today
from config.web.values.public_ids import public_id
from workspaces.access.engine import Access
from workspaces.change import Actor, audit, lock_workspace, require, target
from workspaces.errors import Conflict, Refused
from workspaces.models import Again, Covers, Review, Reviewers, ReviewItem, Unanswered, Workspace
from workspaces.operations.changes.texts import line
from workspaces.operations.reviews import telling
from workspaces.operations.reviews.covering import CHOSEN, Choice, ways
from workspaces.operations.reviews.snapshots import items_of

MOST_ITEMS = 50_000
AT_ONCE = 1000  # items to a statement
KINDS = {
    "covers": Covers,
    "reviewers": Reviewers,
    "again": Again,
    "unanswered": Unanswered,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a review is to be: see `Review` for what its fields say."""

    name: str
    covers: str
    due_on: date
    filters: Mapping[str, str] = field(default_factory=dict)
    reviewers: str = Reviewers.OWNERS
    again: str = Again.NEVER
    unanswered: str = Unanswered.REPORT


def open_review(
    workspace: Workspace,
    asked: Asked,
    choose: Choice | None = None,
    *,
    by: Actor,
    follows: Review | None = None,
    ident: str = "",
) -> Review:
    """Open a review of what is there now, and mail whoever reviews it.

    `choose` reads what the filters mean. `ident` is the public id it gets; the review that an
    earlier send of the same form opened is returned as it is (XI7). Raises Refused that names
    the field: for a name that is none, a word that is not known, a day that has passed, and
    where nothing is covered.
    """
    name = line(asked.name)
    _require_known(asked, choose)
    with lock_workspace(workspace.pk, by=by) as locked:
        require(by, locked, owns)
        if ident and (opened := _opened_before(locked, ident)):
            return opened
        review = Review(
            workspace=locked,
            public_id=ident or public_id(),
            name=name,
            covers=asked.covers,
            filters=dict(asked.filters),
            reviewers=asked.reviewers,
            due_on=asked.due_on,
            again=asked.again,
            unanswered=asked.unanswered,
            opened_by=by.user,
            opened_name=by.name,
            follows=follows,
        )
        items = items_of(review, ways(locked, asked.covers, choose))
        _require_some(len(items))
        review.save()
        ReviewItem.objects.bulk_create(items, batch_size=AT_ONCE)
        audit.record(
            locked,
            "review.opened",
            by=by,
            target=target(review),
            after={**said(review), "items": len(items)},
        )
        telling.opened(review)
        return review


def _opened_before(workspace: Workspace, ident: str) -> Review | None:
    """Return the review of this id. Raises Conflict when it was spent in another workspace."""
    review = Review.objects.filter(public_id=ident).first()
    if review is not None and review.workspace_id != workspace.pk:
        raise Conflict("XI7", "This form was sent already. Open the page again.")
    return review


def said(review: Review) -> dict[str, object]:
    """Return what a review was opened with, as the trail keeps it."""
    return {
        "covers": review.covers,
        "filters": review.filters,
        "reviewers": review.reviewers,
        "due": review.due_on.isoformat(),
        "again": review.again,
        "unanswered": review.unanswered,
    }


def owns(access: Access) -> bool:
    """Whether somebody opens and closes reviews: owners do."""
    return access.is_owner


def _require_known(asked: Asked, choose: Choice | None) -> None:
    for name, words in KINDS.items():
        if getattr(asked, name) not in words.values:
            raise Refused("V1", f"{getattr(asked, name)} is not known here.", field=name)
    if (asked.covers in CHOSEN) != (choose is not None):
        raise Refused("V1", "Say what of it is meant.", field="covers")
    if asked.due_on < today():
        raise Refused("V1", "This day has passed. Name a later one.", field="due_on")
    if asked.due_on > FURTHEST:
        raise Refused("V1", f"Name a day up to {FURTHEST.isoformat()}.", field="due_on")


def _require_some(n_items: int) -> None:
    if not n_items:
        raise Refused(
            "V1", "Nobody holds anything of this. There is nothing to review.", field="covers"
        )
    if n_items > MOST_ITEMS:
        words = f"These are {n_items} items; a review has at most {MOST_ITEMS}. Cover less."
        raise Refused("V1", words, field="covers")
