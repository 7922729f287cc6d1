"""Gathers the models for Django; import a model from its own module."""

from workspaces.models.alias import AliasRequest
from workspaces.models.directory import DirectoryCall, DirectoryGroup, DirectoryPerson
from workspaces.models.event import Event
from workspaces.models.grant import Grant, GrantLabel, GrantResource
from workspaces.models.group import Group, GroupMember
from workspaces.models.invite import Invite, InviteGroup
from workspaces.models.member import Member
from workspaces.models.request import AccessRequest
from workspaces.models.resource import Connection, Resource
from workspaces.models.support import SupportVisit, SupportWindow
from workspaces.models.token import Token
from workspaces.models.workspace import Workspace

__all__ = [
    "AccessRequest",
    "AliasRequest",
    "Connection",
    "DirectoryCall",
    "DirectoryGroup",
    "DirectoryPerson",
    "Event",
    "Grant",
    "GrantLabel",
    "GrantResource",
    "Group",
    "GroupMember",
    "Invite",
    "InviteGroup",
    "Member",
    "Resource",
    "SupportVisit",
    "SupportWindow",
    "Token",
    "Workspace",
]
