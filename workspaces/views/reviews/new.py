"""Opening a review: what it covers, by the filters of a list; who reviews it until when (V1)."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext

from config.web.lists.filters import Filters
from config.web.tags import grouped
from workspaces.errors import Refused
from workspaces.forms.reviews.covering import choice_of, filters_of
from workspaces.forms.reviews.reviews import COVERS, OpenForm, narrowing
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Covers, Workspace
from workspaces.operations.reviews import opening
from workspaces.operations.reviews.covering import ways
from workspaces.views.console import answers

ICONS = {
    Covers.PEOPLE: "users",
    Covers.GROUPS: "boxes",
    Covers.LABELS: "tags",
    Covers.BROAD: "infinity",
    Covers.PII: "eye",
    Covers.OWNERS: "crown",
    Covers.TOKENS: "key",
    Covers.ELIGIBLE: "hand",
}
LISTS = {
    Covers.PEOPLE: "members",
    Covers.GROUPS: "groups",
    Covers.LABELS: "labels",
    Covers.TOKENS: "tokens",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a review may cover."""

    key: str
    text: str
    note: str
    icon: str
    url: str
    current: bool


@needs("administer", methods=(*SAFE, "POST"))
def review_new(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Open a review of what the address names; without anything, of everybody."""
    asked = request.GET.get("covers", Covers.PEOPLE)
    known = asked in Covers.values and len(request.GET.getlist(COVERS)) <= 1
    covers = asked if known else Covers.PEOPLE
    filters = filters_of(workspace, covers, narrowing(request.GET))
    form = OpenForm(request.POST if request.method == "POST" else None, covers=covers)
    if not known and form.is_bound:
        form.add_error(None, _("A review covers nothing of that name."))
    if form.is_valid():
        said = {key: str(filters.data[key]) for key in filters.asked}
        with form.refusals():
            _require_understood(filters)
            opened = opening.open_review(
                workspace,
                form.asked(said),
                choice_of(workspace, covers, said),
                by=request.actor,
                ident=form.cleaned_data["once"],
            )
            done = _("{name} is open. Its reviewers get a mail.").format(name=opened)
            answers.toast(request, done)
            return redirect(workspace.url("review", opened.public_id))
    address = workspace.url("review_new")
    n_items = None if filters.faults or not known else _size(workspace, covers, filters)
    return answers.page(
        request,
        "workspaces/reviews/review_new.html",
        {
            "form": form,
            "choices": [_choice(address, kind, covers if known else "") for kind in Covers],
            "covers": Covers(covers),
            "problems": [] if known else [_("A review covers nothing of that name.")],
            "chips": answers.active_chips(request, filters),
            "whole_url": f"{address}?covers={covers}",
            "narrow_url": workspace.url(LISTS[Covers(covers)]) if covers in LISTS else "",
            "n_items": n_items,
            "items_words": "" if n_items is None else _items_words(n_items),
            "most": opening.MOST_ITEMS,
            "url": request.get_full_path(),
            "list_url": workspace.url("reviews"),
        },
        at="reviews",
        status=_status(form, filters, known=known),
    )


def _status(form: OpenForm, filters: Filters, *, known: bool) -> HTTPStatus:
    if not known:
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return form.status if form.is_bound else filters.http_status


def _require_understood(filters: Filters) -> None:
    """Raise Refused where a filter is not understood: all would be meant (N4)."""
    if filters.faults:
        raise Refused("V1", " ".join(filters.problems))


def _size(workspace: Workspace, covers: str, filters: Filters) -> int:
    """Return how many items the review would have now, as far as it can have; 3 statements."""
    said = {key: str(filters.data[key]) for key in filters.asked}
    found = ways(workspace, covers, choice_of(workspace, covers, said))
    return found.count(most=opening.MOST_ITEMS)


def _items_words(n: int) -> str:
    if n > opening.MOST_ITEMS:
        return _("More than {n} items to review").format(n=grouped(opening.MOST_ITEMS))
    return ngettext("{n} item to review", "{n} items to review", n).format(n=grouped(n))


def _choice(address: str, kind: Covers, current: str) -> Choice:
    notes = {
        Covers.PEOPLE: _("whatever they hold, in any way"),
        Covers.GROUPS: _("whoever is in a group that gives something"),
        Covers.LABELS: _("whatever is given by labels"),
        Covers.BROAD: _("edit on all current and future, and owners"),
        Covers.PII: _("who sees personal data in clear"),
        Covers.OWNERS: _("by own role, by group, by grant"),
        Covers.TOKENS: _("what programs may do"),
        Covers.ELIGIBLE: _("eligible grants and places in groups"),
    }
    url = f"{address}?covers={kind}"
    return Choice(kind, str(kind.label), notes[kind], ICONS[kind], url, kind == current)
