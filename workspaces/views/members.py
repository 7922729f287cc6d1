"""The members of a workspace: the list, and the panel of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.listing import Drawn, RowsPage, first_of, paged, query_of, sorting
from workspaces.access.facts import load_policies, load_policy
from workspaces.access.second_factor import with_second_factor
from workspaces.catalogue import ACTIONS, ROLES, ResourceType
from workspaces.forms.members import IDLE, STATUSES, MemberFilters
from workspaces.guards import MemberRequest, needs
from workspaces.models.directory import pushed_group, pushed_person
from workspaces.models.event import Event
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.views.asked import banner_of
from workspaces.views.chips import active_chips
from workspaces.views.event_sentences import sentences
from workspaces.views.frame import framed
from workspaces.views.grant_cards import SHOWN, Highest, grant_cards, highest_of, owner_card
from workspaces.views.invitations import rows_of
from workspaces.views.member_words import chip_words, groups_in_short
from workspaces.views.reach_bars import reach_of
from workspaces.views.words import choices

SORTS = {"name": ("user__name", "user__email"), "active": ("last_active_at",)}
OFFERED = 20
OFFERS = ("group-names", "label-names")
TABS = ("access", "groups", "activity")
ON_RESOURCES = tuple(dict.fromkeys(action for type_ in ResourceType for action in ACTIONS[type_]))


@dataclass(frozen=True, slots=True)
class Row(Drawn):
    """One line of the list; what it says stands here in words, for it is drawn often."""

    member: Member
    id: str
    url: str
    name: str
    email: str
    select: str
    highest: Highest
    group: str
    more_groups: str
    you: bool
    pushed: bool
    deactivated: bool
    idle: bool


@needs("administer")
def members(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Everybody in the workspace, narrowed and sorted by the address."""
    template = "workspaces/members.html"
    if request.htmx.target in OFFERS:
        return page(request, template, _offered(request, workspace), fragments=OFFERS)
    return page(
        request,
        template,
        {**listing(request, workspace), "member": None},
        fragments=("members",),
        around=framed(request, "members", lambda: heading(workspace)),
    )


@needs("administer")
def member(request: MemberRequest, workspace: Workspace, member_id: str) -> HttpResponse:
    """One member beside the list: what they reach, why, their groups and their trail."""
    rows = with_second_factor(workspace.members.select_related("user"))
    rows = rows.annotate(pushed=pushed_person())
    found = get_object_or_404(rows, public_id=member_id)
    return page(
        request,
        "workspaces/member.html",
        panel(request, workspace, found),
        fragments=("panel",),
        around=framed(
            request, "members", lambda: {**listing(request, workspace), **heading(workspace)}
        ),
    )


def listing(request: MemberRequest, workspace: Workspace) -> dict[str, Any]:
    """Return one page of members with what the list says of each; 9 statements at most."""
    filters = MemberFilters(request.GET)
    sort = sorting(request, SORTS, "name")
    found = paged(
        request,
        _sorted(filters.narrow(workspace), sort),
        whole=_sorted(
            workspace.members.select_related("user").annotate(pushed=pushed_person()), sort
        ),
    )
    address = reverse("workspaces:members", args=[workspace.slug])
    return {
        "page": found,
        "rows": _rows(request, address, found.rows),
        "sort": sort,
        "filters": filters,
        "filters_query": filters.as_query(),
        "chips": active_chips(request, chip_words(filters)),
        "roles": list(ROLES.values()),
        "statuses": STATUSES,
        "group_choices": [],
        "label_choices": [],
        "list_url": address,
        **_invitations(workspace, filters, found),
    }


def _offered(request: MemberRequest, workspace: Workspace) -> dict[str, Any]:
    """Return the names that a filter offers once one is in its field; 1 statement."""
    groups = workspace.groups.matching(request.GET.get("group", ""))
    labels = workspace.labels.matching(request.GET.get("label", ""))
    return {
        "group_choices": groups.by_name()[:OFFERED],
        "label_choices": labels.by_name()[:OFFERED],
    }


def _rows(request: MemberRequest, address: str, found: Sequence[Member]) -> list[Row]:
    """Return the lines of the list; 3 statements."""
    highest = highest_of(load_policies(found))
    inside = groups_in_short(found)
    idle_since, back, select = timezone.now() - IDLE, query_of(request), _("Select {name}")
    return [
        Row(
            member=member,
            id=member.public_id,
            url=f"{address}/{member.public_id}{back}",
            name=(name := member.user.get_full_name()),
            email=member.user.email,
            select=select.format(name=name),
            highest=highest[member.pk],
            group=(group := inside.get(member.pk, ("—", 1)))[0],
            more_groups=f"+{group[1] - 1}" if group[1] > 1 else "",
            you=member.pk == request.member.pk,
            pushed=member.pushed,  # type: ignore[attr-defined]
            deactivated=not member.user.is_active,
            idle=member.last_active_at is not None and member.last_active_at < idle_since,
        )
        for member in found
    ]


def _invitations(
    workspace: Workspace, filters: MemberFilters, found: RowsPage[Member]
) -> dict[str, Any]:
    """Return the first invitations, which stand after the last member; 5 statements at most."""
    asked = {key: value for key, value in filters.cleaned_data.items() if value}
    if found.has_next() or asked.keys() - {"q"}:
        return {"pending": [], "more_pending": 0}
    rows = workspace.invites.pending().with_end().with_senders().by_address()
    if "q" in asked:
        rows = rows.filter(email__icontains=asked["q"])
    first, number = first_of(rows, OFFERED)
    return {"pending": rows_of(workspace, first), "more_pending": number - len(first)}


def _sorted(rows: Any, sort: str) -> Any:
    if sort == "name":
        return rows.by_name()
    if sort == "-name":
        return rows.by_name().reverse()
    return rows.by_activity(newest_first=not sort.startswith("-"))


def heading(workspace: Workspace) -> dict[str, Any]:
    """Return what stands above the list; 1 statement where somebody waits for an answer."""
    return {
        "waiting": partial(banner_of, workspace),
        "invite_url": reverse("workspaces:invite_people", args=[workspace.slug]),
        "invited_url": reverse("workspaces:invitations", args=[workspace.slug]),
    }


def panel(request: MemberRequest, workspace: Workspace, member: Member) -> dict[str, Any]:
    """Return what the panel of one member shows on the tab asked for."""
    tab = request.GET.get("tab", "access")
    address = reverse("workspaces:member", args=[workspace.slug, member.public_id])
    context: dict[str, Any] = {
        "member": member,
        "tab": tab if tab in TABS else "access",
        "panel_url": address,
        "close_url": reverse("workspaces:members", args=[workspace.slug]),
        "n_groups": workspace.groups.of_member(member).count(),
        "you": member.pk == request.member.pk,
        "leave_url": reverse("workspaces:leave", args=[workspace.slug]),
        "last_change": _events_about(workspace, member).first(),
    }
    match context["tab"]:
        case "groups":
            joined = workspace.groups.of_member(member).annotate(pushed=pushed_group()).by_name()
            context["groups_url"] = reverse("workspaces:groups", args=[workspace.slug])
            context["groups"] = paged(request, joined, key="groups")
        case "activity":
            context["events"] = sentences(_events_about(workspace, member)[:SHOWN])
        case _:
            context |= access_of(request, workspace, member)
    return context


def access_of(request: MemberRequest, workspace: Workspace, member: Member) -> dict[str, Any]:
    """Return the sentence, bars and grants of a member; 8 statements at most."""
    grants = workspace.grants.held_by(member).with_details(listed=SHOWN)
    shown = paged(request, grants.order_by("group__name", "role", "pk"), key="grants")
    own = [owner_card()] if member.owner else []
    address = reverse("workspaces:member", args=[workspace.slug, member.public_id])
    return {
        "reach": reach_of(load_policy(member)),
        "cards": [*own, *grant_cards(workspace, shown.rows)],
        "grants_page": shown,
        "extend_url": f"{address}/grants",
        "check_url": reverse("workspaces:check", args=[workspace.slug]),
        "check_who": member.user.email,
        "questions": choices(ON_RESOURCES),
    }


def _events_about(workspace: Workspace, member: Member) -> Any:
    return Event.objects.filter(
        workspace=workspace, target_type="member", target_id=member.public_id
    ).newest_first()
