"""Settings of a workspace, as far as they can be seen."""

from django.http import HttpResponse

from config.web.http import page
from workspaces.guards import MemberRequest, needs
from workspaces.models.workspace import Workspace
from workspaces.views.frame import framed


@needs("administer")
def settings_general(request: MemberRequest, workspace: Workspace) -> HttpResponse:
    """Name, address, plan, and whether the workspace is HIPAA-eligible (S5)."""
    return page(
        request,
        "workspaces/settings_general.html",
        {"workspace": workspace},
        around=framed(request, "general"),
    )
