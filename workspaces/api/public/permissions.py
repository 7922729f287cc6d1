"""Reads permissions of the Public API as grants (semantics §2, §3).

One permission is one grant, or one for each place it names: a whole workspace, a workspace
narrowed by labels, and together the things it lists.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labels.models import Label
from labels.syntax import LabelName, parse_label
from workspaces.api.public.errors import Invalid
from workspaces.api.public.permission_shapes import (
    InvitePermission,
    LabelRef,
    PermissionInput,
    ResourceRef,
)
from workspaces.catalogue import OWNER, ROLES, Role, Scope
from workspaces.errors import Conflict
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.operations.grants import NewGrant
from workspaces.operations.written import labels_named

WORKSPACE_TYPE = "WORKSPACE"
MINIMAL = Role(
    "minimal-workspace-access",
    "workspace",
    "Minimal Workspace Access",
    "Sees that the workspace is there, and whom to ask for access.",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Permissions as read: ownership apart, since a member's own is a flag (R7)."""

    owner: bool
    grants: tuple[NewGrant, ...]


def read(
    workspace: Workspace, permissions: Sequence[PermissionInput], *, group: bool = False
) -> Wanted:
    """Return what permissions mean. Raises Invalid that names the place in the input.

    Unknown roles, things and labels are refused, never passed over: what is not
    understood would widen access. A group holds ownership by a grant like any other.
    4 statements for any number.
    """
    known = _Known(workspace, _things(workspace, permissions), _labels(workspace, permissions))
    owner, grants = False, []
    for i, permission in enumerate(permissions):
        place = f"permissions[{i}]"
        role = _role(permission.roleId, place)
        if role is MINIMAL:
            continue
        if role.slug == OWNER and not group:
            _only_workspace(workspace, permission, place)
            owner = True
            continue
        grants += _grants(known, role, permission, place)
    return Wanted(owner, tuple(dict.fromkeys(grants)))


def of_invite(permission: InvitePermission, workspace: Workspace, place: str) -> PermissionInput:
    """Return an invite's permission in the usual form.

    Labels without a place narrow the workspace; neither is nothing at all, never
    everything. Raises Invalid for that, and for labels beside single things.
    """
    if not permission.labels:
        if not permission.resources:
            raise Invalid(f"{place}.resources", "Name resources or labels.")
        plain = [ResourceRef(id=r.id, type=r.type) for r in permission.resources]
        return PermissionInput(roleId=permission.roleId, resources=plain)
    if any(resource.type != WORKSPACE_TYPE for resource in permission.resources):
        raise Invalid(f"{place}.labels", "Labels narrow a workspace, not single resources.")
    ids = {resource.id for resource in permission.resources} or {workspace.slug}
    narrowed = [
        ResourceRef(id=ident, type=WORKSPACE_TYPE, labels=permission.labels)
        for ident in sorted(ids)
    ]
    return PermissionInput(roleId=permission.roleId, resources=narrowed)


def _role(ident: str, place: str) -> Role:
    if ident == MINIMAL.slug:
        return MINIMAL
    if ident not in ROLES:
        raise Invalid(f"{place}.roleId", "There is no such role.")
    return ROLES[ident]


def _only_workspace(workspace: Workspace, permission: PermissionInput, place: str) -> None:
    for i, resource in enumerate(permission.resources):
        at = f"{place}.resources[{i}]"
        _require_own(workspace, resource, at)
        if resource.labels:
            raise Invalid(f"{at}.labels", "Workspace Owner takes no labels.")


def _require_own(workspace: Workspace, resource: ResourceRef, at: str) -> None:
    if resource.type != WORKSPACE_TYPE:
        raise Invalid(f"{at}.type", "This role is given on the workspace.")
    if resource.id != workspace.slug:
        raise Invalid(f"{at}.id", "This is not the workspace of the token.")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the workspace has of what the permissions name, by type and id, and by name."""

    workspace: Workspace
    things: dict[tuple[str, str], Resource]
    labels: dict[str, Label]


def _grants(known: _Known, role: Role, permission: PermissionInput, place: str) -> list[NewGrant]:
    """Return the grants of one permission; whether role and scope fit, operations ask."""
    found, listed = [], []
    for i, resource in enumerate(permission.resources):
        at = f"{place}.resources[{i}]"
        if resource.type == WORKSPACE_TYPE:
            _require_own(known.workspace, resource, at)
            narrowed = tuple(known.labels[_name(label, at)] for label in resource.labels)
            scope = Scope.LABELS if narrowed else Scope.ALL
            found.append(NewGrant(role.slug, scope, labels=narrowed))
            continue
        if resource.labels:
            raise Invalid(f"{at}.labels", "Labels narrow a workspace, not single resources.")
        thing = known.things.get((resource.type, resource.id))
        if thing is None:
            raise Invalid(f"{at}.id", f"There is no such {resource.type.lower()}.")
        listed.append(thing)
    if listed:
        found.append(NewGrant(role.slug, Scope.RESOURCES, resources=tuple(dict.fromkeys(listed))))
    return found


def _name(label: LabelRef, at: str) -> str:
    """Return a label's folded name. Raises Invalid for what is no label at all (L1)."""
    try:
        return str(parse_label(str(LabelName(label.key, label.value))).folded)
    except ValueError as error:
        raise Invalid(f"{at}.labels", str(error)) from error


def _things(
    workspace: Workspace, permissions: Iterable[PermissionInput]
) -> dict[tuple[str, str], Resource]:
    ids = {r.id for p in permissions for r in p.resources if r.type != WORKSPACE_TYPE}
    rows = workspace.resources.filter(public_id__in=ids) if ids else ()
    return {(row.type.upper(), row.public_id): row for row in rows}


def _labels(workspace: Workspace, permissions: Iterable[PermissionInput]) -> dict[str, Label]:
    names = [
        _name(label, f"permissions[{i}].resources[{j}]")
        for i, permission in enumerate(permissions)
        for j, resource in enumerate(permission.resources)
        for label in resource.labels
    ]
    try:
        return labels_named(workspace, list(dict.fromkeys(names)))
    except Conflict as error:
        raise Invalid("permissions", "One of the labels is not in the workspace.") from error
