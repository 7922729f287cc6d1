"""Revoking many tokens of the list, letting them end on another day, and the file of them."""

from collections.abc import Iterator, Sequence

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from config.web.lists.csv_export import Row
from config.web.tags import grouped
from config.web.values.dates import end_words
from workspaces.access.dialect import among
from workspaces.forms.console.selection import ChosenForm
from workspaces.forms.tokens.bulk import EndsForm, RevokeManyForm, TokenSelection, TokensForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Grant, Workspace
from workspaces.operations.tokens import bulk
from workspaces.operations.tokens.bulk import TokensReview
from workspaces.views.console import answers
from workspaces.views.console.many import File, asked, export, roles_of

POSTING = (*SAFE, "POST")
HEADING = (
    "Name", "Id", "Kind", "State", "Roles", "Made by", "Made", "Last used", "Last used from", "Ends"
)  # fmt: skip


@needs("administer", methods=POSTING)
def tokens_revoke(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """End every token chosen at once, once one has seen which they are."""
    form = asked(request, workspace, RevokeManyForm, TokenSelection)
    return _change(request, workspace, form)


@needs("administer", methods=POSTING)
def tokens_ends(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Let every live token chosen end on one day, once one has seen what that changes."""
    return _change(request, workspace, asked(request, workspace, EndsForm, TokenSelection))


@needs("administer", methods=POSTING)
def tokens_export(request: MemberRequest, workspace: Workspace) -> HttpResponseBase:
    """One row per token, never a secret."""
    form = asked(request, workspace, ChosenForm, TokenSelection)
    file = File("tokens", "tokens.exported", HEADING, _lines, gettext_lazy("Export tokens"))
    return export(request, workspace, form, file, at="tokens", back=workspace.url("tokens"))


def _change(request: MemberRequest, workspace: Workspace, form: TokensForm) -> HttpResponse:
    selection, revoking = form.selection, isinstance(form, RevokeManyForm)
    back = selection.list_left(workspace, workspace.url("tokens"))
    review = None
    if form.is_valid():
        with form.refusals():
            if form.was_looked_at:
                by = form.said_by(request.actor)
                n = bulk.apply(workspace, selection.rows, form.change, by=by)
                answers.toast(request, _done(n, revoking=revoking))
                return redirect(back)
    if (form.is_bound and "ends" not in form.errors and not form.problems) or (
        revoking and not form.problems
    ):
        with form.refusals():
            review = bulk.review(workspace, selection.rows, form.change)
            form.show(review.digest)
    title = _("Revoke tokens?") if revoking else _("Let tokens end on another day")
    verb = _("Revoke") if revoking else _("Set the end") if review else _("Look")
    return answers.confirm(
        request,
        form,
        at="tokens",
        title=title,
        verb=verb,
        back=back,
        effects=_effects(review, revoking=revoking) if review else form.problems,
        hurts=revoking,
    )


def _done(n: int, *, revoking: bool) -> str:
    if revoking:
        words = ngettext("{n} token works no more.", "{n} tokens work no more.", n)
    else:
        words = ngettext("The end is set for {n} token.", "The end is set for {n} tokens.", n)
    return words.format(n=grouped(n))


def _effects(review: TokensReview, *, revoking: bool) -> list[str]:
    """Say which tokens a change is about, by name, and what it comes to."""
    if not review.total:
        return [_("It makes no difference to any token chosen.")]
    n = review.total
    if revoking:
        works = ngettext(
            "{n} token works no more from this moment, and does not come back.",
            "{n} tokens work no more from this moment, and do not come back.",
            n,
        )
        goes = ngettext("Removes {n} grant.", "Removes {n} grants.", review.grants)
        used = ngettext("{n} of them was used.", "{n} of them were used.", review.used)
        numbers = [(works, n), (goes, review.grants), (used, review.used)]
    else:
        gets = ngettext("{n} token gets this end.", "{n} tokens get this end.", n)
        longer = ngettext(
            "{n} of them works on for longer.", "{n} of them work on for longer.", review.longer
        )
        numbers = [(gets, n), (longer, review.longer)]
    said = [words.format(n=grouped(number)) for words, number in numbers]
    for token in review.shown:
        ends = _("ends {when}").format(when=end_words(token.expires_at)) if token.expires_at else ""
        said.append(f"{token.name} {token.prefix}{', ' if ends else ''}{ends}")
    return [*said, *([_("and {n} more").format(n=grouped(review.more))] if review.more else [])]


def _lines(workspace: Workspace, ids: Sequence[int]) -> Iterator[Row]:
    """Yield the lines of some tokens; 4 statements."""
    rows = workspace.tokens.filter(pk__in=among(ids)).select_related("created_by").with_state()
    held = roles_of(Grant.objects.filter(token__in=among(ids)), "token_id")
    found = {token.pk: token for token in rows}
    for pk in ids:
        if (token := found.get(pk)) is not None:
            maker = token.created_by.email if token.created_by else ""
            yield [
                token.name,
                token.public_id,
                token.kind,
                token.state,  # type: ignore[attr-defined]
                held.get(pk, ""),
                maker or token.maker_address,  # type: ignore[attr-defined]
                token.created_at,
                token.last_used_at,
                token.last_used_from,
                token.expires_at,
            ]
