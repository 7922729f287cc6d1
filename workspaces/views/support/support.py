"""Support: the window an owner opens, the visits made in it, and the end of either (XK7)."""

from dataclasses import replace

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _, ngettext

from config.web.http import toast
from config.web.lists.listing import paged
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.support.support import WindowForm
from workspaces.guards import SAFE, MemberRequest, UserRequest, actor_of, needs, signed_in
from workspaces.models import ActorKind, SupportVisit, SupportWindowQuerySet, Workspace
from workspaces.operations.support import support
from workspaces.views.console import answers


@needs("administer", methods=(*SAFE, "POST"))
def settings_support(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The window that is open, or a form that opens one; then the past ones."""
    form = WindowForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            support.open_window(
                workspace,
                until=said["until"],
                by=form.said_by(request.actor),
                ident=said["once"],
            )
            answers.toast(request, _("Support may visit now."))
            return redirect(workspace.url("settings_support"))
    windows = _with_visits(workspace.support_windows.newest_first())
    return answers.page(
        request,
        "workspaces/support/settings_support.html",
        {
            "workspace": workspace,
            "form": form,
            "now": windows.open().first(),
            "page": paged(request, windows.past()),
            "audit_url": workspace.url("audit"),
            "close_url": workspace.url("support_close"),
            "list_url": workspace.url("settings_support"),
        },
        at="support",
        status=form.status,
    )


def _with_visits(windows: SupportWindowQuerySet) -> SupportWindowQuerySet:
    """Bring along who opened a window and who visited in it; 1 statement more."""
    visits = SupportVisit.objects.select_related("user").with_end().newest_first()
    rows: SupportWindowQuerySet = windows.select_related("opened_by", "ended_by").prefetch_related(
        Prefetch("visits", visits)
    )
    return rows


@needs("administer", methods=(*SAFE, "POST"))
def support_close(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Close the window at once; who is visiting meets a 404 with the next page."""
    back = workspace.url("settings_support")
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            closed = support.close_window(workspace, by=request.actor)
            answers.toast(
                request, _("Support may no longer visit.") if closed else _("No window is open.")
            )
            return redirect(back)
    n = workspace.support_visits.going_on().count()
    return answers.confirm(
        request,
        form,
        at="support",
        title=_("Close the support window?"),
        verb=_("Close it"),
        back=back,
        effects=[
            _("Support sees nothing of this workspace any more, from this moment on."),
            *([ngettext("Ends {n} visit.", "Ends {n} visits.", n).format(n=n)] if n else []),
        ],
    )


@signed_in("ends a support visit of one's own", methods=("POST",))
def visit_end(request: UserRequest, visit_id: str) -> HttpResponse:
    """End one's own visit before its time."""
    visits = SupportVisit.objects.of(request.user).select_related("workspace")
    visit = get_object_or_404(visits, public_id=visit_id)
    support.end_visit(visit, by=replace(actor_of(request), kind=ActorKind.SUPPORT))
    toast(request, _("Your visit to {name} is over.").format(name=visit.workspace.name))
    return redirect("home")
