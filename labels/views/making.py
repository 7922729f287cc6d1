"""Making a label, with its format checked while one types (L1, L7)."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.http import page
from config.web.toasts import toast
from labels import operations
from labels.forms import LabelForm, LabelNameField
from labels.operations.making import require_creatable
from labels.views.listing import heading
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.workspace import Workspace
from workspaces.views.frame import framed
from workspaces.views.undo_links import undo_url_of

GOOD, BAD = "good", "bad"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check says of a label while it is typed."""

    tone: str
    text: str


@needs("administer", methods=(*SAFE, "POST"))
def label_create(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Make a label; `?name=` is checked without making anything."""
    form = LabelForm(
        request.POST if request.method == "POST" else None,
        initial={"name": request.GET.get("name", "")[:200]},
    )
    if form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            made = operations.create(
                workspace,
                said["name"],
                by=request.actor,
                description=said["description"],
                ident=said["once"],
            )
            done = _("Made the label {label}.").format(label=made)
            toast(request, done, undo_url=undo_url_of(request, workspace))
            return redirect("workspaces:labels", workspace.slug)
    return page(
        request,
        "workspaces/label_create.html",
        {**heading(workspace, "view"), "form": form, "verdict": _verdict(workspace, form)},
        fragments=("label-check",),
        around=framed(request, "labels"),
        status=form.status,
    )


def _verdict(workspace: Workspace, form: LabelForm) -> Verdict | None:
    """Say whether the label could be made; 2 statements at most. None while nothing is typed."""
    text = str(form["name"].value() or "").strip()
    if not text or form.is_bound:
        return None
    try:
        name = LabelNameField().clean(text)
        require_creatable(workspace, name)
    except ValidationError as error:
        return Verdict(BAD, " ".join(error.messages))
    values = workspace.labels.filter(key__iexact=name.key).count()
    if not values:
        return Verdict(GOOD, _("{key} will be a new key.").format(key=name.key))
    return Verdict(
        GOOD,
        ngettext("{key} has {n} other value.", "{key} has {n} other values.", values).format(
            key=name.key, n=values
        ),
    )
