"""The tokens of a workspace, for owners to look over."""

from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.listing import paged
from workspaces.access.facts import load_policies
from workspaces.guards import MemberRequest, needs
from workspaces.models.token import Token
from workspaces.models.workspace import Workspace
from workspaces.views.chips import active_chips
from workspaces.views.frame import framed
from workspaces.views.grant_cards import Highest, highest_of


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; `state` is live, revoked or expired."""

    token: Token
    highest: Highest
    state: str


@needs("administer")
def tokens(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All tokens, revoked ones too, with what they may do and when they were last used."""
    text = request.GET.get("q", "").strip()[:200]
    unused = request.GET.get("unused") == "1"
    rows = workspace.tokens.select_related("created_by").annotate(
        expired=Q(expires_at__isnull=False) & Q(expires_at__lte=Now())
    )
    if text:
        rows = rows.filter(name__icontains=text)
    if unused:
        rows = rows.never_used()
    found = paged(request, rows.by_name())
    highest = highest_of(workspace, load_policies(found.rows))
    words = {"q": text, "unused": _("Never used") if unused else ""}
    return page(
        request,
        "workspaces/tokens.html",
        {
            "page": found,
            "rows": [Row(row, highest[row.pk], _state(row)) for row in found.rows],
            "q": text,
            "unused": unused,
            "chips": active_chips(request, {key: word for key, word in words.items() if word}),
            "list_url": reverse("workspaces:tokens", args=[workspace.slug]),
        },
        fragments=("tokens",),
        around=framed(request, "tokens"),
    )


def _state(token: Token) -> str:
    if token.revoked_at:
        return "revoked"
    return "expired" if token.expired else "live"  # type: ignore[attr-defined]
