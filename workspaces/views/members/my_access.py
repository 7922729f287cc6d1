"""One's own access page: what I reach, why, whom to ask for more; and the same as another sees it.

The second is for owners: worked out by the engine and read-only. No session is taken over; the
pages are drawn for the owner who looks.
"""

from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import Http404, HttpResponse

from config.web.lists.listing import in_order, paged, sorting
from config.web.lists.returning import returning
from workspaces.access.engine import Access
from workspaces.access.facts import load_policy_at_most
from workspaces.catalogue import ACTIONS, EDIT, READ, WORKSPACE, ResourceType
from workspaces.forms.members.filters import SeenFilters
from workspaces.forms.requests.requests import name_of_grant
from workspaces.guards import MemberRequest, needs
from workspaces.models import AccessRequest, Grant, Member, Resource, ResourceQuerySet, Workspace
from workspaces.operations.requests.offered import waiting_for_approver
from workspaces.views.console import answers, wording
from workspaces.views.console.place_words import own_places
from workspaces.views.grants.cards import GrantCard, held_page, reach_with_twin
from workspaces.views.members.membership import named_member
from workspaces.views.requests.offered import askable
from workspaces.views.requests.words import as_typed
from workspaces.views.reviews.doors import waiting_for
from workspaces.views.taking_up.mine import taking_up

SORTS = {"name": ResourceQuerySet.by_name}
OWNERS_NAMED = MOST_ANSWERED = 5
MOST_ASKED = 20  # of what others wait for; the rest comes up once these are answered


@needs("read", visitors=False)
def my_access(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The asker's own access, in the words an owner would see."""
    asked = AccessRequest.objects.filter(workspace=workspace).of(request.member).lately()
    mine = [as_typed(row) for row in asked.order_by("asked_at", "pk")]
    own = _own_page(request, request.member, request.access)
    return answers.page(
        request,
        "workspaces/members/my_access.html",
        {
            **own,
            **taking_up(workspace, request.member),
            "askable": askable(request.member),
            "to_answer": waiting_for_approver(request.member)[:MOST_ASKED],
            "to_review": waiting_for(request, workspace),
            "cards": _extendable(workspace, own["grants_page"].rows, own["cards"]),
            "waiting": [asked for asked in mine if asked.request.closed_at is None],
            "answered": [asked for asked in mine if asked.answer][-MOST_ANSWERED:],
            "ask_url": workspace.url("access_ask"),
            "is_owner": request.access.is_owner,
            "check_url": workspace.url("check"),
        },
        at="my_access",
    )


def _own_page(request: MemberRequest, member: Member, access: Access) -> answers.Context:
    """Return what one's own page says to oneself, and to an owner who looks at it."""
    workspace, allowed = member.workspace, access.on_workspace() - {READ}
    shown, held = held_page(request, member)
    return {
        "workspace": workspace,
        "reach": reach_with_twin(access.policy, load_policy_at_most(member)),
        "cards": held,
        "grants_page": shown,
        "places": own_places(member),
        "may": [wording.action_words(a) for a in ACTIONS[WORKSPACE] if a in allowed],
        "owners": workspace.members.owners().select_related("user").by_name()[:OWNERS_NAMED],
    }


def _extendable(
    workspace: Workspace, grants: list[Grant], cards: list[GrantCard]
) -> list[GrantCard]:
    """Let each card of a grant that ends lead to asking for more time."""
    url, before = workspace.url("access_extend"), len(cards) - len(grants)
    return [
        *cards[:before],
        *(
            replace(card, longer_url=f"{url}?{urlencode({'grant': name_of_grant(grant)})}")
            if grant.expires_at
            else card
            for grant, card in zip(grants, cards[before:], strict=True)
        ),
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """One resource as they see it, with everything they may do on it."""

    resource: Resource
    level: str
    may: list[str]


@needs("administer")
def member_view_as(request: MemberRequest, workspace: Workspace, member_id: str) -> HttpResponse:
    """What somebody's own access page says, and the resources on their lists."""
    member = named_member(workspace, member_id)
    type_ = request.GET.get("type", "")
    if type_ and type_ not in list(ResourceType):
        raise Http404
    access = Access.of(member)
    address = workspace.url("member_view_as", member.public_id)
    context: answers.Context = {
        "member": member,
        "workspace": workspace,
        "back": returning(request, workspace.url("member", member.public_id)),
        "url": address,
        "type": type_,
        "tabs": [(kind, wording.plural(kind), wording.ICONS[kind]) for kind in ResourceType],
    }
    if type_:
        context |= {**_resources(request, access, type_), "type_url": f"{address}?type={type_}"}
    else:
        context |= _own_page(request, member, access)
    return answers.page(
        request,
        "workspaces/members/member_view_as.html",
        context,
        at="members",
        status=context.get("status", HTTPStatus.OK),
    )


def _resources(request: MemberRequest, access: Access, type_: str) -> answers.Context:
    """Return a page of what they can read of one type; 3 statements."""
    filters = SeenFilters(request.GET)
    sort = sorting(request, SORTS, "name")
    found = paged(request, in_order(filters.narrow(access.reach(READ, type_)), sort, SORTS))
    rights = access.rights(found.rows)
    return {
        "title": wording.plural(type_),
        "noun": wording.noun(type_, 2),
        "icon": wording.ICONS[type_],
        "filters": filters,
        "chips": answers.active_chips(request, filters),
        "status": filters.http_status,
        "page": found,
        "sort": sort,
        "rows": [
            Row(
                row,
                "edit" if EDIT in rights[row.pk] else "view",
                [wording.action_words(a) for a in ACTIONS[type_] if a in rights[row.pk]],
            )
            for row in found.rows
        ],
    }
