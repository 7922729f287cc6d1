"""Which reviews somebody finds here: owners all of them, others what they are asked about."""

from django.http import Http404

from workspaces.guards import MemberRequest
from workspaces.models import Event, Review, Workspace
from workspaces.operations.reviews.reviewing import reviews_for

MOST_NAMED = 10


def named_review(request: MemberRequest, workspace: Workspace, review_id: str) -> Review:
    """Return the review an address names, for whoever reviews something of it (V3).

    Raises Http404 for everybody else, as for one that is not there.
    """
    mine = reviews_for(workspace, request.member, request.access)
    review: Review | None = mine.filter(public_id=review_id).first()
    if review is None:
        raise Http404
    review.workspace = workspace
    return review


def waiting_for(request: MemberRequest, workspace: Workspace) -> list[tuple[Review, str]]:
    """Return the open reviews of which somebody is asked about something, with their sheets.

    1 statement; none for owners, who have the list.
    """
    if request.access.is_owner:
        return []
    mine = reviews_for(workspace, request.member, request.access).open().open_first()
    return [(review, workspace.url("review", review.public_id)) for review in mine[:MOST_NAMED]]


def closing_of(workspace: Workspace, review: Review) -> Event | None:
    """Return the event that closed a review; None while it is open. 1 statement."""
    closed = Event.objects.filter(workspace=workspace, action="review.closed")
    return closed.filter(target_id=review.public_id).first()
