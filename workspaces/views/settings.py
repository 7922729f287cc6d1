"""Settings of a workspace: what owners decide about it, and closing it."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.http import page
from config.web.tags import grouped
from config.web.toasts import toast
from workspaces.forms.workspaces import CloseForm, GeneralForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, needs
from workspaces.models.workspace import REOPENABLE_FOR, Workspace
from workspaces.operations import workspaces
from workspaces.views.confirm import confirm
from workspaces.views.frame import framed


@needs("administer", methods=(*SAFE, "POST"))
def settings_general(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Name and rules; address, plan and HIPAA flag are to be read only (S5)."""
    form = GeneralForm(request.POST or None, workspace=workspace)
    if form.is_valid():
        with form.refusals():
            changed = workspaces.set_general(
                workspace, form.cleaned_data, by=request.actor, seen=form.cleaned_data["seen"]
            )
            toast(request, _("Settings saved.") if changed else _("Nothing changed."))
            return redirect("workspaces:settings_general", slug=workspace.slug)
    if form.clash:
        workspace.refresh_from_db()
        form.look_again(workspace)
    return page(
        request,
        "workspaces/settings_general.html",
        {
            "workspace": workspace,
            "form": form,
            "reserved_now": workspace.relabelling_is_reserved,
            "danger_url": reverse("workspaces:settings_danger", args=[workspace.slug]),
        },
        around=framed(request, "general"),
        status=form.status,
    )


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def settings_danger(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Close the workspace, once its name is typed (semantics §10)."""
    form = CloseForm(request.POST or None, workspace=workspace)
    if form.is_valid():
        with form.refusals():
            closed = workspaces.close(workspace, by=request.actor)
            until = closed.reopenable_until
            toast(
                request,
                _("{name} is closed. Support can reopen it until {day}.").format(
                    name=closed.name, day=f"{until:%Y-%m-%d}"
                ),
            )
            return redirect("home")
    return confirm(
        request,
        "general",
        form,
        title=_("Close {name}?").format(name=workspace.name),
        verb=_("Close workspace"),
        back=reverse("workspaces:settings_general", args=[workspace.slug]),
        effects=_effects(workspace),
    )


def _effects(workspace: Workspace) -> list[str]:
    """Say in numbers what closing does; 2 statements."""
    people, tokens = workspace.members.count(), workspace.tokens.live().count()
    said = [
        ngettext(
            "{n} person no longer reaches anything in it, from this moment on.",
            "{n} people no longer reach anything in it, from this moment on.",
            people,
        ).format(n=grouped(people)),
    ]
    if tokens:
        words = ngettext("{n} token stops working.", "{n} tokens stop working.", tokens)
        said.append(words.format(n=grouped(tokens)))
    later = _(
        "Support can reopen it as it was for {days} days. Then everything in it is erased; "
        "only its audit trail is kept for its time."
    )
    return [*said, later.format(days=REOPENABLE_FOR.days)]
