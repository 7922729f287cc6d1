"""One label: where it is used, and the ways to be rid of it (L4, L5)."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.toasts import toast
from labels import operations
from labels.forms import DeleteForm
from labels.models import Label
from labels.syntax import LabelName
from labels.views.label_path import label_or_404
from labels.views.uses import uses_of
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.workspace import Workspace
from workspaces.views.confirm import confirm
from workspaces.views.frame import framed


@needs("administer")
def label(request: MemberRequest, workspace: Workspace, name: LabelName) -> HttpResponse:
    """One label with every use of it."""
    found = label_or_404(workspace, name)
    return page(
        request,
        "workspaces/label.html",
        {**uses_of(request, workspace, found), **addresses(workspace, found)},
        fragments=("things", "grants"),
        around=framed(request, "labels"),
    )


@needs("administer", methods=(*SAFE, "POST"))
def label_delete(request: MemberRequest, workspace: Workspace, name: LabelName) -> HttpResponse:
    """Ask before an unused label goes; refuse one in use with every use listed (L4, D9)."""
    found = label_or_404(workspace, name)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            operations.delete(found, by=request.actor)
            toast(request, _("Deleted the label {label}.").format(label=found))
            return redirect("workspaces:labels", workspace.slug)
    uses = uses_of(request, workspace, found)
    urls = addresses(workspace, found)
    if not uses["used"]:
        return confirm(
            request,
            "labels",
            form,
            title=_("Delete {label}?").format(label=found),
            verb=_("Delete label"),
            back=urls["url"],
            effects=[_("It is on nothing and in no grant, so nobody's access changes.")],
        )
    return page(
        request,
        "workspaces/label_delete.html",
        {**uses, **urls, "form": form},
        fragments=("dialog",),
        around=framed(request, "labels"),
        status=form.status,
    )


def addresses(workspace: Workspace, found: Label) -> dict[str, str]:
    """Return the addresses of a label's own page and of what can be done there."""
    at = [workspace.slug, found]
    return {
        "url": reverse("workspaces:label", args=at),
        "delete_url": reverse("workspaces:label_delete", args=at),
        "replace_url": reverse("workspaces:label_replace", args=at),
        "list_url": reverse("workspaces:labels", args=[workspace.slug]),
    }
