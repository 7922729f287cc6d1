"""What programs keep of a resource: whether it runs, and settings of its own.

None of it means access. Settings may hold secrets of other systems, so that the trail
names the keys that changed and no value (K4).
"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from workspaces import audit
from workspaces.audit import Actor
from workspaces.locks import lock_workspace, reread
from workspaces.models.resource import Resource
from workspaces.operations import resources
from workspaces.operations.trail import target


def change(
    resource: Resource,
    *,
    by: Actor,
    name: str | None = None,
    enabled: bool | None = None,
    details: Mapping[str, Any],
) -> Resource:
    """Change name, state or details of a resource; what is None or not named stays.

    One event for name, and one for the rest; nothing where nothing changes.
    """
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource = reread(workspace.resources.select_related("source"), resource)
        if name is not None and name != resource.name:
            resource = resources.rename(resource, name, by=by)
        wanted = resource.enabled if enabled is None else enabled
        keys = sorted(key for key, value in details.items() if resource.details.get(key) != value)
        if wanted == resource.enabled and not keys:
            return resource
        before = {"enabled": resource.enabled}
        resource.enabled = wanted
        resource.details = {**resource.details, **details}
        resource.changed_at = timezone.now()
        resource.save(update_fields=["enabled", "details", "changed_at"])
        audit.record(
            workspace,
            "resource.changed",
            by=by,
            target=target(resource),
            before=before,
            after={"enabled": wanted, "changed": keys},
        )
        return resource
