"""Exports leave a trace: whoever takes a list out of the workspace is in its trail (A1)."""

from collections.abc import Mapping

from workspaces.change import Actor, audit, lock_workspace, target
from workspaces.models import Event, Workspace


def record_export(
    workspace: Workspace, action: str, *, by: Actor, rows: int, filters: Mapping[str, str]
) -> Event:
    """Record that a list is taken out, how narrowed and how long; `action` says which."""
    with lock_workspace(workspace.pk, by=by) as locked:
        return audit.record(
            locked,
            action,
            by=by,
            target=target(locked),
            after={"rows": rows, "filters": dict(filters)},
        )
