"""The labels of a workspace, with where each is used; making one (L1, L7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext

from config.web.lists.listing import Drawn, in_order, paged, sorting
from config.web.lists.returning import leaving
from labels import operations
from labels.forms import LabelFilters, LabelForm, LabelNameField
from labels.models import Label, LabelQuerySet, ResourceLabel
from labels.operations.making import require_creatable
from workspaces.catalogue import ResourceType
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import GrantLabel, Workspace
from workspaces.views.console import answers

SORTS = {"label": LabelQuerySet.by_name}
GOOD, BAD = "good", "bad"


@dataclass(frozen=True, slots=True)
class Row(Drawn):
    """One label with its uses as counts, each with the list behind it."""

    label: Label
    url: str
    grants: int
    sources: int
    spaces: int
    grants_url: str
    sources_url: str
    spaces_url: str


@needs("administer")
def labels(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All labels, searched by the address."""
    filters = LabelFilters(request.GET)
    sort = sorting(request, SORTS, "label")
    rows = in_order(filters.narrow(workspace.labels.all()), sort, SORTS)
    found = paged(request, _with_grants(rows))
    on = _on_things(workspace, found.rows)
    return answers.page(
        request,
        "labels/labels.html",
        {
            **heading(workspace, "view"),
            "page": found,
            "sort": sort,
            "rows": [_row(workspace, label, on, leaving(request)) for label in found.rows],
            "filters": filters,
            "review_url": workspace.url("review_new"),
            "chips": answers.active_chips(request, filters),
            "views_url": answers.views_url(request, "labels"),
        },
        fragments=("labels",),
        at="labels",
        status=filters.http_status,
    )


def heading(workspace: Workspace, tab: str) -> dict[str, str]:
    """Return what stands above both tabs of the labels."""
    return {
        "tab": tab,
        "list_url": workspace.url("labels"),
        "assign_url": workspace.url("labels_assign"),
        "new_url": workspace.url("label_new"),
    }


def _with_grants(rows: LabelQuerySet) -> LabelQuerySet:
    """Bring along how many grants ask for each label."""
    asking = GrantLabel.objects.filter(label=OuterRef("pk")).order_by().values("label")
    counted = asking.annotate(n=Count("pk")).values("n")
    return rows.annotate(n_grants=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def _on_things(workspace: Workspace, found: Sequence[Label]) -> dict[tuple[int, str], int]:
    """Return how many things of each type carry each label of a page; 1 statement.

    Counted for all of them at once: label by label, what is on much takes a second. What is no
    space is a source (L1): so the types are not looked up thing by thing.
    """
    spaces = workspace.resources.of_type(ResourceType.SPACE).order_by().values("pk")
    carried = ResourceLabel.objects.filter(label__in=found).order_by().values_list("label")
    counted = carried.annotate(n=Count("pk"), on=Count("pk", filter=Q(resource__in=spaces)))
    on: dict[tuple[int, str], int] = {}
    for label, number, n_spaces in counted:
        on[label, ResourceType.SPACE] = n_spaces
        on[label, ResourceType.SOURCE] = number - n_spaces
    return on


def _row(workspace: Workspace, label: Label, on: Mapping[tuple[int, str], int], left: str) -> Row:
    def listed(type_: str) -> str:
        return workspace.url("resources", type_) + f"?label={label}"

    url = workspace.url("label", label)
    return Row(
        label,
        url + left,
        label.n_grants,  # type: ignore[attr-defined]
        on.get((label.pk, ResourceType.SOURCE), 0),
        on.get((label.pk, ResourceType.SPACE), 0),
        f"{url}{left}#grants",
        listed(ResourceType.SOURCE),
        listed(ResourceType.SPACE),
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check says of a label while it is typed."""

    tone: str
    text: str


@needs("administer", methods=(*SAFE, "POST"))
def label_new(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Make a label; `?name=` is checked without making anything."""
    form = LabelForm(
        request.POST if request.method == "POST" else None,
        initial={"name": request.GET.get("name", "")[:200]},
    )
    if form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            made = operations.create(
                workspace,
                said["name"],
                by=request.actor,
                description=said["description"],
                ident=said["once"],
            )
            done = _("Made the label {label}.").format(label=made)
            answers.toast(request, done, undo=answers.changed_by(request))
            return redirect(workspace.url("labels"))
    return answers.page(
        request,
        "labels/label_new.html",
        {**heading(workspace, "view"), "form": form, "verdict": _verdict(workspace, form)},
        fragments=("label-check",),
        at="labels",
        status=form.status,
    )


def _verdict(workspace: Workspace, form: LabelForm) -> Verdict | None:
    """Say whether the label could be made; 2 statements at most. None while nothing is typed."""
    text = str(form["name"].value() or "").strip()
    if not text or form.is_bound:
        return None
    try:
        name = LabelNameField().clean(text)
        require_creatable(workspace, name)
    except ValidationError as error:
        return Verdict(BAD, " ".join(error.messages))
    values = workspace.labels.filter(key__iexact=name.key).count()
    if not values:
        return Verdict(GOOD, _("{key} will be a new key.").format(key=name.key))
    return Verdict(
        GOOD,
        ngettext("{key} has {n} other value.", "{key} has {n} other values.", values).format(
            key=name.key, n=values
        ),
    )
