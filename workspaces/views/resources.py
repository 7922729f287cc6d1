"""Resources of every type: the list, one resource, and the people who reach it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.urls import reverse

from config.web.http import page
from config.web.listing import paged
from labels.models import ResourceLabel
from workspaces.access.headcount import headcounts
from workspaces.access.people import people_paths
from workspaces.access.who import who
from workspaces.catalogue import ACTIONS, EDIT, LABELLED, READ, ResourceType
from workspaces.guards import MemberRequest, needs, needs_resource
from workspaces.models.resource import Connection, Resource
from workspaces.models.workspace import Workspace
from workspaces.views.chips import active_chips
from workspaces.views.frame import framed
from workspaces.views.path_chips import path_chips
from workspaces.views.words import ICONS, action_words, noun, plural, singular


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; `labels` has the key and the value, or "", per column."""

    resource: Resource
    url: str
    labels: list[tuple[str, str]] = field(default_factory=list)
    editors: int = 0
    viewers: int = 0
    connected: int = 0


@needs("read")
def resources(request: MemberRequest, workspace: Workspace, type_: str) -> HttpResponse:
    """The resources of one type that the asker can read."""
    return page(
        request,
        "workspaces/resources.html",
        listing(request, workspace, type_),
        fragments=("resources",),
        around=framed(request, type_),
    )


def listing(request: MemberRequest, workspace: Workspace, type_: str) -> dict[str, Any]:
    """Return one page of what the asker can read; 6 statements at most."""
    text = request.GET.get("q", "").strip()[:200]
    label = request.GET.get("label", "")[:127]
    rows = request.access.reach(READ, type_).select_related("source")
    if text:
        rows = rows.matching(text)
    if ":" in label:
        rows = rows.labelled(*label.split(":", 1))
    found = paged(request, rows.by_name())
    keys, carried = _label_columns(workspace, type_, found.rows)
    editors = headcounts(EDIT, found.rows)
    readers = headcounts(READ, found.rows)
    joined = _connections(type_, found.rows)
    return {
        "page": found,
        "rows": [
            Row(
                row,
                resource_url(workspace, row),
                [(key, carried[row.pk].get(key, "")) for key in keys],
                editors=editors[row.pk],
                viewers=readers[row.pk] - editors[row.pk],
                connected=joined.get(row.pk, 0),
            )
            for row in found.rows
        ],
        "keys": keys,
        "type": type_,
        "title": plural(type_),
        "noun": noun(type_, 2),
        "icon": ICONS[type_],
        "q": text,
        "label": label,
        "chips": active_chips(request, {k: v for k, v in (("q", text), ("label", label)) if v}),
        "list_url": reverse("workspaces:resources", args=[workspace.slug, type_]),
    }


def _label_columns(
    workspace: Workspace, type_: str, rows: Sequence[Resource]
) -> tuple[list[str], dict[int, dict[str, str]]]:
    """Return the keys in use on this page and the values by resource; 1 statement."""
    values: dict[int, dict[str, str]] = defaultdict(dict)
    if type_ not in LABELLED or not rows:
        return [], values
    carried = ResourceLabel.objects.filter(resource__in=rows).order_by("folded_key")
    for pk, key, value in carried.values_list("resource_id", "folded_key", "label__value"):
        values[pk][key] = value
    return sorted({key for found in values.values() for key in found}), values


def _connections(type_: str, rows: Sequence[Resource]) -> dict[int, int]:
    """Return how many destinations or connected sources each row has; 1 statement."""
    if type_ == ResourceType.SOURCE:
        beneath = Resource.objects.filter(source__in=rows).order_by().values_list("source")
        return dict(beneath.annotate(n=Count("pk")))
    joined = Connection.objects.filter(target__in=rows).order_by().values_list("target")
    return dict(joined.annotate(n=Count("pk")))


def resource_url(workspace: Workspace, resource: Resource) -> str:
    """Return the address of a resource's own page."""
    return reverse("workspaces:resource", args=[workspace.slug, resource.type, resource.slug])


@needs_resource(READ)
def resource(request: MemberRequest, resource: Resource) -> HttpResponse:
    """One resource: its labels, what it is connected to, what one may do on it."""
    workspace = resource.workspace
    rights = request.access.rights([resource])[resource.pk]
    beneath = request.access.reach(READ, ResourceType.DESTINATION).filter(source=resource)
    joined = request.access.reach_any_type(READ).connected_with(resource)
    return page(
        request,
        "workspaces/resource.html",
        {
            **heading(request, resource, "settings"),
            "labels": ResourceLabel.objects.filter(resource=resource)
            .select_related("label")
            .order_by("folded_key"),
            "destinations": paged(request, beneath.by_name(), key="destinations"),
            "connected": paged(request, joined.by_name(), key="connected"),
            "rights": [action_words(a) for a in ACTIONS[resource.type] if a in rights],
            "source_url": resource_url(workspace, resource.source)
            if resource.source and request.access.check(READ, resource.source)
            else "",
        },
        around=framed(request, resource.type),
    )


@needs_resource(READ)
def resource_people(request: MemberRequest, resource: Resource) -> HttpResponse:
    """Everybody who reaches the resource, how far, and by which path.

    Names are for owners and whoever can edit the resource; others see counts (§9).
    """
    readers = who(READ, resource)
    named = request.access.check(EDIT, resource)
    context: dict[str, Any] = {
        **heading(request, resource, "people"),
        "named": named,
        "n_readers": readers.count(),
        "n_editors": who(EDIT, resource).count(),
        "people": None,
        "page": None,
    }
    if named:
        found = paged(request, readers.select_related("user").by_name())
        context["page"] = found
        context["people"] = path_chips(resource.workspace, people_paths(resource, found.rows))
    return page(
        request,
        "workspaces/resource_people.html",
        context,
        fragments=("people",),
        around=framed(request, resource.type),
    )


def heading(request: MemberRequest, resource: Resource, tab: str) -> dict[str, Any]:
    """Return what stands above both tabs of a resource."""
    address = resource_url(resource.workspace, resource)
    return {
        "resource": resource,
        "tab": tab,
        "icon": ICONS[resource.type],
        "type_name": singular(resource.type),
        "list_name": plural(resource.type),
        "list_url": reverse("workspaces:resources", args=[resource.workspace.slug, resource.type]),
        "url": address,
        "people_url": f"{address}/people",
        "is_owner": request.access.is_owner,
        "members_url": reverse("workspaces:members", args=[resource.workspace.slug]),
    }
