"""What programs keep of a resource: whether it runs, and settings of its own.

None of it means access. Settings may hold secrets of other systems, which are kept sealed;
the trail names the keys that changed and no value (XK4).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from workspaces.change import Actor, audit, lock_workspace, reread, target
from workspaces.models import Resource
from workspaces.operations.resources import resources, sealed_settings


def change(
    resource: Resource,
    *,
    by: Actor,
    name: str | None = None,
    slug: str | None = None,
    enabled: bool | None = None,
    details: Mapping[str, Any],
    merged: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> Resource:
    """Change name, slug, state or details of a resource; what is None or not named stays.

    `merged` are details that are objects of objects, changed key by key down to the second
    level; there None takes a key away.

    One event for name and slug, and one for the rest; nothing where nothing changes. Raises Refused
    for settings that cannot be kept (see `sealed_settings.settled`).
    """
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource = reread(workspace.resources.select_related("source"), resource)
        resource = resources.rename(
            resource, resource.name if name is None else name, slug=slug, by=by.plain()
        )
        wanted = resource.enabled if enabled is None else enabled
        inner = {key: _merged(resource.details.get(key), said) for key, said in merged.items()}
        new = sealed_settings.settled(resource.details, {**details, **inner})
        keys = sealed_settings.changed_keys(resource.details, new)
        if wanted == resource.enabled and not keys:
            return resource
        before = {"enabled": resource.enabled}
        resource.enabled = wanted
        resource.details = new
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


def _merged(was: Any, said: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(was or {})
    for key, value in said.items():
        found[key] = _merged(found.get(key), value) if isinstance(value, Mapping) else value
    return {key: value for key, value in found.items() if value is not None}
