"""One resource: its settings, the people who reach it, its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from config.web.http import page
from config.web.listing import paged
from labels.models import ResourceLabel
from workspaces.access.people import people_paths
from workspaces.access.who import who
from workspaces.catalogue import ACTIONS, DELETE, EDIT, LABEL, READ, ResourceType, partner_types
from workspaces.guards import MemberRequest, needs, needs_resource
from workspaces.models.event import Event
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.operations import reads
from workspaces.views.event_sentences import sentences
from workspaces.views.frame import framed
from workspaces.views.path_chips import path_chips
from workspaces.views.words import ICONS, action_words, noun, plural, singular


@dataclass(frozen=True, slots=True)
class Joined:
    """One thing the resource is connected with; no `disconnect_url` where a right lacks."""

    resource: Resource
    url: str
    icon: str
    disconnect_url: str
    editable: bool


def resource_url(workspace: Workspace, resource: Resource) -> str:
    """Return the address of a resource's own page."""
    return resource_address("resource", workspace, resource)


def resource_address(name: str, workspace: Workspace, resource: Resource) -> str:
    """Return the address of one of a resource's pages, by the name of its route."""
    return reverse(f"workspaces:{name}", args=[workspace.slug, resource.type, resource.slug])


@needs_resource(READ)
def resource(request: MemberRequest, resource: Resource) -> HttpResponse:
    """One resource: its labels, what it is connected to, what one may do on it."""
    workspace = resource.workspace
    rights = request.access.rights([resource])[resource.pk]
    beneath = request.access.reach(READ, ResourceType.DESTINATION).filter(source=resource)
    joined = paged(
        request,
        request.access.reach_any_type(READ).connected_with(resource).by_name(),
        key="connected",
    )
    return page(
        request,
        "workspaces/resource.html",
        {
            **heading(request, resource, "settings"),
            "labels": ResourceLabel.objects.filter(resource=resource)
            .select_related("label")
            .order_by("folded_key"),
            "destinations": paged(request, beneath.by_name(), key="destinations"),
            "connected": joined,
            "joined": _joined(request, resource, joined.rows, editable=EDIT in rights),
            "partners": " · ".join(plural(type_) for type_ in partner_types(resource.type)),
            "labels_url": f"{resource_url(workspace, resource)}/labels" if LABEL in rights else "",
            "rights": [action_words(a) for a in ACTIONS[resource.type] if a in rights],
            "may_edit": EDIT in rights,
            "may_delete": DELETE in rights,
            "add_destination_url": _add_destination_url(request, resource),
            "source_url": resource_url(workspace, resource.source)
            if resource.source and request.access.check(READ, resource.source)
            else "",
            **{
                f"{part}_url": resource_address(f"resource_{part}", workspace, resource)
                for part in ("edit", "delete", "connect")
            },
        },
        around=framed(request, resource.type),
    )


def _joined(
    request: MemberRequest, resource: Resource, rows: Sequence[Resource], *, editable: bool
) -> list[Joined]:
    """Return the connected ends with what may be done about each; at most 1 statement."""
    rights = request.access.rights(rows)
    slug = resource.workspace.slug
    here = [slug, resource.type, resource.slug]
    return [
        Joined(
            row,
            resource_url(resource.workspace, row),
            ICONS[row.type],
            reverse("workspaces:resource_disconnect", args=[*here, row.type, row.slug])
            if editable and EDIT in rights[row.pk]
            else "",
            editable=EDIT in rights[row.pk],
        )
        for row in rows
    ]


def _add_destination_url(request: MemberRequest, resource: Resource) -> str:
    """Return where a destination beneath this source is added; "" where one may not."""
    is_source = resource.type == ResourceType.SOURCE
    if not (is_source and request.access.may_add(ResourceType.DESTINATION, resource)):
        return ""
    new = [resource.workspace.slug, ResourceType.DESTINATION]
    return f"{reverse('workspaces:resource_new', args=new)}?source={resource.slug}"


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


@needs("administer")
def resource_history(
    request: MemberRequest, workspace: Workspace, type_: str, resource_slug: str
) -> HttpResponse:
    """What the trail of the last days says about the resource; for owners (A3)."""
    found = get_object_or_404(workspace.resources, type=type_, slug=resource_slug)
    found.workspace = workspace
    reads.note_resource(found, "resource_history", by=request.actor)
    since = timezone.now() - timedelta(days=settings.AUDIT_VISIBLE_DAYS)
    about = Event.objects.filter(
        workspace=workspace, target_type=type_, target_id=resource_slug, at__gte=since
    )
    events = paged(request, about.newest_first())
    return page(
        request,
        "workspaces/resource_history.html",
        {
            **heading(request, found, "history"),
            "page": events,
            "rows": sentences(events.rows),
            "days": settings.AUDIT_VISIBLE_DAYS,
        },
        around=framed(request, type_),
    )


def heading(request: MemberRequest, resource: Resource, tab: str) -> dict[str, Any]:
    """Return what stands above the tabs of a resource."""
    workspace = resource.workspace
    return {
        "resource": resource,
        "tab": tab,
        "icon": ICONS[resource.type],
        "type_name": singular(resource.type),
        "list_name": noun(resource.type, 2),
        "list_title": plural(resource.type),
        "list_url": reverse("workspaces:resources", args=[workspace.slug, resource.type]),
        "url": resource_url(workspace, resource),
        "people_url": resource_address("resource_people", workspace, resource),
        "history_url": resource_address("resource_history", workspace, resource),
        "is_owner": request.access.is_owner,
        "members_url": reverse("workspaces:members", args=[workspace.slug]),
    }
