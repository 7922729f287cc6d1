"""Everyone's own page: what I reach, why, and whom to ask for more."""

from django.http import HttpResponse
from django.urls import reverse

from config.web.http import page
from config.web.listing import paged
from workspaces.catalogue import ACTIONS, WORKSPACE
from workspaces.guards import MemberRequest, needs
from workspaces.models.workspace import Workspace
from workspaces.views.frame import framed
from workspaces.views.grant_cards import SHOWN, grant_cards, owner_card
from workspaces.views.reach_bars import reach_of
from workspaces.views.words import action_words

OWNERS_NAMED = 5


@needs("read")
def my_access(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The asker's own access, in the words an owner would see."""
    grants = workspace.grants.held_by(request.member).with_details(listed=SHOWN)
    shown = paged(request, grants.order_by("group__name", "role", "pk"), key="grants")
    own = [owner_card()] if request.member.owner else []
    allowed = request.access.on_workspace()
    return page(
        request,
        "workspaces/my_access.html",
        {
            "workspace": workspace,
            "reach": reach_of(request.access.policy),
            "cards": [*own, *grant_cards(workspace, shown.rows)],
            "grants_page": shown,
            "is_owner": request.access.is_owner,
            "may": [action_words(a) for a in ACTIONS[WORKSPACE] if a in allowed - {"read"}],
            "owners": workspace.members.owners().select_related("user").by_name()[:OWNERS_NAMED],
            "check_url": reverse("workspaces:check", args=[workspace.slug]),
        },
        around=framed(request, "my_access"),
    )
