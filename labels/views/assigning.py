"""The grid of sources or spaces and their labels, and labelling many of them at once (L3, L6)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.listing import paged
from config.web.toasts import toast
from labels import operations
from labels.forms import KINDS, AssignForm, sent_again, things_matching
from labels.models import ResourceLabel
from labels.operations.assigning import AssignReview, preview
from labels.views.concerned_words import words_of_concerned
from labels.views.listing import heading
from workspaces.catalogue import ResourceType
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.views.chips import active_chips
from workspaces.views.frame import framed
from workspaces.views.undo_links import undo_url
from workspaces.views.words import ICONS, noun

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
    type_ = _type(request.GET.get("type", ""))
    text, label = request.GET.get("q", "").strip()[:200], request.GET.get("label", "")[:127]
    found = paged(request, things_matching(workspace, type_, text, label).by_name())
    keys, carried = _columns(found.rows)
    return page(
        request,
        "workspaces/labels_assign.html",
        {
            **heading(workspace, "assign"),
            **_words(type_),
            "page": found,
            "keys": keys,
            "rows": [
                Row(
                    row,
                    reverse("workspaces:resource", args=[workspace.slug, row.type, row.slug]),
                    [(key, carried[row.pk].get(key, "")) for key in keys],
                    ticked=row.slug in request.GET.getlist("on"),
                )
                for row in found.rows
            ],
            "q": text,
            "label": label,
            "chips": active_chips(request, {k: v for k, v in (("q", text), ("label", label)) if v}),
            "form": AssignForm(None, workspace=workspace),
            "review_url": reverse("workspaces:labels_assign_review", args=[workspace.slug]),
        },
        fragments=("grid",),
        around=framed(request, "labels"),
    )


def _type(asked: str) -> str:
    return asked if asked in dict(KINDS) else ResourceType.SOURCE


def _words(type_: str) -> dict[str, Any]:
    return {"type": type_, "kinds": KINDS, "icon": ICONS[type_], "noun": noun(type_, 2)}


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
    form = AssignForm(request.POST if posted else request.GET, workspace=workspace)
    review = _review(workspace, form)
    if posted and form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            event = operations.assign(
                workspace,
                form.assignment,
                by=request.actor,
                replacing=said["replacing"],
                seen=said["seen"],
                reason=said["reason"],
            )
            toast(
                request,
                _done(said["type"], len(event.before or ()) if event else 0),
                undo_url=undo_url(workspace, event),
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
        "concerned": words_of_concerned(workspace, review.concerned) if review else None,
        "page": None,
        "rows": [],
    }
    if review:
        found = paged(request, form.assignment.things.by_name())
        context |= {"page": found, "rows": _changes(form, found.rows)}
    return page(
        request,
        "workspaces/labels_assign_review.html",
        context,
        fragments=("rows",),
        around=framed(request, "labels"),
        status=form.status if posted else 200,
    )


def _back(workspace: Workspace, form: AssignForm) -> str:
    """Return the grid as one left it."""
    searched = urlencode(sent_again(form, SEARCHED))
    return f"{reverse('workspaces:labels_assign', args=[workspace.slug])}?{searched}"


def _review(workspace: Workspace, form: AssignForm) -> AssignReview | None:
    if form.is_valid():
        with form.refusals():
            return preview(workspace, form.assignment)
    return None


def _done(type_: str, number: int) -> str:
    if not number:
        return _("They carried just these labels already.")
    return _("Labelled {n} {things}.").format(n=number, things=noun(type_, number))


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
