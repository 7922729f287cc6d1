"""Searches of the decision API: whom, on what, and what may be done (AuthZEN 1.0, section 8).

Each finds a QuerySet whose rows one column tells apart; `pages` cuts it.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from workspaces.access.engine import Access
from workspaces.access.who import groups_that_may, tokens_that_may, who
from workspaces.api.authzen.names import GROUP, TOKEN, USER, policies_of, things_of
from workspaces.api.authzen.questions import Entity
from workspaces.catalogue import ACTIONS, WORKSPACE, ResourceType
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: entities of one type, whose ids stand in the column `ident`."""

    type: str
    rows: QuerySet[Any]
    ident: str


def subjects(workspace: Workspace, type_: str, action: str, resource: Entity) -> Found:
    """Return who may do the action on the resource."""
    thing = things_of(workspace, [resource]).get(resource)
    if thing is not None and type_ == USER:
        return Found(USER, who(action, thing), "user__email")
    if thing is not None and type_ == GROUP:
        return Found(GROUP, groups_that_may(action, thing), "name")
    if thing is not None and type_ == TOKEN:
        return Found(TOKEN, tokens_that_may(action, thing), "public_id")
    return Found(type_, Member.objects.none(), "pk")


def resources(workspace: Workspace, subject: Entity, action: str, type_: str) -> Found:
    """Return on what of a type the subject may do the action."""
    policy = policies_of(workspace, [subject]).get(subject)
    if policy is not None and type_ in set(ResourceType):
        return Found(type_, Access(policy).reach(action, type_), "slug")
    if policy is not None and type_ == WORKSPACE and Access(policy).check(action, workspace):
        return Found(WORKSPACE, Workspace.objects.filter(pk=workspace.pk), "slug")
    return Found(type_, Workspace.objects.none(), "slug")


def actions(workspace: Workspace, subject: Entity, resource: Entity) -> list[str]:
    """Return what the subject may do on the resource, in the order of the catalogue."""
    policy = policies_of(workspace, [subject]).get(subject)
    thing = things_of(workspace, [resource]).get(resource)
    if policy is None or thing is None:
        return []
    access = Access(policy)
    if isinstance(thing, Workspace):
        return [a for a in ACTIONS[WORKSPACE] if a in access.on_workspace()]
    return [a for a in ACTIONS[thing.type] if a in access.rights([thing])[thing.pk]]
