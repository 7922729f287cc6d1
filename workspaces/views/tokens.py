"""The tokens of a workspace, for owners: the list, one token beside it, the end of one."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.http import page
from config.web.listing import Drawn, paged, sorting
from config.web.toasts import toast
from workspaces.access.facts import load_policies, load_policy
from workspaces.forms.tokens import STATES, RevokeForm, TokenFilters
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.token import Token, TokenQuerySet
from workspaces.models.workspace import Workspace
from workspaces.operations import tokens as operations
from workspaces.views.chips import active_chips
from workspaces.views.confirm import confirm
from workspaces.views.frame import framed
from workspaces.views.grant_cards import SHOWN, Highest, grant_cards, highest_of
from workspaces.views.reach_bars import reach_of

SORTS = {"name": (), "used": (), "ends": ()}


@dataclass(frozen=True, slots=True)
class Row(Drawn):
    """One line of the list; for the states see `TokenQuerySet.with_state`."""

    token: Token
    url: str
    highest: Highest


@needs("administer")
def tokens(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All tokens, revoked ones too, with what they may do and when they were last used."""
    return page(
        request,
        "workspaces/tokens.html",
        {**listing(request, workspace), "token": None},
        fragments=("tokens",),
        around=framed(request, "tokens"),
    )


@needs("administer")
def token(request: MemberRequest, workspace: Workspace, token_id: str) -> HttpResponse:
    """One token beside the list: what it may do, who made it, when and where it was used."""
    found = get_object_or_404(_rows(workspace), public_id=token_id)
    return page(
        request,
        "workspaces/token.html",
        panel(request, workspace, found),
        fragments=("panel",),
        around=framed(request, "tokens", lambda: listing(request, workspace)),
    )


@needs("administer", methods=(*SAFE, "POST"))
def token_revoke(request: MemberRequest, workspace: Workspace, token_id: str) -> HttpResponse:
    """End a token at once, once one has seen in numbers what goes with it."""
    found = get_object_or_404(_rows(workspace), public_id=token_id)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            operations.revoke(found, by=request.actor, reason=form.cleaned_data["reason"])
            toast(request, _("{name} works no more.").format(name=found.name))
            return redirect("workspaces:token", workspace.slug, found.public_id)
    return confirm(
        request,
        "tokens",
        form,
        title=_("Revoke {name}?").format(name=found.name),
        verb=_("Revoke"),
        back=reverse("workspaces:token", args=[workspace.slug, found.public_id]),
        effects=_effects(found),
    )


def _effects(token: Token) -> list[str]:
    """Say what a revoke does; the numbers stand in it."""
    n = token.grants.count()
    said = [
        _("It works no more from this moment, and does not come back."),
        ngettext("Removes {n} grant.", "Removes {n} grants.", n).format(n=n),
    ]
    if token.last_used_at:
        when = f"{token.last_used_at:%Y-%m-%d %H:%M} UTC"
        said.append(
            _("Last used {when} from {address}.").format(
                when=when, address=token.last_used_from or _("an unknown address")
            )
        )
    else:
        said.append(_("It was never used."))
    return said


def listing(request: MemberRequest, workspace: Workspace) -> dict[str, Any]:
    """Return one page of tokens with what the list says of each; 3 statements."""
    filters = TokenFilters(request.GET)
    sort = sorting(request, SORTS, "name")
    found = paged(request, _sorted(filters.narrow(_rows(workspace)), sort))
    highest = highest_of(load_policies(found.rows))
    address = reverse("workspaces:tokens", args=[workspace.slug])
    asked = {key: value for key, value in filters.cleaned_data.items() if value}
    words = asked | ({"state": str(dict(STATES)[asked["state"]])} if "state" in asked else {})
    return {
        "page": found,
        "rows": [Row(row, f"{address}/{row.public_id}", highest[row.pk]) for row in found.rows],
        "sort": sort,
        "q": asked.get("q", ""),
        "state": asked.get("state", ""),
        "states": STATES,
        "chips": active_chips(request, words),
        "list_url": address,
    }


def _rows(workspace: Workspace) -> TokenQuerySet:
    rows: TokenQuerySet = workspace.tokens.select_related("created_by").with_state()
    return rows


def _sorted(rows: TokenQuerySet, sort: str) -> TokenQuerySet:
    turned = sort.startswith("-")
    match sort.removeprefix("-"):
        case "used":
            return rows.by_last_use(newest_first=not turned)
        case "ends":
            return rows.by_end(latest_first=turned)
    return rows.by_name().reverse() if turned else rows.by_name()


def panel(request: MemberRequest, workspace: Workspace, token: Token) -> dict[str, Any]:
    """Return what the panel of one token shows; 8 statements at most."""
    grants = token.grants.with_details(listed=SHOWN).order_by("role", "pk")
    shown = paged(request, grants, key="grants")
    policy = load_policy(token)
    address = reverse("workspaces:token", args=[workspace.slug, token.public_id])
    history = reverse("workspaces:audit", args=[workspace.slug])
    return {
        "token": token,
        "live": policy.present,
        "owns": policy.is_owner,
        "reach": reach_of(policy),
        "cards": grant_cards(workspace, shown.rows),
        "grants_page": shown,
        "panel_url": address,
        "close_url": reverse("workspaces:tokens", args=[workspace.slug]),
        "held_url": reverse("workspaces:held", args=[workspace.slug]),
        "history_url": f"{history}?about=token/{token.public_id}",
    }
