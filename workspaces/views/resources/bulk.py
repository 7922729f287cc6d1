"""What owners do with many resources of a list: labels put on and taken off, and the file."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from config.web.lists.csv_export import Row
from labels.forms import AssignForm
from labels.models import ResourceLabel
from workspaces.access.dialect import among
from workspaces.catalogue import LABELLED
from workspaces.forms.console.selection import ChosenForm, Selection
from workspaces.forms.resources.bulk import selection_of
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Connection, Workspace
from workspaces.views.console import answers, wording
from workspaces.views.console.many import File, asked, export

HEADING = ("Name", "Slug", "Type", "Labels", "Source", "Connected with", "Added")


@needs("administer")
def resources_label(request: MemberRequest, workspace: Workspace, type_: str) -> HttpResponse:
    """Say which labels go on what is chosen, or off it; the review of labelling comes next."""
    if type_ not in LABELLED:
        raise Http404
    form = asked(request, workspace, ChosenForm, selection_of(type_))
    selection = form.selection
    return answers.page(
        request,
        "workspaces/resources/resources_label.html",
        {
            "form": AssignForm(None, workspace=workspace),
            "problems": form.problems,
            "chosen": [] if form.problems else list(_said(workspace, selection, type_)),
            "words": wording.counted(selection.rows(workspace).count(), type_),
            "filtered": selection.said(workspace),
            "url": workspace.url("labels_assign_review"),
            "back": selection.list_left(workspace, workspace.url("resources", type_)),
        },
        at=type_,
        status=form.status,
    )


def _said(workspace: Workspace, selection: Selection[Any], type_: str) -> Iterator[tuple[str, str]]:
    """Yield what is chosen as the review of labelling reads it."""
    yield "type", type_
    if selection.matching:
        yield "every", "1"
        yield from (
            (name, str(value)) for name, value in selection.filtering(workspace).asked.items()
        )
        return
    for slug in selection.rows(workspace).order_by("slug").values_list("slug", flat=True):
        yield "on", slug


@needs("administer", methods=(*SAFE, "POST"))
def resources_export(request: MemberRequest, workspace: Workspace, type_: str) -> HttpResponseBase:
    """One row per resource, with its labels and what it is connected with."""
    form = asked(request, workspace, ChosenForm, selection_of(type_))
    title = _("Export {things}").format(things=wording.noun(type_, 2))
    name = wording.noun(type_, 2).replace(" ", "-")
    file = File(name, "resources.exported", HEADING, _lines, title, {"type": type_})
    back = workspace.url("resources", type_)
    return export(request, workspace, form, file, at=type_, back=back)


def _lines(workspace: Workspace, ids: Sequence[int]) -> Iterator[Row]:
    """Yield the lines of some resources; 3 statements."""
    labels, joined = defaultdict(list), defaultdict(list)
    carried = ResourceLabel.objects.filter(resource__in=among(ids)).select_related("label")
    for row in carried.order_by("folded_key"):
        labels[row.resource_id].append(str(row.label))
    pairs = Connection.objects.filter(target__in=among(ids)).select_related("source")
    for pair in pairs.order_by("source__sort_key", "pk"):
        joined[pair.target_id].append(pair.source.ref)
    rows = workspace.resources.select_related("source").filter(pk__in=among(ids))
    found = {thing.pk: thing for thing in rows}
    for pk in ids:
        if (thing := found.get(pk)) is not None:
            yield [
                thing.name,
                thing.slug,
                thing.type,
                "; ".join(labels[pk]),
                thing.source.slug if thing.source else "",
                "; ".join(joined[pk]),
                thing.created_at,
            ]
