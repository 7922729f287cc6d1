"""Finds subjects and things by the names people type: an address, a group, `type/slug`."""

from workspaces.catalogue import WORKSPACE
from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace


def subject_named(workspace: Workspace, text: str) -> Member | Group | None:
    """Return the member with this address, or else the group with this name."""
    members = workspace.members.select_related("user")
    return (
        members.filter(user__email=text.lower()).first()
        or workspace.groups.filter(name__iexact=text).first()
    )


def thing_named(workspace: Workspace, ref: str) -> Resource | Workspace | None:
    """Return the resource written `type/slug`, or the workspace as `workspace/slug`."""
    type_, _, slug = ref.partition("/")
    if type_ == WORKSPACE:
        return workspace if slug == workspace.slug else None
    return workspace.resources.select_related("source").filter(type=type_, slug=slug).first()
