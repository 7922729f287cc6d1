"""Shows grants as permissions of the Public API."""

from typing import Any

from django.db.models import Prefetch

from labels.models import Label
from workspaces.api.public.permissions import MINIMAL, WORKSPACE_TYPE, Wanted
from workspaces.catalogue import OWNER, ROLES, Role, Scope
from workspaces.models.grant import Grant
from workspaces.models.group import Group
from workspaces.models.invite import Invite
from workspaces.models.member import Member
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace


def prefetched() -> "Prefetch[Any]":
    """Return what lists of members and groups read their live grants with; 5 statements."""
    rows = Grant.objects.active().order_by("pk")
    return Prefetch("grants", rows.prefetch_related("label_set__label", "listed__resource"))


def shown(
    holder: Member | Group | Invite, workspace: Workspace, *, owner: bool = False
) -> list[dict[str, Any]]:
    """Return the live grants of a holder read with `prefetched`."""
    found = [_permission(ROLES[OWNER], [_whole(workspace)])] if owner else []
    known = (grant for grant in holder.grants.all() if grant.role in ROLES)
    found.extend(_permission(ROLES[grant.role], _places(grant, workspace)) for grant in known)
    return found


def bare(permissions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return permissions as the answer to a change of them shows them."""
    return [{key: row[key] for key in ("roleId", "roleName", "resources")} for row in permissions]


def _permission(role: Role, places: list[dict[str, Any]]) -> dict[str, Any]:
    return {"roleId": role.slug, "roleName": role.name, "resources": places, "labels": []}


def _whole(workspace: Workspace) -> dict[str, Any]:
    return {"id": workspace.slug, "type": WORKSPACE_TYPE, "labels": []}


def _places(grant: Grant, workspace: Workspace) -> list[dict[str, Any]]:
    if grant.scope == Scope.RESOURCES:
        return [_thing(row.resource) for row in grant.listed.all()]
    labels = [shown_label(row.label) for row in grant.label_set.all()]
    return [{**_whole(workspace), "labels": labels}]


def shown_new(wanted: Wanted, workspace: Workspace) -> list[dict[str, Any]]:
    """Return permissions as read, shown like granted ones."""
    found = [_permission(ROLES[OWNER], [_whole(workspace)])] if wanted.owner else []
    for grant in wanted.grants:
        labels = [shown_label(label) for label in grant.labels]
        places = [_thing(resource) for resource in grant.resources]
        places = places or [{**_whole(workspace), "labels": labels}]
        found.append(_permission(ROLES[grant.role], places))
    return found


def _thing(resource: Resource) -> dict[str, Any]:
    return {"id": resource.public_id, "type": resource.type.upper(), "labels": []}


def shown_label(label: Label) -> dict[str, str]:
    """Return a label as the wire has it."""
    return {"key": label.key, "value": label.value, "description": label.description}


def catalogue() -> list[Role]:
    """Return every role a client may name, the one that gives nothing among them."""
    return [*ROLES.values(), MINIMAL]
