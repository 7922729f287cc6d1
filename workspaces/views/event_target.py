"""Where the page of what an event is about stands, if it is still there."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from workspaces.catalogue import ResourceType
from workspaces.models.event import Event
from workspaces.models.workspace import Workspace


def target_url(workspace: Workspace, event: Event) -> str:
    """Return the page of the target, or nothing when it has none any more; 1 statement."""
    kind, ident = event.target_type, event.target_id
    if kind in list(ResourceType):
        there = workspace.resources.filter(type=kind, slug=ident).exists()
        return _url(workspace, "resource", kind, ident) if there else ""
    rows: dict[str, Any] = {
        "member": workspace.members,
        "group": workspace.groups,
        "token": workspace.tokens,
    }
    if kind in rows:
        there = rows[kind].filter(public_id=ident).exists()
        return _url(workspace, kind, ident) if there else ""
    if kind == "label":
        return f"{_url(workspace, 'labels')}?{urlencode({'q': ident})}"
    return _url(workspace, "settings_general") if kind == "workspace" else ""


def _url(workspace: Workspace, name: str, *path: str) -> str:
    return reverse(f"workspaces:{name}", args=[workspace.slug, *path])
