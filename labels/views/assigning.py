"""The grid of sources or spaces and their labels, and labelling many of them at once (L3, L6)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from config.web.lists.filters import said_in
from config.web.lists.listing import paged
from labels import operations
from labels.forms import KINDS, AssignForm, ThingFilters, sent_again
from labels.models import ResourceLabel
from labels.operations.assigning import AssignReview, preview
from labels.views.labels import heading
from workspaces.catalogue import ResourceType
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Resource, Workspace
from workspaces.views.console import answers, concerned_words, wording

SEARCHED = ("type", "q", "label")
CHOSEN = (*SEARCHED, "on", "every", "put", "take")


@dataclass(frozen=True, slots=True)
class Row:
    """One source or space; `labels` has key and value, or "", per column."""

    resource: Resource
    url: str
    labels: list[tuple[str, str]]
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one source or space: labels that come, stay, go or are replaced."""

    resource: Resource
    comes: list[str]
    goes: list[str]
    replaces: list[tuple[str, str]]


@needs("administer")
def labels_assign(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Sources or spaces with a column per key; ticked rows, or all that match, are labelled."""
    filters = ThingFilters(request.GET, workspace=workspace)
    type_ = filters.kind
    found = paged(request, filters.things().by_name())
    keys, carried = _columns(found.rows)
    return answers.page(
        request,
        "labels/labels_assign.html",
        {
            **heading(workspace, "assign"),
            **_words(type_),
            "page": found,
            "keys": keys,
            "rows": [
                Row(
                    row,
                    workspace.url("resource", row.type, row.slug),
                    [(key, carried[row.pk].get(key, "")) for key in keys],
                    ticked=row.slug in request.GET.getlist("on"),
                )
                for row in found.rows
            ],
            "filters": filters,
            "chips": [chip for chip in answers.active_chips(request, filters) if _narrows(chip)],
            "form": AssignForm(None, workspace=workspace),
            "review_url": workspace.url("labels_assign_review"),
        },
        fragments=("grid",),
        at="labels",
        status=filters.http_status,
    )


def _narrows(chip: answers.Chip) -> bool:
    """Whether a chip is one: which of the two types is shown is a tab, unless it is neither."""
    return chip.key != "type" or bool(chip.why)


def _type(asked: str) -> str:
    return asked if asked in dict(KINDS) else ResourceType.SOURCE


def _words(type_: str) -> answers.Context:
    return {"type": type_, "icon": wording.ICONS[type_], "noun": wording.noun(type_, 2)}


def _columns(rows: Sequence[Resource]) -> tuple[list[str], dict[int, dict[str, str]]]:
    """Return the keys in use on this page and the values by resource; 1 statement."""
    values: dict[int, dict[str, str]] = defaultdict(dict)
    carried = ResourceLabel.objects.filter(resource__in=rows)
    for pk, key, value in carried.values_list("resource_id", "folded_key", "label__value"):
        values[pk][key] = value
    return sorted({key for found in values.values() for key in found}), values


@needs("administer", methods=(*SAFE, "POST"))
def labels_assign_review(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """What labelling the chosen rows does, row by row and to whom; then do it in one step."""
    posted = request.method == "POST"
    form = AssignForm(said_in(request), workspace=workspace)
    review = _review(workspace, form)
    if posted and form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            event = operations.assign(
                workspace,
                form.assignment,
                by=form.said_by(request.actor),
                replacing=form.cleaned_data["replacing"],
            )
            answers.toast(
                request,
                _done(said["type"], len(event.before or ()) if event else 0),
                undo=event,
            )
            return redirect(_back(workspace, form))
    type_ = _type(str(form["type"].value() or ""))
    context = {
        **heading(workspace, "assign"),
        **_words(type_),
        "form": form,
        "chosen": sent_again(form, CHOSEN),
        "url": request.path,
        "back_url": _back(workspace, form),
        "review": review,
        "concerned": concerned_words.words_of_concerned(workspace, review.concerned)
        if review
        else None,
        "page": None,
        "rows": [],
    }
    if review:
        found = paged(request, form.assignment.things.by_name())
        context |= {"page": found, "rows": _changes(form, found.rows)}
    return answers.page(
        request,
        "labels/labels_assign_review.html",
        context,
        fragments=("rows",),
        at="labels",
        status=form.status if request.GET or posted else 200,
    )


def _back(workspace: Workspace, form: AssignForm) -> str:
    """Return the grid as one left it."""
    searched = urlencode(sent_again(form, SEARCHED))
    return f"{workspace.url('labels_assign')}?{searched}"


def _review(workspace: Workspace, form: AssignForm) -> AssignReview | None:
    if form.is_valid():
        with form.refusals():
            return preview(workspace, form.assignment)
    return None


def _done(type_: str, number: int) -> str:
    if not number:
        return _("They carried just these labels already.")
    return _("Labelled {things}.").format(things=wording.counted(number, type_))


def _changes(form: AssignForm, rows: Sequence[Resource]) -> list[Change]:
    """Say per row of a page what comes, what goes and what is replaced (L3); 1 statement."""
    carried: dict[int, dict[str, str]] = defaultdict(dict)
    on = ResourceLabel.objects.filter(resource__in=rows).select_related("label")
    for row in on.order_by("folded_key"):
        carried[row.resource_id][row.folded_key] = str(row.label)
    assignment = form.assignment
    put = {label.key.lower(): str(label) for label in assignment.put}
    take = {str(label) for label in assignment.take}

    def change(row: Resource) -> Change:
        has = carried[row.pk]
        others = [(has[key], text) for key, text in put.items() if has.get(key, text) != text]
        return Change(
            row,
            comes=[text for key, text in put.items() if key not in has],
            goes=[text for key, text in has.items() if text in take and key not in put],
            replaces=others,
        )

    return [change(row) for row in rows]
