"""The members of a workspace: the list, and the panel of one of them."""

from dataclasses import replace
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from config.web.lists.listing import ROWS, RowsPage, first_of, in_order, paged, sorting
from config.web.prepared import Prepared
from workspaces.access.facts import load_policy, load_policy_at_most
from workspaces.catalogue import ACTIONS, ResourceType
from workspaces.forms.grants.ways import value_in, value_of
from workspaces.forms.members.filters import MemberFilters
from workspaces.guards import MemberRequest, needs
from workspaces.models import Event, Member, MemberQuerySet, Tally, Workspace
from workspaces.models.directory import pushed_person
from workspaces.models.sso.binding import bound_person
from workspaces.operations.sign_in.second_factor import with_second_factor
from workspaces.views.console import answers, wording
from workspaces.views.console.panel_left import from_panel
from workspaces.views.console.place_words import place_of, places_of
from workspaces.views.grants import cards
from workspaces.views.grants.paths import what_if_url
from workspaces.views.invites.invites import rows_of
from workspaces.views.members.rows import lines, with_what_lines_say
from workspaces.views.requests.words import banner_of
from workspaces.views.trail.event_lines import sentences

SORTS = {"name": MemberQuerySet.by_name, "active": MemberQuerySet.by_activity}
PAGES = 16  # of the whole list, in any order, whose statements are kept
OFFERED = 20
TABS = ("access", "groups", "activity")
ON_RESOURCES = tuple(dict.fromkeys(action for type_ in ResourceType for action in ACTIONS[type_]))


@needs("administer")
def members(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Everybody in the workspace, narrowed and sorted by the address."""
    template = "workspaces/members/members.html"
    return answers.list_page(
        request,
        template,
        listing(request, workspace),
        at="members",
        rows="members",
        panel="member",
        beside=lambda: heading(workspace),
    )


@needs("administer")
def member(request: MemberRequest, workspace: Workspace, member_id: str) -> HttpResponse:
    """One member beside the list: what they reach, why, their groups and their trail."""
    rows = with_second_factor(workspace.members.select_related("user"))
    rows = rows.annotate(pushed=pushed_person(), by_sso=bound_person())
    found = get_object_or_404(rows, public_id=member_id)
    return answers.page(
        request,
        "workspaces/members/member.html",
        panel(request, workspace, found),
        fragments=("panel",),
        at="members",
        beside=lambda: {**listing(request, workspace, found), **heading(workspace)},
    )


def listing(
    request: MemberRequest, workspace: Workspace, opened: Member | None = None
) -> answers.Context:
    """Return one page of members with what the list says of each; 9 statements at most.

    `opened` is whom the panel beside it shows.
    """
    filters = MemberFilters(request.GET, workspace=workspace)
    sort = sorting(request, SORTS, "name")
    everybody = not (filters.asked or filters.faults)
    found = paged(
        request,
        in_order(filters.members(), sort, SORTS),
        whole=in_order(with_what_lines_say(workspace.members.all()), sort, SORTS),
        known=(lambda page: _everybody(sort, page).rows(workspace.pk)) if everybody else None,
    )
    address = workspace.url("members")
    return {
        "page": found,
        "rows": lines(request, address, found.rows, opened),
        "sort": sort,
        "filters": filters,
        "filters_query": filters.as_query(),
        "chips": answers.active_chips(request, filters),
        "pick_urls": {
            "groups": workspace.url("pick_any_group"),
            "labels": workspace.url("pick_labels"),
        },
        "views_url": answers.views_url(request, "members"),
        "list_url": address,
        "review_url": workspace.url("review_new"),
        **_invites(workspace, filters, found),
    }


def _invites(
    workspace: Workspace, filters: MemberFilters, found: RowsPage[Member]
) -> answers.Context:
    """Return the first invites, which stand after the last member; 5 statements at most."""
    if found.has_next() or filters.faults or filters.asked.keys() - {"q"}:
        return {"pending": [], "more_pending": 0}
    rows = workspace.invites.pending().with_end().with_senders().by_address()
    if "q" in filters.asked:
        rows = rows.matching(filters.asked["q"])
    first, number = first_of(rows, OFFERED)
    return {"pending": rows_of(workspace, first), "more_pending": number - len(first)}


@lru_cache(maxsize=PAGES)
def _everybody(sort: str, page: int) -> Prepared[Member]:
    """Return what reads a page of all members; how many they are is kept, not counted."""

    def make(workspace: int) -> Any:
        rows, part = (
            Member.objects.filter(workspace=workspace),
            slice((page - 1) * ROWS, page * ROWS),
        )
        n_found = Tally.objects.filter(workspace=workspace, what="members").values("number")
        whole = with_what_lines_say(rows).annotate(n_found=Subquery(n_found))
        return in_order(whole, sort, SORTS).filter(
            pk__in=in_order(rows, sort, SORTS).values("pk")[part]
        )

    return Prepared(make)


def heading(workspace: Workspace) -> answers.Context:
    """Return what stands above the list; 1 statement where somebody waits for an answer."""
    return {
        "waiting": partial(banner_of, workspace),
        "invite_url": workspace.url("invite_people"),
        "invited_url": workspace.url("invites"),
    }


def panel(request: MemberRequest, workspace: Workspace, member: Member) -> answers.Context:
    """Return what the panel of one member shows on the tab asked for."""
    tab = request.GET.get("tab", "access")
    address = workspace.url("member", member.public_id)
    context: answers.Context = {
        "member": member,
        "tab": tab if tab in TABS else "access",
        "panel_url": address,
        "close_url": workspace.url("members"),
        "n_groups": member.groups().count(),
        "you": member.pk == request.member.pk,
        "leave_url": workspace.url("leave"),
        "last_change": next(iter(sentences(workspace, _events_about(workspace, member)[:1])), None),
    }
    match context["tab"]:
        case "groups":
            context |= groups_of(request, workspace, member)
        case "activity":
            events = _events_about(workspace, member)[: cards.SHOWN]
            context["events"] = sentences(workspace, events)
        case _:
            context |= access_of(request, workspace, member)
    return context


def groups_of(request: MemberRequest, workspace: Workspace, member: Member) -> answers.Context:
    """Return a page of the places in groups that a member has, had or will have; 2 statements."""
    shown, left = paged(request, places_of(member), key="groups"), from_panel(request, member)
    return {
        "groups_url": workspace.url("groups"),
        "groups": shown,
        "places": [
            replace(place_of(row), what_if_url=what_if_url(member, [value_in(member, row.group)]))
            for row in shown.rows
        ],
        "of_them": f"{urlencode({'people': member.user.email})}&{left}",
        "add_url": f"{workspace.url('members_group')}?who={member.public_id}&{left}",
    }


def access_of(request: MemberRequest, workspace: Workspace, member: Member) -> answers.Context:
    """Return the sentence, bars and grants of a member; 10 statements at most."""
    shown, held = cards.held_page(request, member)
    address = workspace.url("member", member.public_id)
    by_grant = {grant.pk: value_of(member, grant) for grant in shown.rows}
    return {
        "reach": cards.reach_with_twin(load_policy(member), load_policy_at_most(member)),
        "cards": [
            replace(card, what_if_url=what_if_url(member, [by_grant[card.grant_id]]))
            if card.grant_id in by_grant and not card.expired
            else card
            for card in held
        ],
        "grants_page": shown,
        "extend_url": f"{address}/grants",
        "check_url": workspace.url("check"),
        "things_url": workspace.url("pick_things"),
        "check_who": member.user.email,
        "questions": wording.choices(ON_RESOURCES),
    }


def _events_about(workspace: Workspace, member: Member) -> Any:
    return Event.objects.about(workspace.pk, "member", member.public_id).newest_first()
