"""The groups of a workspace: the list, and the panel of one of them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from config.web.http import page
from config.web.listing import Drawn, paged, sorting
from workspaces.access.facts import load_policies, load_policy
from workspaces.catalogue import OWNER
from workspaces.guards import MemberRequest, needs
from workspaces.models.directory import pushed_group
from workspaces.models.event import EventQuerySet
from workspaces.models.group import Group
from workspaces.models.workspace import Workspace
from workspaces.operations.pushed import hold_on
from workspaces.views.chips import active_chips
from workspaces.views.event_sentences import sentences
from workspaces.views.frame import framed
from workspaces.views.grant_cards import SHOWN, Highest, grant_cards, highest_of
from workspaces.views.reach_bars import reach_of

SORTS = {"name": (), "people": ()}
TABS = ("access", "members", "activity")


@dataclass(frozen=True, slots=True)
class Row(Drawn):
    """One line of the list."""

    group: Group
    url: str
    highest: Highest
    people: int
    pushed: bool


@needs("administer")
def groups(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All groups, searched and sorted by the address."""
    return page(
        request,
        "workspaces/groups.html",
        {**listing(request, workspace), "group": None},
        fragments=("groups",),
        around=framed(request, "groups"),
    )


@needs("administer")
def group(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """One group beside the list: what it gives, and who is in it."""
    found = get_object_or_404(workspace.groups, public_id=group_id)
    return page(
        request,
        "workspaces/group.html",
        panel(request, workspace, found),
        fragments=("panel",),
        around=framed(request, "groups", lambda: listing(request, workspace)),
    )


def listing(request: MemberRequest, workspace: Workspace) -> dict[str, Any]:
    """Return one page of groups; 3 statements."""
    sort = sorting(request, SORTS, "name")
    text = request.GET.get("q", "").strip()[:200]
    rows = workspace.groups.matching(text) if text else workspace.groups.all()
    found = paged(request, _sorted(rows.with_people().annotate(pushed=pushed_group()), sort))
    highest = highest_of(load_policies(found.rows))
    address = reverse("workspaces:groups", args=[workspace.slug])
    return {
        "page": found,
        "rows": [
            Row(
                row,
                f"{address}/{row.public_id}",
                highest[row.pk],
                people=row.people,
                pushed=row.pushed,
            )
            for row in found.rows
        ],
        "sort": sort,
        "q": text,
        "chips": active_chips(request, {"q": text} if text else {}),
        "list_url": address,
    }


def _sorted(rows: Any, sort: str) -> Any:
    if sort.endswith("people"):
        return rows.order_by("-people" if sort.startswith("-") else "people", "name", "pk")
    return rows.by_name().reverse() if sort.startswith("-") else rows.by_name()


def panel(request: MemberRequest, workspace: Workspace, group: Group) -> dict[str, Any]:
    """Return what the panel of one group shows on the tab asked for."""
    tab = request.GET.get("tab", "access")
    context: dict[str, Any] = {
        "group": group,
        "tab": tab if tab in TABS else "access",
        "panel_url": reverse("workspaces:group", args=[workspace.slug, group.public_id]),
        "close_url": reverse("workspaces:groups", args=[workspace.slug]),
        "n_people": workspace.members.in_group(group).count(),
        **hold_of(workspace, group),
    }
    match context["tab"]:
        case "members":
            people = workspace.members.in_group(group).select_related("user").by_name()
            context["people"] = paged(request, people, key="people")
            context["members_url"] = reverse("workspaces:members", args=[workspace.slug])
        case "activity":
            context["events"] = sentences(_events_about(workspace, group)[:SHOWN])
        case _:
            grants = group.grants.with_details(listed=SHOWN).order_by("role", "pk")
            shown = paged(request, grants, key="grants")
            context["reach"] = reach_of(load_policy(group))
            context["cards"] = grant_cards(workspace, shown.rows)
            context["grants_page"] = shown
    return context


def hold_of(workspace: Workspace, group: Group) -> dict[str, Any]:
    """Return what the panel says of the directory's hold on a group; 3 statements at most."""
    hold = hold_on(group)
    owning = group.grants.active().filter(role=OWNER).exists()
    return {
        "hold": hold,
        "hold_lives": hold is not None and workspace.tokens.of_directories().exists(),
        "opened": hold is not None and hold.opened_at is not None,
        "may_open": owning or (hold is not None and hold.opened_at is not None),
    }


def _events_about(workspace: Workspace, group: Group) -> EventQuerySet:
    about = workspace.events.filter(target_type="group", target_id=group.public_id)
    return about.newest_first()
