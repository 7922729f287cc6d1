"""Exports leave a trace: whoever takes a list out of the workspace is in its trail (A1)."""

from collections.abc import Mapping

from workspaces import audit
from workspaces.audit import Actor
from workspaces.locks import lock_workspace
from workspaces.models.event import Event
from workspaces.models.workspace import Workspace
from workspaces.operations.trail import target


def record_export(
    workspace: Workspace, what: str, *, by: Actor, rows: int, filters: Mapping[str, str]
) -> Event:
    """Record that a list – `members`, `access`, `audit` – is taken out, how narrowed, how long.

    The event's action is `<what>.exported`.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        return audit.record(
            locked,
            f"{what}.exported",
            by=by,
            target=target(locked),
            after={"rows": rows, "filters": dict(filters)},
        )
