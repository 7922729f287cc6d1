"""Changes for everybody chosen on the members list: choose, look at one review, save.

Each change is a page of its own that opens with who was ticked in its address. *Look*
answers with the review; only what was looked at can be saved.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from config.web.lists.filters import said_in
from config.web.lists.returning import returning
from config.web.tags import grouped
from workspaces.errors import Refused
from workspaces.forms.console.selection import SelectionFields
from workspaces.forms.grants.blocks import GrantBlock
from workspaces.forms.members import bulk as forms
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models import Workspace
from workspaces.operations.members import bulk
from workspaces.operations.members.bulk import BulkReview
from workspaces.operations.workspace.plans import require_role_in_plan
from workspaces.views.console import answers, review_words
from workspaces.views.console.grant_words import later_words
from workspaces.views.console.panel_left import LEFT, kept, panel_left
from workspaces.views.console.place_words import span_words
from workspaces.views.grants.editor import DrawnBlock, RoleRow, match_of

POSTING = (*SAFE, "POST")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change: its form and its words."""

    form: type[forms.BulkForm]
    title: str | Promise
    verb: str | Promise
    done: Callable[[int], str]
    danger: bool = False


def _added(n: int) -> str:
    return ngettext("{n} person was added.", "{n} people were added.", n).format(n=n)


def _given(n: int) -> str:
    return ngettext("Given to {n} person.", "Given to {n} people.", n).format(n=n)


def _moved(n: int) -> str:
    return ngettext("The end is set for {n} person.", "The end is set for {n} people.", n).format(
        n=n
    )


def _removed(n: int) -> str:
    return ngettext("{n} person was removed.", "{n} people were removed.", n).format(n=n)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "group": Kind(forms.JoinForm, gettext_lazy("Add to a group"), gettext_lazy("Add"), _added),
        "role": Kind(forms.GiveForm, gettext_lazy("Grant a role"), gettext_lazy("Grant"), _given),
        "ends": Kind(forms.EndsForm, gettext_lazy("Set an end date"), gettext_lazy("Set"), _moved),
        "remove": Kind(
            forms.RemoveForm,
            gettext_lazy("Remove from the workspace"),
            gettext_lazy("Remove"),
            _removed,
            danger=True,
        ),
    }
)


@needs("administer", methods=POSTING)
def members_group(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Put everybody chosen into one group."""
    return _change(request, workspace, KINDS["group"])


@needs("administer", methods=POSTING)
def members_role(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Give everybody chosen the same grant."""
    return _change(request, workspace, KINDS["role"])


@needs("administer", methods=POSTING)
def members_ends(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Let the own grants of everybody chosen end on one day."""
    return _change(request, workspace, KINDS["ends"])


@needs("administer", methods=POSTING)
def members_remove(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Take everybody chosen out of the workspace."""
    return _change(request, workspace, KINDS["remove"])


def _change(request: MemberRequest, workspace: Workspace, kind: Kind) -> HttpResponse:
    form = kind.form(request.POST or None, workspace=workspace, oneself=request.user.pk)
    selection = _selected(request, form)
    looking = "look" in request.POST
    review, problems = None, _problems(selection, form, workspace)
    for words in problems if form.is_bound else ():
        form.add_error(None, words)
    if form.is_valid():
        change = form.change
        if form.cleaned_data["seen"] and not looking:
            with form.refusals():
                n = bulk.apply(
                    workspace,
                    selection.rows,
                    change,
                    by=form.said_by(request.actor),
                )
                answers.toast(request, kind.done(n), undo=answers.changed_by(request))
                return redirect(_left(request, workspace, selection))
        review = bulk.review(workspace, selection.rows, change)
    elif not form.is_bound and isinstance(form, forms.RemoveForm) and not problems:
        review = bulk.review(workspace, selection.rows, form.untouched)
    status = HTTPStatus.OK if looking else form.status
    return _draw(
        request,
        workspace,
        kind,
        form,
        selection,
        review=review,
        problems=problems,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else status,
    )


def _selected(request: MemberRequest, form: forms.BulkForm) -> forms.Selection:
    """Read who is meant: from the form that is sent, or from the address it is opened by."""
    said = said_in(request)
    said.pop(LEFT, None)
    beside = form.sent_names(request.POST) if request.method == "POST" else ()
    return forms.Selection.of(said, beside=beside)


def _left(request: MemberRequest, workspace: Workspace, selection: forms.Selection) -> str:
    """Return the panel of one of them, or the list, as it was left."""
    if panel := panel_left(request, workspace):
        return returning(request, panel)
    return selection.list_left(workspace, workspace.url("members"))


def _problems(selection: forms.Selection, form: forms.BulkForm, workspace: Workspace) -> list[str]:
    """Say what is wrong with the choice (N4, XA2); a form that is sent must mean somebody."""
    problems = selection.problems(workspace)
    if form.is_bound and not problems and not selection.rows(workspace).exists():
        return [_("Nobody is chosen.")]
    return problems


def _draw(
    request: MemberRequest,
    workspace: Workspace,
    kind: Kind,
    form: forms.BulkForm,
    selection: forms.Selection,
    *,
    review: BulkReview | None,
    problems: list[str],
    status: HTTPStatus,
) -> HttpResponse:
    block = form.block if isinstance(form, forms.GiveForm) else None
    context: answers.Context = {
        "form": form,
        "row": row_of(block) if block else None,
        "selection": SelectionFields(selection, workspace),
        "n_chosen": selection.rows(workspace).count(),
        "problems": [] if form.is_bound else problems,
        "filtered": selection.said(workspace),
        "review": review_words.people_words(
            workspace,
            review.people,
            digest=review.digest,
            later=_later(form),
        )
        if review
        else None,
        "notes": notes_of(review) if review else [],
        "refused": bool(review and review.refusal),
        "title": kind.title,
        "verb": kind.verb,
        "danger": kind.danger,
        "url": f"{request.path}{kept(request)}",
        "back": _left(request, workspace, selection),
    }
    return answers.page(
        request,
        "workspaces/members/members_bulk.html",
        context,
        fragments=("change-review", "bulk-editor"),
        at="members",
        status=status,
    )


def _later(form: forms.BulkForm) -> list[str]:
    """Say what only starts one day, a sentence each (W1)."""
    if isinstance(form, forms.GiveForm) and form.block:
        return list(later_words([form.block.proposed]))
    if isinstance(form, forms.JoinForm) and not form.span.holds_at(timezone.now()):
        return [span_words(form.span)]
    return []


def row_of(block: GrantBlock) -> RoleRow:
    """Lay out the one grant that many shall get; 1 statement for a block by label."""
    drawn = DrawnBlock(block, match_of(block), other=False)
    locked = ""
    try:
        require_role_in_plan(block.workspace, block.role)
    except Refused as refused:
        locked = str(refused.message)
    return RoleRow(block.role, [drawn], [], locked, repeatable=len(block.role.scopes) > 1)


def notes_of(review: BulkReview) -> list[str]:
    """Return what stands above the people: why it is refused, else the numbers."""
    if review.refusal is not None:
        return [str(review.refusal.message)]
    if not review.people.total:
        return [_("It makes no difference to anybody chosen.")]
    words = [_number(number.kind, number.count) for number in review.numbers if number.count]
    return [" ".join(words)] if words else []


def _number(kind: str, n: int) -> str:
    texts = {
        "moved": ngettext("Moves the end of {n} grant.", "Moves the end of {n} grants.", n),
        "grants": ngettext("Removes {n} grant.", "Removes {n} grants.", n),
        "memberships": ngettext(
            "Removes {n} group membership.", "Removes {n} group memberships.", n
        ),
        "tokens": ngettext("Revokes {n} token they made.", "Revokes {n} tokens they made.", n),
        "invites": ngettext("Voids {n} invite they sent.", "Voids {n} invites they sent.", n),
    }
    return texts[kind].format(n=grouped(n))
