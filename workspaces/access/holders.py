"""Holders: the members who hold grants of some kind, directly or through a group (R1)."""

from django.db.models import Q

from workspaces.catalogue import (
    EDIT,
    OWNER,
    ROLES,
    Scope,
    roles_giving,
    roles_giving_beneath,
)
from workspaces.models.grant import GrantQuerySet
from workspaces.models.group import GroupMember
from workspaces.models.workspace import Workspace

EDITING_ROLES = frozenset(role.slug for role in ROLES.values() if role.level != "view")


def holding(grants: GrantQuerySet) -> Q:
    """Match members who hold any of these grants themselves or through a group."""
    through = GroupMember.objects.filter(
        group__in=grants.filter(group__isnull=False).values("group")
    )
    own = grants.filter(member__isnull=False)
    return Q(pk__in=own.values("member")) | Q(pk__in=through.values("member"))


def with_broad_access(workspace: Workspace) -> Q:
    """Match members who can edit every current and future thing of some type."""
    broad = workspace.grants.active().filter(scope=Scope.ALL, role__in=EDITING_ROLES)
    return Q(owner=True) | holding(broad)


def with_everything(workspace: Workspace, type_: str) -> Q:
    """Match members who can edit every current and future thing of one type."""
    roles = roles_giving(type_, EDIT) | roles_giving_beneath(type_, EDIT) | {OWNER}
    broad = workspace.grants.active().filter(scope=Scope.ALL, role__in=roles)
    return Q(owner=True) | holding(broad)
