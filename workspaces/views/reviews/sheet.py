"""The sheet of one review: what it asks about, row by row, and the answers so far."""

from django.http import HttpResponse

from workspaces.guards import MemberRequest, needs
from workspaces.models import Workspace
from workspaces.operations.reviews.reviewing import items_for
from workspaces.views.console import answers
from workspaces.views.reviews.doors import named_review


@needs("read")
def review(request: MemberRequest, workspace: Workspace, review_id: str) -> HttpResponse:
    """The items of a review that the asker may answer: all but their own (V3)."""
    found = named_review(request, workspace, review_id)
    items = items_for(found, request.member, request.access).in_order()
    return answers.page(
        request,
        "workspaces/reviews/review.html",
        {"review": found, "items": items[:50]},
        at="reviews",
    )
