"""Writes a workspace as a document (export); import(export(w)) changes nothing."""

import json
from collections.abc import Iterator
from typing import Any

from workspaces.models.workspace import Workspace
from workspaces.operations.documents.content import FORMAT, Content, LabelContent
from workspaces.operations.documents.stored import stored


def dump_document(workspace: Workspace) -> dict[str, Any]:
    """Return the workspace's document; expired grants are in it, tokens and events are not."""
    content = stored(workspace)
    spelling = {key: str(label.name) for key, label in content.labels.items()}
    return {
        "format": FORMAT,
        "workspace": {
            "slug": content.slug,
            "name": content.name,
            "hipaa_eligible": content.hipaa_eligible,
            "plan": content.plan,
        },
        "labels": [_label(label) for label in content.labels.values()],
        "resources": list(_resources(content, spelling)),
        "members": list(_members(content, spelling)),
        "groups": list(_groups(content, spelling)),
    }


def document_text(workspace: Workspace) -> str:
    """Return the document as text, one value a line, ready for version control."""
    return json.dumps(dump_document(workspace), indent=1, ensure_ascii=False) + "\n"


def _label(label: LabelContent) -> str | dict[str, str]:
    if not label.description:
        return str(label.name)
    return {"label": str(label.name), "description": label.description}


def _resources(content: Content, spelling: dict[str, str]) -> Iterator[dict[str, Any]]:
    for resource in content.resources.values():
        written: dict[str, Any] = {
            "type": resource.type,
            "slug": resource.slug,
            "name": resource.name,
        }
        if resource.labels:
            written["labels"] = [spelling[name] for name in sorted(resource.labels.values())]
        if resource.source:
            written["source"] = resource.source
        if resource.connected:
            written["connected"] = list(resource.connected)
        yield written


def _members(content: Content, spelling: dict[str, str]) -> Iterator[dict[str, Any]]:
    for email, member in content.members.items():
        written: dict[str, Any] = {"email": email, "name": member.name, "owner": member.owner}
        if member.grants:
            written["grants"] = [grant.as_json(spelling) for grant in member.grants]
        yield written


def _groups(content: Content, spelling: dict[str, str]) -> Iterator[dict[str, Any]]:
    for group in content.groups.values():
        yield {
            "name": group.name,
            "description": group.description,
            "members": sorted(group.members),
            "grants": [grant.as_json(spelling) for grant in group.grants],
        }
