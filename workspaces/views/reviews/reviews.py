"""The reviews of a workspace, for owners: what is open and when it is due, what was closed."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from config.web.lists.listing import Drawn, in_order, paged, sorting
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.reviews.covering import filters_of
from workspaces.forms.reviews.reviews import ReviewFilters
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Review, ReviewQuerySet, Workspace
from workspaces.operations.reviews import repeating
from workspaces.views.console import answers
from workspaces.views.reviews.doors import named_review
from workspaces.views.reviews.progress import Progress, progress_by_review
from workspaces.views.reviews.words import covers_words

SORTS = {"due": ReviewQuerySet.open_first, "name": ReviewQuerySet.by_name}


@dataclass(frozen=True, slots=True)
class Row(Drawn):
    """One line of the list."""

    review: Review
    covers: str
    progress: Progress
    url: str


@needs("administer")
def reviews(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All reviews, those that are open first, narrowed and sorted by the address."""
    filters = ReviewFilters(request.GET)
    sort = sorting(request, SORTS, "due")
    found = paged(request, in_order(filters.narrow(workspace.reviews.all()), sort, SORTS))
    counted = progress_by_review(found.rows)
    address = workspace.url("reviews")
    rows = [
        Row(row, said_of(workspace, row), counted[row.pk], f"{address}/{row.public_id}")
        for row in found.rows
    ]
    return answers.page(
        request,
        "workspaces/reviews/reviews.html",
        {
            "page": found,
            "rows": rows,
            "sort": sort,
            "filters": filters,
            "chips": answers.active_chips(request, filters),
            "views_url": answers.views_url(request, "reviews"),
            "list_url": address,
            "new_url": workspace.url("review_new"),
        },
        at="reviews",
        fragments=("reviews",),
        status=filters.http_status,
    )


def said_of(workspace: Workspace, review: Review) -> str:
    """Say what a review covers; no statement, but where groups and labels narrow people."""
    found = filters_of(workspace, review.covers, review.filters)
    return covers_words(review, [*found.said.values(), *found.faults])


@needs("administer", methods=(*SAFE, "POST"))
def review_stop(request: MemberRequest, workspace: Workspace, review_id: str) -> HttpResponse:
    """Ask, then let a review come no more."""
    found = named_review(workspace, review_id)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    back = workspace.url("review", found.public_id)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            repeating.stop(found, by=request.actor)
            answers.toast(request, _("{name} does not come again.").format(name=found.name))
            return redirect(back)
    return answers.confirm(
        request,
        form,
        at="reviews",
        title=_("Let {name} come no more?").format(name=found.name),
        verb=_("Do not repeat it"),
        back=back,
        effects=[_("This one stays as it is. No other one is opened after it.")],
    )
