"""Where one goes on after a stop at the door of a workspace."""

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from workspaces.guards import UserRequest


def way_back(request: UserRequest, slug: str) -> str:
    """Return the page of this workspace one came from, or where it begins (XI4)."""
    start = reverse("workspaces:start", args=[slug])
    wanted = request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if here and wanted.startswith(start) else start
