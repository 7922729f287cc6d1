"""The report of a review: a page to print, and the file that `review_verify` checks (V5)."""

from functools import partial
from http import HTTPStatus

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from config.web.lists.csv_export import csv_answer
from workspaces.asker import still_allowed
from workspaces.catalogue import ADMINISTER
from workspaces.guards import MemberRequest, needs
from workspaces.models import Review, Workspace
from workspaces.operations.reviews import report
from workspaces.operations.trail.exports import record_export
from workspaces.views.console import answers
from workspaces.views.reviews.doors import closing_of, named_review
from workspaces.views.reviews.progress import progress_of
from workspaces.views.reviews.reviews import said_of
from workspaces.views.reviews.sheet import Page, lines_of, page_of

AT_ONCE = 1000  # items on one page of paper's length


@needs("administer")
def review_report(request: MemberRequest, workspace: Workspace, review_id: str) -> HttpResponse:
    """Every item with its answer, reviewer and time, to be read and printed."""
    return _page(request, workspace, named_review(workspace, review_id))


def _page(
    request: MemberRequest, workspace: Workspace, found: Review, status: int = HTTPStatus.OK
) -> HttpResponse:
    page: Page = page_of(request, found.items.all(), AT_ONCE)
    return answers.page(
        request,
        "workspaces/reviews/review_report.html",
        {
            "review": found,
            "covers": said_of(workspace, found),
            "progress": progress_of(found.items.all(), request.user.pk),
            "rows": lines_of(page.rows),
            "page": page,
            "closing": closing_of(workspace, found),
            "csv_url": workspace.url("review_csv", found.public_id),
            "list_url": workspace.url("review_report", found.public_id),
            "sheet_url": workspace.url("review", found.public_id),
        },
        at="reviews",
        status=status,
    )


@needs("administer", methods=("POST",))
def review_csv(request: MemberRequest, workspace: Workspace, review_id: str) -> HttpResponseBase:
    """The report as the file that was sealed at the closing; taking it out is an event (A1).

    While answers may still change there is no file.
    """
    found = named_review(workspace, review_id)
    closing = closing_of(workspace, found)
    if found.is_open or closing is None:
        return _page(request, workspace, found, HTTPStatus.CONFLICT)
    record_export(
        workspace,
        "review.exported",
        by=request.actor,
        rows=closing.after["lines"],
        filters={"review": found.public_id},
    )
    return csv_answer(
        "review-report",
        report.HEADING,
        report.lines(found),
        still_allowed=partial(still_allowed, request, ADMINISTER),
    )
