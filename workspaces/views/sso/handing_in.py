"""What a provider is, handed in by owners: its metadata, or its fields (P6)."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from config.web.limits import HOUR, Limit, count, limited
from workspaces.forms.sso.connections import MetadataForm
from workspaces.guards import MemberRequest, freshly_proved, needs
from workspaces.models import ConnectionKind, SsoConnection, Workspace
from workspaces.operations.sso import connections
from workspaces.operations.sso.trust import Trust
from workspaces.views.console import answers
from workspaces.views.sso.connection_page import draw, named, trust_form

LOOKS = Limit("asks providers", 30, HOUR)


@needs("administer", methods=("POST",))
@freshly_proved
@limited(LOOKS)
def connection_metadata(
    request: MemberRequest, workspace: Workspace, connection_id: str
) -> HttpResponse:
    """Take what a SAML provider says of itself; it waits for its test."""
    connection = named(workspace, connection_id)
    if connection.kind != ConnectionKind.SAML:
        return draw(request, connection)
    form = MetadataForm(request.POST, request.FILES)
    if form.is_valid():
        count(request)
        with form.refusals():
            return _kept(request, connection, form.read())
    return draw(request, connection, metadata=form)


@needs("administer", methods=("POST",))
@sensitive_post_parameters("client_secret")
@freshly_proved
@limited(LOOKS)
def connection_trust(
    request: MemberRequest, workspace: Workspace, connection_id: str
) -> HttpResponse:
    """Take the fields by hand; an OpenID provider is asked at once who it is."""
    connection = named(workspace, connection_id)
    form = trust_form(connection, request)
    if form.is_valid():
        count(request)
        with form.refusals():
            return _kept(request, connection, form.read())
    return draw(request, connection, trusted=form)


def _kept(request: MemberRequest, connection: SsoConnection, wanted: Trust) -> HttpResponse:
    kept = connections.trust(connection, wanted, by=request.actor)
    waits = kept.wanted is not None
    answers.toast(request, _("Saved. Now test it.") if waits else _("That is in force already."))
    url = kept.workspace.url("settings_connection", kept.public_id)
    return redirect(f"{url}#step-4")
