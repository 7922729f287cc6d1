"""Which reviews somebody finds: owners all by their address, others what they are asked about."""

from django.shortcuts import get_object_or_404

from workspaces.guards import MemberRequest
from workspaces.models import Event, Review, Workspace
from workspaces.operations.reviews.reviewing import reviews_for

MOST_NAMED = 10


def named_review(workspace: Workspace, review_id: str) -> Review:
    """Return the review an owner's address names. Raises Http404 where there is none."""
    return get_object_or_404(workspace.reviews.select_related("workspace"), public_id=review_id)


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
