"""One resource: its settings, the people who reach it, its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.safestring import SafeString

from config.web.lists.listing import in_order, paged, sorting
from config.web.lists.returning import BACK, carried, leaving_page, returning
from config.web.tags import linked
from labels.models import ResourceLabel
from workspaces.access.changes.levels import NONE
from workspaces.access.counts.reached import Reached, reached
from workspaces.access.explain import people_paths
from workspaces.catalogue import ACTIONS, DELETE, EDIT, LABEL, READ, ResourceType, partner_types
from workspaces.forms.grants.ways import WAY, WaysTicked
from workspaces.forms.resources.people import PeopleFilters
from workspaces.guards import MemberRequest, needs, needs_resource, present_address
from workspaces.models import Event, MemberQuerySet, Resource, Workspace
from workspaces.operations.resources import reads
from workspaces.views.console import answers, wording
from workspaces.views.grants import what_if
from workspaces.views.grants.paths import people_rows
from workspaces.views.grants.steps import from_thing
from workspaces.views.resources.beside import beside
from workspaces.views.trail.event_lines import sentences

SORTS = {"name": MemberQuerySet.by_name}


@dataclass(frozen=True, slots=True)
class Joined:
    """One thing the resource is connected with; no `disconnect_url` where a right lacks."""

    resource: Resource
    url: str
    icon: str
    disconnect_url: str
    editable: bool


def resource_url(workspace: Workspace, resource: Resource, route: str = "resource") -> str:
    """Return the address of a resource's own page, or of another one by its route's name."""
    return workspace.url(route, resource.type, resource.slug)


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
    return answers.page(
        request,
        "workspaces/resources/resource.html",
        {
            **heading(request, resource, "settings"),
            "labels": ResourceLabel.objects.filter(resource=resource)
            .select_related("label")
            .order_by("folded_key"),
            "destinations": paged(request, beneath.by_name(), key="destinations"),
            "connected": joined,
            "joined": _joined(request, resource, joined.rows, editable=EDIT in rights),
            "partners": " · ".join(wording.plural(type_) for type_ in partner_types(resource.type)),
            "labels_url": f"{resource_url(workspace, resource)}/labels" if LABEL in rights else "",
            "rights": [wording.action_words(a) for a in ACTIONS[resource.type] if a in rights],
            "may_edit": EDIT in rights,
            "may_delete": DELETE in rights,
            "add_destination_url": _add_destination_url(request, resource),
            "source_url": resource_url(workspace, resource.source)
            if resource.source and request.access.check(READ, resource.source)
            else "",
            **{
                f"{part}_url": resource_url(workspace, resource, f"resource_{part}")
                for part in ("edit", "delete", "connect")
            },
        },
        at=resource.type,
    )


def _joined(
    request: MemberRequest, resource: Resource, rows: Sequence[Resource], *, editable: bool
) -> list[Joined]:
    """Return the connected ends with what may be done about each; at most 1 statement."""
    rights = request.access.rights(rows)
    cut_url = partial(resource.workspace.url, "resource_disconnect", resource.type, resource.slug)
    return [
        Joined(
            row,
            resource_url(resource.workspace, row),
            wording.ICONS[row.type],
            cut_url(row.type, row.slug) if editable and EDIT in rights[row.pk] else "",
            editable=EDIT in rights[row.pk],
        )
        for row in rows
    ]


def _add_destination_url(request: MemberRequest, resource: Resource) -> str:
    """Return where a destination beneath this source is added; "" where one may not."""
    is_source = resource.type == ResourceType.SOURCE
    if not (is_source and request.access.may_add(ResourceType.DESTINATION, resource)):
        return ""
    new = resource.workspace.url("resource_new", ResourceType.DESTINATION)
    return f"{new}?source={resource.slug}"


@needs_resource(READ)
def resource_people(request: MemberRequest, resource: Resource) -> HttpResponse:
    """Everybody who reaches the resource, how far, and by which path; and who could (W8).

    Names are for owners and whoever can edit the resource; others see counts (R14). Owners tick
    ways, and the panel answers what would be lost without them.
    """
    numbers = reached(resource)
    named = request.access.check(EDIT, resource)
    context: answers.Context = {
        **heading(request, resource, "people"),
        "named": named,
        "n_readers": numbers.read,
        "n_editors": numbers.edit,
        "n_could_read": numbers.could_read - numbers.read,
        "n_could_edit": numbers.could_edit - numbers.edit,
        "told": _told(request, resource, numbers) if named else {},
        "people": None,
        "page": None,
        "status": 200,
        **_without(request, resource),
    }
    if named:
        context |= _listed(request, resource, context, numbers.could_read)
        if request.access.is_owner:  # tokens and invites are theirs to see
            context |= beside(request, resource)
    return answers.page(
        request,
        "workspaces/resources/resource_people.html",
        context,
        fragments=("people",),
        at=resource.type,
        status=422 if context["ticked"].unknown else context["status"],
    )


def _listed(
    request: MemberRequest, resource: Resource, context: answers.Context, number: int
) -> answers.Context:
    """Return a page of those who reach the resource or could, who are so many if none is left out;
    narrowed and sorted by the address."""
    filters, sort = PeopleFilters(request.GET, resource=resource), sorting(request, SORTS, "name")
    rows = in_order(filters.people().select_related("user"), sort, SORTS)
    everybody = not (filters.asked or filters.faults)
    found = paged(request, rows, total=number if everybody else None)
    kept = request.GET.copy()
    kept.pop(WAY, None)
    if kept.pop("page", None) and found.number > 1:
        kept["page"] = str(found.number)
    address = f"{context['people_url']}?{kept.urlencode()}" if kept else context["people_url"]
    people = people_rows(
        resource.workspace,
        people_paths(resource, found.rows),
        address=address,
        ticked=context["ticked"].values,
        then=context["then"],
    )
    return {
        "page": found,
        "sort": sort,
        "filters": filters,
        "chips": answers.active_chips(request, filters),
        "status": filters.http_status,
        "leave_url": address,
        "kept": [(key, value) for key, values in kept.lists() for value in values],
        "people": people,
    }


def _told(request: MemberRequest, resource: Resource, numbers: Reached) -> dict[str, SafeString]:
    """Return the numbers of the sentence, each with the list of those whom it counts."""
    address = resource_url(resource.workspace, resource, "resource_people")
    back = carried(request).replace("?", "&", 1)
    found = {
        "reaches": numbers.read,
        "edits": numbers.edit,
        "could_reach": numbers.could_read - numbers.read,
        "could_edit": numbers.could_edit - numbers.edit,
    }
    return {
        level: linked(n, f"{address}?level={level.replace('_', '-')}{back}")
        for level, n in found.items()
    }


def _without(request: MemberRequest, resource: Resource) -> answers.Context:
    """Return what would be lost without the ways that an owner ticked."""
    workspace, said = resource.workspace, request.GET if request.access.is_owner else QueryDict()
    ticked = WaysTicked(said, workspace=workspace)
    home = from_thing(resource, tuple(leaving_page(request, but={WAY}).items()))
    found = what_if.answer_of(workspace, ticked, home, resource)
    people = found.people if found else ()
    return {
        "ticked": ticked,
        "what_if": found,
        "then": {one.member.pk: one.becomes or NONE for one in people if one.was != one.becomes},
        "live": request.htmx.target == "people",
        "leave_target": "#people",
    }


@needs("administer")
def resource_history(
    request: MemberRequest, workspace: Workspace, type_: str, resource_slug: str
) -> HttpResponse:
    """What the trail of the last days says about the resource; for owners (A3)."""
    found = get_object_or_404(workspace.resources.addressed(type_, resource_slug))
    if found.slug != resource_slug:
        return present_address(request, found)
    found.workspace = workspace
    reads.note_resource(found, "resource_history", by=request.actor)
    since = timezone.now() - timedelta(days=settings.AUDIT_VISIBLE_DAYS)
    about = Event.objects.about_resource(found).filter(at__gte=since)
    events = paged(request, about.newest_first())
    return answers.page(
        request,
        "workspaces/resources/resource_history.html",
        {
            **heading(request, found, "history"),
            "page": events,
            "rows": sentences(workspace, events.rows),
            "days": settings.AUDIT_VISIBLE_DAYS,
        },
        at=type_,
    )


def heading(request: MemberRequest, resource: Resource, tab: str) -> answers.Context:
    """Return what stands above the tabs of a resource."""
    workspace = resource.workspace
    return {
        "resource": resource,
        "tab": tab,
        "icon": wording.ICONS[resource.type],
        "type_name": wording.singular(resource.type),
        "list_name": wording.noun(resource.type, 2),
        "list_title": wording.plural(resource.type),
        "list_url": returning(request, workspace.url("resources", resource.type)),
        "url": resource_url(workspace, resource),
        "people_url": resource_url(workspace, resource, "resource_people"),
        "give_url": _give_url(request, resource, tab),
        "history_url": resource_url(workspace, resource, "resource_history"),
        "is_owner": request.access.is_owner,
        "members_url": workspace.url("members"),
    }


def _give_url(request: MemberRequest, resource: Resource, tab: str) -> str:
    """Return where access to the resource is given, from where one comes back to its people: as
    they are narrowed, where they are what one looks at."""
    url = resource_url(resource.workspace, resource, "resource_give")
    other = () if tab == "people" else request.GET.keys() - {BACK}
    left = leaving_page(request, but={WAY, *other})
    return f"{url}?{urlencode(left)}" if left else url
