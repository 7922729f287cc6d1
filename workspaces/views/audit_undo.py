"""Taking an audit event back: what it would change, and the change itself."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from config.web.http import page
from config.web.toasts import toast
from workspaces.errors import Conflict
from workspaces.forms.audit import visible
from workspaces.forms.undo import UndoForm
from workspaces.guards import SAFE, MemberRequest, needs
from workspaces.models.event import Event
from workspaces.models.workspace import Workspace
from workspaces.operations.inverses import Inverse
from workspaces.operations.undo import inverse_of, undo
from workspaces.views.event_sentences import sentences
from workspaces.views.frame import framed
from workspaces.views.undo_links import undo_url
from workspaces.views.undo_words import undo_words


@needs("administer", methods=(*SAFE, "POST"))
def audit_undo(request: MemberRequest, workspace: Workspace, number: int) -> HttpResponse:
    """GET shows what the undo changes, or why there is none; POST does it."""
    event = get_object_or_404(visible(workspace), number=number)
    form = UndoForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        with form.refusals():
            done = undo(workspace, number, by=request.actor, **form.cleaned_data)
            toast(request, _("Undone."), undo_url=undo_url(workspace, done))
            return redirect(_back(request, workspace, done))
    inverse, refusal = _found(workspace, number)
    return page(
        request,
        "workspaces/audit_undo.html",
        {
            "told": sentences([event])[0],
            "words": undo_words(inverse) if inverse else "",
            "refusal": refusal,
            "form": form or UndoForm(),
            "seen": inverse.digest(workspace) if inverse else "",
            "back": reverse("workspaces:audit", args=[workspace.slug]),
            "url": request.path,
        },
        fragments=("dialog",),
        around=framed(request, "audit"),
        status=form.status if form else 200,
    )


def _found(workspace: Workspace, number: int) -> tuple[Inverse | None, str]:
    """Return what would take the event back, or why nothing does."""
    try:
        return inverse_of(workspace, number), ""
    except Conflict as conflict:
        return None, conflict.messages[0]


def _back(request: MemberRequest, workspace: Workspace, done: Event) -> str:
    """Return the page whose toast asked for it, if it is ours; else the trail (I4)."""
    came_from = request.headers.get("Referer", "")
    here = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if here and not came_from.partition("?")[0].endswith(request.path):
        return came_from
    return reverse("workspaces:audit", args=[workspace.slug])
