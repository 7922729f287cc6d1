"""The address that undoes a change, for the toast that tells of it (screens §3, rule 7)."""

from django.urls import reverse

from workspaces.guards import MemberRequest
from workspaces.models.event import Event
from workspaces.models.workspace import Workspace
from workspaces.operations.inverses import INVERSES


def undo_url(workspace: Workspace, event: Event | None) -> str:
    """Return where a POST undoes the event; empty where nothing does, or nothing happened.

    Whether it still fits is asked when it is sent, not here.
    """
    if event is None or event.action not in INVERSES:
        return ""
    return reverse("workspaces:audit_undo", args=[workspace.slug, event.number])


def undo_url_of(request: MemberRequest, workspace: Workspace) -> str:
    """Return where a POST undoes what this request changed; 1 statement.

    For views whose operation returns something else than its event.
    """
    mine = workspace.events.filter(
        request_id=request.actor.request_id, actor_name=request.actor.name
    )
    return undo_url(workspace, mine.newest_first().first() if request.actor.request_id else None)
