"""The labels of a workspace, with where each is used."""

from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.http import HttpResponse
from django.urls import reverse

from config.web.http import page
from config.web.listing import Drawn, paged
from labels.models import Label, ResourceLabel
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
    found = paged(request, _with_uses(workspace.labels.matching(text)))
    return page(
        request,
        "workspaces/labels.html",
        {
            **heading(workspace, "view"),
            "page": found,
            "rows": [_row(workspace, label) for label in found.rows],
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


def _with_uses(rows: QuerySet[Label]) -> QuerySet[Label]:
    def number(uses: QuerySet[GrantLabel] | QuerySet[ResourceLabel]) -> Coalesce:
        per_label = uses.filter(label=OuterRef("pk")).order_by().values("label")
        counted = per_label.annotate(n=Count("pk")).values("n")
        return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

    on = ResourceLabel.objects
    return rows.order_by(Lower("key"), Lower("value")).annotate(
        n_grants=number(GrantLabel.objects.all()),
        n_sources=number(on.filter(resource__type=ResourceType.SOURCE)),
        n_spaces=number(on.filter(resource__type=ResourceType.SPACE)),
    )


def _row(workspace: Workspace, label: Label) -> Row:
    def listed(type_: str) -> str:
        return reverse("workspaces:resources", args=[workspace.slug, type_]) + f"?label={label}"

    url = reverse("workspaces:label", args=[workspace.slug, label])
    return Row(
        label,
        url,
        label.n_grants,  # type: ignore[attr-defined]
        label.n_sources,  # type: ignore[attr-defined]
        label.n_spaces,  # type: ignore[attr-defined]
        f"{url}#grants",
        listed(ResourceType.SOURCE),
        listed(ResourceType.SPACE),
    )
