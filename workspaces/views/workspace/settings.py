"""Settings of a workspace: what owners decide about it, names of gateways, closing it."""

from datetime import datetime
from typing import cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _, ngettext

from config.web.lists.listing import paged
from config.web.tags import grouped
from config.web.values.dates import day_words
from workspaces.forms.workspace.workspaces import CloseForm, DecisionNameForm, GeneralForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, needs
from workspaces.models import Workspace
from workspaces.models.workspace import REOPENABLE_FOR
from workspaces.operations.workspace import decision_names as operations, workspaces
from workspaces.views.console import answers


@needs("administer", methods=(*SAFE, "POST"))
def settings_general(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Name and rules; address, plan and HIPAA flag are to be read only (S5)."""
    form = GeneralForm(request.POST or None, workspace=workspace)
    if form.is_valid():
        with form.refusals():
            changed = workspaces.set_general(
                workspace, form.cleaned_data, by=request.actor, drawn=form.cleaned_data["seen"]
            )
            answers.toast(request, _("Settings saved.") if changed else _("Nothing changed."))
            return redirect(workspace.url("settings_general"))
    if form.clash:
        workspace.refresh_from_db()
        form.look_again(workspace)
    return answers.page(
        request,
        "workspaces/workspace/settings_general.html",
        {
            "workspace": workspace,
            "form": form,
            "reserved_now": workspace.relabelling_is_reserved,
            "danger_url": workspace.url("settings_danger"),
        },
        at="general",
        status=form.status,
    )


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def settings_danger(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Close the workspace, once its name is typed (R16)."""
    form = CloseForm(request.POST or None, workspace=workspace)
    if form.is_valid():
        with form.refusals():
            closed = workspaces.close(workspace, by=request.actor)
            until = cast("datetime", closed.reopenable_until)
            answers.toast(
                request,
                _("{name} is closed. Support can reopen it until {day}.").format(
                    name=closed.name, day=day_words(until)
                ),
            )
            return redirect("home")
    return answers.confirm(
        request,
        form,
        at="general",
        title=_("Close {name}?").format(name=workspace.name),
        verb=_("Close workspace"),
        back=workspace.url("settings_general"),
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


@needs("administer", methods=(*SAFE, "POST"))
def decision_names(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All words that are mapped, and a form for one more."""
    form = DecisionNameForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            name = operations.add(
                workspace, said["kind"], said["word"], said["means"], by=request.actor
            )
            text = _("{word} now stands for {means}.").format(word=name.word, means=name.means)
            answers.toast(request, text, undo=answers.changed_by(request))
            return redirect(workspace.url("decision_names"))
    rows = workspace.decision_names.with_meanings().by_word()
    return answers.page(
        request,
        "workspaces/workspace/decision_names.html",
        {
            "form": form,
            "page": paged(request, rows),
            "list_url": workspace.url("decision_names"),
            "tokens_url": workspace.url("tokens"),
            "types": operations.TYPES,
            "actions": operations.ALL_ACTIONS,
        },
        at="tokens",
        status=form.status,
    )


@needs("administer", methods=("POST",))
def decision_name_remove(
    request: MemberRequest, workspace: Workspace, name_id: str
) -> HttpResponse:
    """Let a word mean only itself again."""
    found = get_object_or_404(workspace.decision_names, public_id=name_id)
    name = operations.remove(found, by=request.actor)
    text = _("{word} stands for nothing of its own any more.").format(word=name.word)
    answers.toast(request, text, undo=answers.changed_by(request) if name.means else None)
    return redirect(workspace.url("decision_names"))
