"""The connections of a workspace, for owners: the list, a new one, the switches of one (P6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext

from config.web.lists.listing import first_of
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.sso.connections import ConnectionForm, NewConnectionForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, freshly_seen, needs
from workspaces.models import ConnectionKind, ConnectionState, SsoConnection, Workspace
from workspaces.operations.sso import connections as operations
from workspaces.views.console import answers
from workspaces.views.sso.connection_page import Certificate, certificates_of, draw, named

NAMED = 20  # people who are named before they are counted


@dataclass(frozen=True, slots=True)
class Row:
    """One connection as the list shows it; `certificate` is the first to end."""

    connection: SsoConnection
    url: str
    certificate: Certificate | None
    last_used_at: datetime | None


@needs("administer")
def settings_connections(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """All connections of the workspace."""
    return answers.page(
        request,
        "workspaces/sso/settings_connections.html",
        {
            "rows": [_row(workspace, one) for one in workspace.sso_connections.by_name()],
            "most": operations.MOST,
            "new_url": workspace.url("connection_new"),
        },
        at="sign_in",
    )


def _row(workspace: Workspace, connection: SsoConnection) -> Row:
    return Row(
        connection,
        workspace.url("settings_connection", connection.public_id),
        next(iter(certificates_of(connection)), None),
        connection.last_used_at,
    )


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def connection_new(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """The first step: kind and name; the others stand on the page of what this makes."""
    form = NewConnectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            made = operations.add(
                workspace,
                said["name"],
                ConnectionKind(said["kind"]),
                None,
                by=request.actor,
                ident=said["once"],
            )
            return redirect(workspace.url("settings_connection", made.public_id))
    return answers.page(
        request,
        "workspaces/sso/connection_new.html",
        {"form": form, "back": workspace.url("settings_connections")},
        at="sign_in",
        status=form.status,
    )


@needs("administer", methods=(*SAFE, "POST"))
@freshly_seen
def settings_connection(
    request: MemberRequest, workspace: Workspace, connection_id: str
) -> HttpResponse:
    """One connection: its steps, its people; sent, its own settings."""
    connection = named(workspace, connection_id)
    if request.method != "POST":
        return draw(request, connection)
    form = ConnectionForm(request.POST, connection=connection)
    if form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            operations.change(
                connection,
                by=request.actor,
                name=said["name"],
                unasked=said.get("unasked", False),
                makes_members=said["makes_members"],
            )
            answers.toast(request, _("Saved the settings of {name}.").format(name=said["name"]))
            return redirect(workspace.url("settings_connection", connection_id))
    return draw(request, connection, settings=form)


@needs("administer", methods=("POST",))
@freshly_proved
def connection_activate(
    request: MemberRequest, workspace: Workspace, connection_id: str
) -> HttpResponse:
    """Let people in by a tested connection."""
    connection = named(workspace, connection_id)
    form = ChangeForm(request.POST)
    if form.is_valid():
        with form.refusals():
            operations.switch(connection, ConnectionState.ACTIVE, by=request.actor)
            text = _("{name} is active: people sign in by it now.").format(name=connection.name)
            answers.toast(request, text)
            return redirect(workspace.url("settings_connection", connection_id))
    return draw(request, connection, switching=form)


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def connection_off(
    request: MemberRequest, workspace: Workspace, connection_id: str
) -> HttpResponse:
    """Let nobody in by a connection any more, once one has seen whom that shuts out."""
    connection = named(workspace, connection_id)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            operations.switch(connection, ConnectionState.OFF, by=request.actor)
            answers.toast(request, _("{name} is off.").format(name=connection.name))
            return redirect(workspace.url("settings_connection", connection_id))
    return answers.confirm(
        request,
        form,
        at="sign_in",
        title=_("Switch {name} off?").format(name=connection.name),
        verb=_("Switch off"),
        back=workspace.url("settings_connection", connection_id),
        effects=[
            _("Nobody signs in by it until it is active again. Sessions that it alone opened end."),
            *_shut_out(connection),
        ],
    )


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def connection_take_out(
    request: MemberRequest, workspace: Workspace, connection_id: str
) -> HttpResponse:
    """Delete a connection, once one has seen whom that shuts out."""
    connection = named(workspace, connection_id)
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            operations.take_out(connection, by=request.actor)
            answers.toast(request, _("{name} was taken out.").format(name=connection.name))
            return redirect(workspace.url("settings_connections"))
    n = connection.bindings.count()
    bound = ngettext(
        "It forgets by which id {n} person is known there.",
        "It forgets by which ids {n} people are known there.",
        n,
    )
    return answers.confirm(
        request,
        form,
        at="sign_in",
        title=_("Take out {name}?").format(name=connection.name),
        verb=_("Take out"),
        back=workspace.url("settings_connection", connection_id),
        effects=[
            bound.format(n=n) if n else _("Nobody came by it yet."),
            _("Sessions that it alone opened end. People stay members, with all they have."),
            *_shut_out(connection),
            _("Its addresses are gone for good: a new connection has others."),
        ],
    )


def _shut_out(connection: SsoConnection) -> Sequence[str]:
    """Say whom it shuts out that a connection is not there."""
    people = operations.shut_out_by(connection)
    if not connection.workspace.sso_required:
        return [_("Everybody else signs in by their own password or passkey, as before.")]
    found, total = first_of(people.select_related("user").by_name(), NAMED)
    if not total:
        return [_("Nobody is shut out: there is another active connection.")]
    return [people_words(people=found, total=total)]


def people_words(people: Sequence[object], total: int) -> str:
    """Name the first people that are shut out, and count the others."""
    names = ", ".join(str(one) for one in people)
    more = total - len(people)
    words = ngettext("{n} person is shut out: {names}", "{n} people are shut out: {names}", total)
    said = words.format(n=total, names=names)
    return said + (_(" and {n} more.").format(n=more) if more else ".")
