"""The member's panel that was left for a form about their groups, to which that form leads back.

Such a form stands at addresses of its own, for many people or within a group. So the address says
whose panel it was, beside the list that was left (`config/web/lists/returning.py`).
"""

from urllib.parse import urlencode

from django.http import HttpRequest

from config.web.lists.returning import carried, leaving
from config.web.values.public_ids import may_be_id
from workspaces.models import Member, Workspace

LEFT = "member"


def from_panel(request: HttpRequest, member: Member, *, first: bool = True) -> str:
    """Return what a link adds that leaves a member's panel: "member=…&back=…".

    `first`: it leaves the list beside it; else a page for which that list was left.
    """
    back = leaving(request) if first else carried(request)
    return urlencode({LEFT: member.public_id}) + back.replace("?", "&", 1)


def kept(request: HttpRequest) -> str:
    """Return what the form adds to its own address, to lead back where it was left."""
    back, member = carried(request), request.GET.get(LEFT, "")
    if not may_be_id(member):
        return back
    return f"?{urlencode({LEFT: member})}{back.replace('?', '&', 1)}"


def panel_left(request: HttpRequest, workspace: Workspace) -> str:
    """Return the panel that was left, on its groups; empty where none was. No statement."""
    member = request.GET.get(LEFT, "")
    return f"{workspace.url('member', member)}?tab=groups" if may_be_id(member) else ""
