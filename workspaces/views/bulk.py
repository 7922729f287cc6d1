"""Changes for everybody chosen on the members list: choose, look at one review, save.

Each change is a page of its own that opens with who was ticked in its address. *Look*
answers with the review; only what was looked at can be saved.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from config.web.http import page
from config.web.toasts import toast
from workspaces.forms.bulk import BulkForm, EndsForm, GiveForm, JoinForm, RemoveForm
from workspaces.forms.selection import Selection, SelectionFields, gone_words
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.workspace import Workspace
from workspaces.operations import bulk
from workspaces.operations.bulk import BulkReview
from workspaces.views.bulk_words import filter_words, notes_of, row_of
from workspaces.views.frame import framed
from workspaces.views.people_review import people_words
from workspaces.views.undo_links import undo_url_of

POSTING = (*SAFE, "POST")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change: its form and its words."""

    form: type[BulkForm]
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
        "group": Kind(JoinForm, gettext_lazy("Add to a group"), gettext_lazy("Add"), _added),
        "role": Kind(GiveForm, gettext_lazy("Grant a role"), gettext_lazy("Grant"), _given),
        "ends": Kind(EndsForm, gettext_lazy("Set an end date"), gettext_lazy("Set"), _moved),
        "remove": Kind(
            RemoveForm,
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
    selection = Selection.of(request.POST if request.method == "POST" else request.GET)
    form = kind.form(request.POST or None, workspace=workspace, oneself=request.user.pk)
    looking = "look" in request.POST
    review = None
    if form.is_valid() and _all_here(form, selection, workspace):
        change = form.change
        if form.cleaned_data["seen"] and not looking:
            with form.refusals():
                n = bulk.apply(
                    workspace,
                    selection.members,
                    change,
                    by=request.actor,
                    reason=form.cleaned_data["reason"],
                    seen=form.cleaned_data["seen"],
                )
                toast(request, kind.done(n), undo_url=undo_url_of(request, workspace))
                return redirect(_back(workspace, selection))
        review = bulk.review(workspace, selection.members, change)
    elif not form.is_bound and isinstance(form, RemoveForm):
        review = bulk.review(workspace, selection.members, form.untouched)
    status = HTTPStatus.OK if looking else form.status
    return _draw(request, workspace, kind, form, selection, review=review, status=status)


def _all_here(form: BulkForm, selection: Selection, workspace: Workspace) -> bool:
    """Whether everybody who was ticked is a member; else the form says so (A2)."""
    missing = selection.missing(workspace)
    if missing:
        form.add_error(None, gone_words(missing))
    return not missing


def _draw(
    request: MemberRequest,
    workspace: Workspace,
    kind: Kind,
    form: BulkForm,
    selection: Selection,
    *,
    review: BulkReview | None,
    status: HTTPStatus,
) -> HttpResponse:
    block = form.block if isinstance(form, GiveForm) else None
    context: dict[str, Any] = {
        "form": form,
        "row": row_of(block) if block else None,
        "selection": SelectionFields(selection, workspace),
        "n_chosen": selection.members(workspace).count(),
        "filtered": filter_words(selection) if selection.matching else [],
        "review": people_words(workspace, review.people, digest=review.digest) if review else None,
        "notes": notes_of(review) if review else [],
        "refused": bool(review and review.refusal),
        "title": kind.title,
        "verb": kind.verb,
        "danger": kind.danger,
        "url": request.path,
        "back": _back(workspace, selection),
    }
    return page(
        request,
        "workspaces/members_bulk.html",
        context,
        fragments=("change-review", "bulk-editor"),
        around=framed(request, "members"),
        status=status,
    )


def _back(workspace: Workspace, selection: Selection) -> str:
    address = reverse("workspaces:members", args=[workspace.slug])
    return f"{address}?{selection.filters}" if selection.filters else address
