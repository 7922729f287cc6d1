"""Everyone's own page: what I reach, why, and whom to ask for more."""

from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse

from config.web.http import page
from config.web.listing import paged
from workspaces.catalogue import ACTIONS, WORKSPACE
from workspaces.forms.requests import name_of_grant
from workspaces.guards import MemberRequest, needs
from workspaces.models.grant import Grant
from workspaces.models.request import AccessRequest
from workspaces.models.workspace import Workspace
from workspaces.views.asked import as_typed
from workspaces.views.frame import framed
from workspaces.views.grant_cards import SHOWN, GrantCard, grant_cards, owner_card
from workspaces.views.reach_bars import reach_of
from workspaces.views.words import action_words

OWNERS_NAMED = 5


@needs("read", visitors=False)
def my_access(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The asker's own access, in the words an owner would see."""
    grants = workspace.grants.held_by(request.member).with_details(listed=SHOWN)
    shown = paged(request, grants.order_by("group__name", "role", "pk"), key="grants")
    own = [owner_card()] if request.member.owner else []
    cards = grant_cards(workspace, shown.rows)
    waiting = AccessRequest.objects.open().filter(workspace=workspace).of(request.member)
    allowed = request.access.on_workspace()
    return page(
        request,
        "workspaces/my_access.html",
        {
            "workspace": workspace,
            "reach": reach_of(request.access.policy),
            "cards": [*own, *_extendable(workspace, shown.rows, cards)],
            "waiting": [as_typed(row) for row in waiting.order_by("asked_at", "pk")],
            "ask_url": reverse("workspaces:access_ask", args=[workspace.slug]),
            "grants_page": shown,
            "is_owner": request.access.is_owner,
            "may": [action_words(a) for a in ACTIONS[WORKSPACE] if a in allowed - {"read"}],
            "owners": workspace.members.owners().select_related("user").by_name()[:OWNERS_NAMED],
            "check_url": reverse("workspaces:check", args=[workspace.slug]),
        },
        around=framed(request, "my_access"),
    )


def _extendable(
    workspace: Workspace, grants: list[Grant], cards: list[GrantCard]
) -> list[GrantCard]:
    """Let each card of a grant that ends lead to asking for more time."""
    url = reverse("workspaces:access_extend", args=[workspace.slug])
    return [
        replace(card, longer_url=f"{url}?{urlencode({'grant': name_of_grant(grant)})}")
        if grant.expires_at
        else card
        for grant, card in zip(grants, cards, strict=True)
    ]
