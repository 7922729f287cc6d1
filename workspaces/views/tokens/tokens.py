"""The tokens of a workspace, for owners: the list, one beside it, what it may do (U5), its end."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from config.web.http import page
from config.web.lists.listing import Drawn, in_order, paged, sorting
from config.web.lists.returning import back_to
from config.web.values.dates import moment_words
from workspaces.access.facts import load_policies, load_policy
from workspaces.forms.grants.policy import PolicyForm
from workspaces.forms.tokens.tokens import RevokeForm, TokenFilters
from workspaces.guards import SAFE, MemberRequest, UserRequest, needs, signed_in
from workspaces.models import Token, TokenKind, TokenQuerySet, Workspace
from workspaces.operations.grants import policies
from workspaces.operations.tokens import tokens as operations
from workspaces.views.console import answers, review_words
from workspaces.views.grants import editor
from workspaces.views.grants.cards import cards_page, highest_of, reach_of
from workspaces.views.grants.highest import Highest

SORTS = {
    "name": TokenQuerySet.by_name,
    "used": TokenQuerySet.by_last_use,
    "ends": TokenQuerySet.by_end,
}
MY_SORTS = {
    "name": TokenQuerySet.by_name,
    "workspace": TokenQuerySet.by_workspace,
    "used": TokenQuerySet.by_last_use,
}


@dataclass(frozen=True, slots=True)
class Row(Drawn):
    """One line of the list; for the states see `TokenQuerySet.with_state`."""

    token: Token
    url: str
    highest: Highest


@needs("administer")
def tokens(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All tokens, revoked ones too, with what they may do and when they were last used."""
    return answers.list_page(
        request,
        "workspaces/tokens/tokens.html",
        listing(request, workspace),
        at="tokens",
        rows="tokens",
        panel="token",
    )


@needs("administer")
def token(request: MemberRequest, workspace: Workspace, token_id: str) -> HttpResponse:
    """One token beside the list: what it may do, who made it, when and where it was used."""
    found = get_object_or_404(_rows(workspace), public_id=token_id)
    return answers.page(
        request,
        "workspaces/tokens/token.html",
        panel(request, workspace, found),
        fragments=("panel",),
        at="tokens",
        beside=lambda: listing(request, workspace),
    )


@needs("administer", methods=(*SAFE, "POST"))
def token_revoke(request: MemberRequest, workspace: Workspace, token_id: str) -> HttpResponse:
    """End a token at once, once one has seen in numbers what goes with it."""
    found = get_object_or_404(_rows(workspace), public_id=token_id)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            operations.revoke(found, by=form.said_by(request.actor))
            answers.toast(request, _("{name} works no more.").format(name=found.name))
            return back_to(request, workspace.url("token", found.public_id))
    return answers.confirm(
        request,
        form,
        at="tokens",
        title=_("Revoke {name}?").format(name=found.name),
        verb=_("Revoke"),
        back=workspace.url("token", found.public_id),
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
        when = moment_words(token.last_used_at)
        said.append(
            _("Last used {when} from {address}.").format(
                when=when, address=token.last_used_from or _("an unknown address")
            )
        )
    else:
        said.append(_("It was never used."))
    return said


def listing(request: MemberRequest, workspace: Workspace) -> answers.Context:
    """Return one page of tokens with what the list says of each; 3 statements."""
    filters = TokenFilters(request.GET)
    sort = sorting(request, SORTS, "name")
    rows = in_order(filters.narrow(workspace.tokens.all()), sort, SORTS)
    found = paged(request, rows, whole=in_order(_rows(workspace), sort, SORTS))
    highest = highest_of(load_policies(found.rows))
    address = workspace.url("tokens")
    return {
        "page": found,
        "rows": [Row(row, f"{address}/{row.public_id}", highest[row.pk]) for row in found.rows],
        "sort": sort,
        "filters": filters,
        "chips": answers.active_chips(request, filters),
        "filters_query": filters.as_query(),
        "views_url": answers.views_url(request, "tokens"),
        "list_url": address,
        "review_url": workspace.url("review_new"),
        "names_url": workspace.url("decision_names"),
    }


def _rows(workspace: Workspace) -> TokenQuerySet:
    rows: TokenQuerySet = workspace.tokens.select_related("created_by").with_state()
    return rows


def panel(request: MemberRequest, workspace: Workspace, token: Token) -> answers.Context:
    """Return what the panel of one token shows; 8 statements at most."""
    shown, held = cards_page(request, workspace, token.grants.order_by("role", "pk"))
    policy = load_policy(token)
    address = workspace.url("token", token.public_id)
    history = workspace.url("audit")
    return {
        "token": token,
        "live": policy.present,
        "owns": policy.is_owner,
        "reach": reach_of(policy),
        "cards": held,
        "grants_page": shown,
        "panel_url": address,
        "close_url": workspace.url("tokens"),
        "suspended_url": workspace.url("suspended_confirm"),
        "history_url": f"{history}?about=token/{token.public_id}",
    }


@signed_in("everybody sees the tokens they made")
def my_tokens(request: UserRequest) -> HttpResponse:
    """The live tokens one made, in the workspaces one still belongs to; owners may rotate."""
    made = Token.objects.live().made_by(request.user).with_state().select_related("workspace")
    sort = sorting(request, MY_SORTS, "used")
    found = paged(request, in_order(made, sort, MY_SORTS))
    context = {"page": found, "sort": sort, "list_url": reverse("my_tokens")}
    return page(request, "workspaces/tokens/my_tokens.html", context)


@needs("administer", methods=(*SAFE, "POST"))
def token_access(request: MemberRequest, workspace: Workspace, token_id: str) -> HttpResponse:
    """The editor; a save goes back to the token with a sentence and *Undo*."""
    return editor.answer(request, _editor(request, workspace, token_id))


@needs("administer", methods=("POST",))
def token_access_review(
    request: MemberRequest, workspace: Workspace, token_id: str
) -> HttpResponse:
    """What will change by the form as it stands; nothing is saved. Also adds a block."""
    return editor.draw(request, _editor(request, workspace, token_id))


def _editor(request: MemberRequest, workspace: Workspace, token_id: str) -> editor.Editor:
    """Find the token; one that is revoked, or a directory's, has no access to edit."""
    tokens = workspace.tokens.filter(revoked_at__isnull=True, kind=TokenKind.API)
    token = get_object_or_404(tokens, public_id=token_id)
    token.workspace = workspace
    held = policies.ToEdit(token)
    form = PolicyForm(
        request.POST or None,
        workspace=workspace,
        grants=lambda: editor.started(request, held),
        kept=held.kept,
    )

    def save() -> editor.Saved:
        event = policies.change(
            token,
            policies.Proposal(form.proposed),
            by=form.said_by(request.actor),
        )
        return editor.saved(event, _("Saved what {name} may do."), token.name)

    def shown() -> answers.Context:
        if form.standing is None:
            return {"review": None}
        review = policies.preview(token, policies.Proposal(form.standing))
        return {"review": review_words.words_of(review)}

    template = "workspaces/tokens/token_access.html"
    return editor.Editor("token", template, "tokens", token, form, save, shown)
