"""Seeing a workspace as somebody else would: worked out by the engine, read-only.

No session is taken over; the pages are drawn for the owner who looks.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from config.web.http import page
from config.web.listing import paged
from workspaces.access.engine import Access
from workspaces.catalogue import ACTIONS, EDIT, READ, WORKSPACE, ResourceType
from workspaces.guards import MemberRequest, needs
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.views.frame import framed
from workspaces.views.grant_cards import SHOWN, grant_cards, owner_card
from workspaces.views.membership import named_member
from workspaces.views.reach_bars import reach_of
from workspaces.views.words import ICONS, action_words, noun, plural

OWNERS_NAMED = 5


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
    access = Access.of(member)
    address = reverse("workspaces:member_view_as", args=[workspace.slug, member.public_id])
    context: dict[str, Any] = {
        "member": member,
        "workspace": workspace,
        "back": reverse("workspaces:member", args=[workspace.slug, member.public_id]),
        "url": address,
        "type": type_ if type_ in list(ResourceType) else "",
        "tabs": [(kind, plural(kind), ICONS[kind]) for kind in ResourceType],
    }
    if context["type"]:
        context |= _resources(request, access, type_)
    else:
        grants = workspace.grants.held_by(member).with_details(listed=SHOWN)
        shown = paged(request, grants.order_by("group__name", "role", "pk"), key="grants")
        allowed = access.on_workspace() - {READ}
        context |= {
            "reach": reach_of(access.policy),
            "cards": [
                *([owner_card()] if member.owner else []),
                *grant_cards(workspace, shown.rows),
            ],
            "grants_page": shown,
            "may": [action_words(a) for a in ACTIONS[WORKSPACE] if a in allowed],
            "owners": workspace.members.owners().select_related("user").by_name()[:OWNERS_NAMED],
        }
    return page(
        request,
        "workspaces/member_view_as.html",
        context,
        around=framed(request, "members"),
    )


def _resources(request: MemberRequest, access: Access, type_: str) -> dict[str, Any]:
    """Return a page of what they can read of one type; 3 statements."""
    text = request.GET.get("q", "").strip()[:200]
    rows = access.reach(READ, type_)
    found = paged(request, (rows.matching(text) if text else rows).by_name())
    rights = access.rights(found.rows)
    return {
        "title": plural(type_),
        "noun": noun(type_, 2),
        "icon": ICONS[type_],
        "q": text,
        "page": found,
        "rows": [
            Row(
                row,
                "edit" if EDIT in rights[row.pk] else "view",
                [action_words(a) for a in ACTIONS[type_] if a in rights[row.pk]],
            )
            for row in found.rows
        ],
    }
