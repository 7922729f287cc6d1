"""Reads of resources as audit events, in HIPAA-eligible workspaces and nowhere else (A3).

One event per page or call, written before anything is shown: who read what.
"""

from collections.abc import Iterable

from workspaces.change import Actor, Target, audit, lock_workspace, target, targets
from workspaces.models import Resource, Workspace


def note_resource(resource: Resource, page: str, *, by: Actor) -> None:
    """Note that somebody opened a page about one resource."""
    _note(resource.workspace, target(resource), {"page": page}, by=by)


def note_list(workspace: Workspace, type_: str, rows: Iterable[Resource], *, by: Actor) -> None:
    """Note which resources of a type a page of its list showed."""
    about = Target(type_, "", f"{type_.replace('_', ' ')} list")
    shown = list(rows)
    _note(workspace, about, {"slugs": [row.slug for row in shown]}, by=by, shown=shown)


def _note(
    workspace: Workspace,
    about: Target,
    after: dict[str, object],
    *,
    by: Actor,
    shown: Iterable[Resource] = (),
) -> None:
    if not workspace.hipaa_eligible:
        return
    with lock_workspace(workspace.pk, by=by, looking=True) as locked:
        audit.record(
            locked, "resource.read", by=by, target=about, concerned=targets(shown), after=after
        )
