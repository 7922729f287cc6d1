"""The groups of a workspace: the list, and the panel of one of them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from config.web.lists.listing import Drawn, in_order, paged, sorting
from config.web.lists.returning import carried
from workspaces.access.facts import load_policies, load_policy, load_policy_at_most
from workspaces.catalogue import OWNER
from workspaces.forms.groups.groups import GroupFilters
from workspaces.guards import MemberRequest, needs
from workspaces.models import Event, EventQuerySet, Group, GroupQuerySet, Workspace
from workspaces.models.directory import pushed_group
from workspaces.operations.directory.pushed_groups import hold_on
from workspaces.views.console import answers
from workspaces.views.console.place_words import place_of
from workspaces.views.grants.cards import SHOWN, cards_page, highest_of, reach_with_twin
from workspaces.views.grants.highest import Highest
from workspaces.views.groups.charge import charge_of
from workspaces.views.trail.event_lines import sentences

SORTS = {"name": GroupQuerySet.by_name, "people": GroupQuerySet.by_people}
TABS = ("access", "members", "activity")


@dataclass(frozen=True, slots=True)
class Row(Drawn):
    """One line of the list."""

    group: Group
    url: str
    highest: Highest
    people: int
    people_url: str
    pushed: bool


@needs("administer")
def groups(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All groups, searched and sorted by the address."""
    return answers.list_page(
        request,
        "workspaces/groups/groups.html",
        listing(request, workspace),
        at="groups",
        rows="groups",
        panel="group",
    )


@needs("administer")
def group(request: MemberRequest, workspace: Workspace, group_id: str) -> HttpResponse:
    """One group beside the list: what it gives, and who is in it."""
    found = get_object_or_404(workspace.groups, public_id=group_id)
    return answers.page(
        request,
        "workspaces/groups/group.html",
        panel(request, workspace, found),
        fragments=("panel",),
        at="groups",
        beside=lambda: listing(request, workspace),
    )


def listing(request: MemberRequest, workspace: Workspace) -> answers.Context:
    """Return one page of groups; 3 statements."""
    sort = sorting(request, SORTS, "name")
    filters = GroupFilters(request.GET)
    rows = filters.narrow(workspace.groups.all()).with_people()
    found = paged(request, in_order(rows.annotate(pushed=pushed_group()), sort, SORTS))
    highest = highest_of(load_policies(found.rows))
    address, members = workspace.url("groups"), workspace.url("members")
    return {
        "page": found,
        "rows": [
            Row(
                row,
                f"{address}/{row.public_id}",
                highest[row.pk],
                people=row.people,  # type: ignore[attr-defined]
                people_url=f"{members}?{urlencode({'group': row.name})}",
                pushed=row.pushed,  # type: ignore[attr-defined]
            )
            for row in found.rows
        ],
        "sort": sort,
        "filters": filters,
        "chips": answers.active_chips(request, filters),
        "filters_query": filters.as_query(),
        "views_url": answers.views_url(request, "groups"),
        "list_url": address,
        "review_url": workspace.url("review_new"),
        "new_url": workspace.url("group_new"),
    }


def panel(request: MemberRequest, workspace: Workspace, group: Group) -> answers.Context:
    """Return what the panel of one group shows on the tab asked for."""
    tab = request.GET.get("tab", "access")
    context: answers.Context = {
        "group": group,
        "tab": tab if tab in TABS else "access",
        "panel_url": workspace.url("group", group.public_id),
        "close_url": workspace.url("groups"),
        "n_people": workspace.members.in_group(group).count(),
        **hold_of(workspace, group),
        **charge_of(group),
    }
    match context["tab"]:
        case "members":
            rows = group.memberships.with_state()
            rows = rows.select_related("group", "member__user", "eligibility")
            listed = paged(request, rows.order_by("member__user__sort_key"), key="people")
            context["people"] = listed
            context["places"] = [place_of(row) for row in listed.rows]
            if context["hold"] is not None:
                waiting = workspace.directory_people.filter(waits_for__group=group)
                waiting = waiting.select_related("user").order_by("user__email")
                context["waiting"] = paged(request, waiting, key="waiting")
            context["members_url"] = workspace.url("members")
            dates = workspace.url("group_members_dates", group.public_id)
            back = carried(request)
            context["renew_url"] = f"{dates}{back}{'&' if back else '?'}people="
        case "activity":
            context["events"] = sentences(workspace, _events_about(workspace, group)[:SHOWN])
        case _:
            held = group.grants.order_by("role", "pk")
            context["reach"] = reach_with_twin(load_policy(group), load_policy_at_most(group))
            context["grants_page"], context["cards"] = cards_page(request, workspace, held)
    return context


def hold_of(workspace: Workspace, group: Group) -> answers.Context:
    """Return what the panel says of the directory's hold on a group; 3 statements at most."""
    hold = hold_on(group)
    owning = group.grants.lasting().filter(role=OWNER).exists()
    return {
        "hold": hold,
        "hold_lives": hold is not None and workspace.tokens.of_directories().exists(),
        "opened": hold is not None and hold.opened_at is not None,
        "may_open": owning or (hold is not None and hold.opened_at is not None),
    }


def _events_about(workspace: Workspace, group: Group) -> EventQuerySet:
    return Event.objects.about(workspace.pk, "group", group.public_id).newest_first()
