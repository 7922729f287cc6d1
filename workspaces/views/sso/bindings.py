"""Forgetting by which id of a provider somebody is known (P3)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from workspaces.forms.console.changes import ChangeForm
from workspaces.guards import SAFE, MemberRequest, freshly_proved, needs
from workspaces.models import Workspace
from workspaces.operations.sso import connections
from workspaces.views.console import answers
from workspaces.views.sso.connection_page import named


@needs("administer", methods=(*SAFE, "POST"))
@freshly_proved
def binding_release(
    request: MemberRequest, workspace: Workspace, connection_id: str, binding_id: str
) -> HttpResponse:
    """Release somebody's id, so that another one may be bound at their next sign-in."""
    connection = named(workspace, connection_id)
    binding = get_object_or_404(connection.bindings.select_related("user"), public_id=binding_id)
    back = workspace.url("settings_connection", connection_id)
    name = binding.user.get_full_name()
    form = ChangeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            connections.release(binding, by=request.actor)
            answers.toast(request, _("{name} is bound to no id any more.").format(name=name))
            return redirect(f"{back}#people")
    return answers.confirm(
        request,
        form,
        at="sign_in",
        title=_("Release {name}?").format(name=name),
        verb=_("Release"),
        back=back,
        effects=[
            _("Whoever comes next with this address, whatever their id there, is bound to it."),
            _("Sessions that this connection alone opened for them end."),
            _("They stay a member, with all they have."),
        ],
    )
