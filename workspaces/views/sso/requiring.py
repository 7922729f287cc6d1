"""Whether a workspace is entered by its connections alone, and who is exempt, for owners (P5)."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _, ngettext

from accounts.sign_in.second_factor import second_factor_of
from config.web.lists.listing import first_of, in_order, paged, sorting
from workspaces.change.way_back import NO_WAY_BACK, ways_back
from workspaces.errors import Conflict
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.sso.connections import ExemptForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, needs
from workspaces.models import MemberQuerySet, Workspace
from workspaces.operations.sso import requiring
from workspaces.operations.sso.reach import reach_of
from workspaces.views.console import answers
from workspaces.views.sso.connections import NAMED, people_words

SORTS = {"name": MemberQuerySet.by_name}


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to be so before the connections can be required, and whether it is."""

    met: bool
    text: str


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def settings_require_sso(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The switch and whom it moves; sent, more people who are exempt."""
    form = ExemptForm(request.POST if request.method == "POST" else None, workspace=workspace)
    if form.is_valid():
        chosen = [member.public_id for member in form.cleaned_data["members"]]
        with form.refusals():
            n = requiring.exempt(workspace, chosen, exempt=True, by=request.actor)
            said = ngettext("{n} person more is exempt.", "{n} people more are exempt.", n)
            answers.toast(request, said.format(n=n) if n else _("Nothing changed."))
            return redirect(f"{workspace.url('settings_require_sso')}#exempt")
    return _draw(request, workspace, form)


@needs("administer", methods=("POST",))
@freshly_proved
def sso_exempt_end(request: MemberRequest, workspace: Workspace, member_id: str) -> HttpResponse:
    """Let a member in by the connections alone again; the last way back stays (P5)."""
    member = get_object_or_404(workspace.members.select_related("user"), public_id=member_id)
    try:
        requiring.exempt(workspace, [member_id], exempt=False, by=request.actor)
    except Conflict as clash:
        return _draw(request, workspace, ExemptForm(workspace=workspace), clash=clash)
    answers.toast(request, _("{name} is exempt no more.").format(name=member))
    return redirect(f"{workspace.url('settings_require_sso')}#exempt")


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def require_sso_on(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Require the connections, once one has seen whom that moves and shuts out."""
    n = requiring.moved(workspace).count()
    moved = ngettext(
        "{n} person comes by a connection from now on. A session of theirs that own credentials "
        "opened does not reach this workspace any more.",
        "{n} people come by a connection from now on. Sessions of theirs that own credentials "
        "opened do not reach this workspace any more.",
        n,
    )
    return _switch(
        request,
        workspace,
        on=True,
        title=_("Require single sign-on for {name}?"),
        verb=_("Require it"),
        effects=[moved.format(n=n), *_shut_out(workspace)],
    )


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def require_sso_off(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Let both ways in again."""
    return _switch(
        request,
        workspace,
        on=False,
        title=_("Require single sign-on for {name} no more?"),
        verb=_("Require it no more"),
        effects=[_("Everybody may come by their own credentials again, beside the connections.")],
    )


def _switch(
    request: MemberRequest,
    workspace: Workspace,
    *,
    on: bool,
    title: str,
    verb: str,
    effects: list[str],
) -> HttpResponse:
    back = workspace.url("settings_require_sso")
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        vouched = reach_of(request).is_vouched_for(workspace.slug)
        with form.refusals():
            requiring.require(workspace, on=on, vouched=vouched, by=request.actor)
            done = _("Single sign-on is required.") if on else _("Both ways are open.")
            answers.toast(request, done)
            return redirect(back)
    return answers.confirm(
        request,
        form,
        at="sign_in",
        title=title.format(name=workspace.name),
        verb=verb,
        back=back,
        effects=effects,
    )


def _shut_out(workspace: Workspace) -> list[str]:
    """Name whom no connection can let in."""
    people = requiring.shut_out(workspace).select_related("user").by_name()
    found, total = first_of(people, NAMED)
    return [people_words(found, total)] if total else [_("Nobody is shut out.")]


def _conditions(request: MemberRequest, workspace: Workspace) -> list[Condition]:
    """Return what the switch waits for, in the order one meets it."""
    return [
        Condition(
            workspace.sso_connections.active().exists(),
            _("A connection is active."),
        ),
        Condition(ways_back(workspace).exists(), _(NO_WAY_BACK)),
        Condition(
            reach_of(request).is_vouched_for(workspace.slug),
            _("You came by one of the connections: so it is sure that they work."),
        ),
    ]


def _draw(
    request: MemberRequest,
    workspace: Workspace,
    form: ExemptForm,
    *,
    clash: Conflict | None = None,
) -> HttpResponse:
    conditions = _conditions(request, workspace)
    exempt = workspace.members.filter(sso_exempt=True).select_related("user")
    exempt = exempt.annotate(has_factor=second_factor_of("user"))
    sort = sorting(request, SORTS, "name")
    found, total = first_of(requiring.shut_out(workspace).select_related("user").by_name(), NAMED)
    return answers.page(
        request,
        "workspaces/sso/settings_require_sso.html",
        {
            "workspace": workspace,
            "form": form,
            "clash": clash.messages[0] if clash else "",
            "conditions": conditions,
            "may": all(condition.met for condition in conditions),
            "moved": requiring.moved(workspace).count(),
            "total": workspace.members.active().count(),
            "shut_out": found,
            "more": total - len(found),
            "n_shut_out": total,
            "page": paged(request, in_order(exempt, sort, SORTS)),
            "sort": sort,
            "url": workspace.url("settings_require_sso"),
            "members_url": workspace.url("members"),
            "domains_url": workspace.url("settings_domains"),
        },
        at="sign_in",
        status=HTTPStatus.CONFLICT if clash else form.status,
    )
