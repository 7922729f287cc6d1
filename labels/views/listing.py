"""The labels of a workspace, with where each is used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import reverse

from config.web.http import page
from config.web.listing import Drawn, paged
from labels.models import Label, LabelQuerySet, ResourceLabel
from workspaces.catalogue import ResourceType
from workspaces.guards import MemberRequest, needs
from workspaces.models.grant import GrantLabel
from workspaces.models.workspace import Workspace
from workspaces.views.chips import active_chips
from workspaces.views.frame import framed


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
    text = request.GET.get("q", "").strip()[:127]
    found = paged(request, _with_grants(workspace.labels.matching(text).by_name()))
    on = _on_things(found.rows)
    return page(
        request,
        "workspaces/labels.html",
        {
            **heading(workspace, "view"),
            "page": found,
            "rows": [_row(workspace, label, on) for label in found.rows],
            "q": text,
            "chips": active_chips(request, {"q": text} if text else {}),
        },
        fragments=("labels",),
        around=framed(request, "labels"),
    )


def heading(workspace: Workspace, tab: str) -> dict[str, str]:
    """Return what stands above both tabs of the labels."""
    return {
        "tab": tab,
        "list_url": reverse("workspaces:labels", args=[workspace.slug]),
        "assign_url": reverse("workspaces:labels_assign", args=[workspace.slug]),
        "create_url": reverse("workspaces:label_create", args=[workspace.slug]),
    }


def _with_grants(rows: LabelQuerySet) -> LabelQuerySet:
    """Bring along how many grants ask for each label."""
    asking = GrantLabel.objects.filter(label=OuterRef("pk")).order_by().values("label")
    counted = asking.annotate(n=Count("pk")).values("n")
    return rows.annotate(n_grants=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def _on_things(found: Sequence[Label]) -> dict[tuple[int, str], int]:
    """Return how many things of each type carry each label of a page; 1 statement.

    Counted for all of them at once: label by label, what is on much takes a second.
    """
    carried = ResourceLabel.objects.filter(label__in=found).order_by()
    counted = carried.values_list("label", "resource__type").annotate(n=Count("pk"))
    return {(label, type_): n for label, type_, n in counted}


def _row(workspace: Workspace, label: Label, on: Mapping[tuple[int, str], int]) -> Row:
    def listed(type_: str) -> str:
        return reverse("workspaces:resources", args=[workspace.slug, type_]) + f"?label={label}"

    url = reverse("workspaces:label", args=[workspace.slug, label])
    return Row(
        label,
        url,
        label.n_grants,  # type: ignore[attr-defined]
        on.get((label.pk, ResourceType.SOURCE), 0),
        on.get((label.pk, ResourceType.SPACE), 0),
        f"{url}#grants",
        listed(ResourceType.SOURCE),
        listed(ResourceType.SPACE),
    )
