"""The reviews of a workspace, for owners: what is open and when it is due, what was closed."""

from dataclasses import dataclass

from django.http import HttpResponse

from config.web.lists.listing import Drawn, paged
from workspaces.guards import MemberRequest, needs
from workspaces.models import Review, Workspace
from workspaces.views.console import answers


@dataclass(frozen=True, slots=True)
class Row(Drawn):
    """One line of the list."""

    review: Review
    url: str


@needs("administer")
def reviews(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All reviews, those that are open first."""
    found = paged(request, workspace.reviews.open_first())
    address = workspace.url("reviews")
    return answers.page(
        request,
        "workspaces/reviews/reviews.html",
        {
            "page": found,
            "rows": [Row(row, f"{address}/{row.public_id}") for row in found.rows],
            "list_url": address,
        },
        at="reviews",
    )
