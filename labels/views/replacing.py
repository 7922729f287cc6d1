"""Replacing a label by another one, looked at before it is done (L5)."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.toasts import toast
from labels import operations
from labels.forms import ReplaceForm
from labels.models import Label
from labels.operations.replacing import ReplaceReview, preview
from labels.syntax import LabelName
from labels.views.concerned_words import ConcernedWords, words_of_concerned
from labels.views.label import addresses
from labels.views.label_path import label_or_404
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.workspace import Workspace
from workspaces.views.frame import framed
from workspaces.views.review_words import joined
from workspaces.views.undo_links import undo_url_of
from workspaces.views.words import noun

SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class ReplaceWords:
    """The review ready to draw; `concerned` only where the other label is there already."""

    new: str
    made: bool
    things: str
    grants: int
    holders: str
    concerned: ConcernedWords | None
    digest: str


@needs("administer", methods=(*SAFE, "POST"))
def label_replace(request: MemberRequest, workspace: Workspace, name: LabelName) -> HttpResponse:
    """Type the other label, see what moves over, then replace in one step."""
    old = label_or_404(workspace, name)
    sent = request.POST if request.method == "POST" else request.GET
    form = ReplaceForm(sent if request.method == "POST" or sent.get("new") else None)
    review = _review(old, form)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            new = operations.replace(
                old, said["new"], by=request.actor, seen=said["seen"], reason=said["reason"]
            )
            toast(
                request,
                _("Replaced {old} by {new}.").format(old=old, new=new),
                undo_url=undo_url_of(request, workspace),
            )
            # The list outlives the label: an undo comes back to the page that offered it.
            return redirect("workspaces:labels", workspace.slug)
    text = str(form["new"].value() or "").strip()[:127]
    others = workspace.labels.matching(text).exclude(pk=old.pk)
    return page(
        request,
        "workspaces/label_replace.html",
        {
            **addresses(workspace, old),
            "label": old,
            "form": form,
            "review": _words(workspace, form, review) if review else None,
            "others": list(others.by_name()[:SUGGESTED]),
        },
        fragments=("change-review",),
        around=framed(request, "labels"),
        status=form.status if request.method == "POST" else 200,
    )


def _review(old: Label, form: ReplaceForm) -> ReplaceReview | None:
    """Work out what would move over; what speaks against it goes on the form."""
    if form.is_valid():
        with form.refusals():
            return preview(old, form.cleaned_data["new"])
    return None


def _words(workspace: Workspace, form: ReplaceForm, review: ReplaceReview) -> ReplaceWords:
    kinds = {
        "member": _("{n} of members"),
        "group": _("{n} of groups"),
        "token": _("{n} of tokens"),
        "invite": _("{n} of invites"),
    }
    return ReplaceWords(
        str(review.there or form.cleaned_data["new"]),
        review.there is None,
        joined(f"{n} {noun(type_, n)}" for type_, n in review.resources),
        review.grants,
        joined(kinds[kind].format(n=n) for kind, n in review.holders),
        words_of_concerned(workspace, review.concerned) if review.concerned else None,
        review.digest,
    )
