"""Who is in which group, people who are asked first among them; 1 statement for any number."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import F, Q, QuerySet

from workspaces.models.group import Group, GroupMember
from workspaces.models.invite import Invite, InviteGroup
from workspaces.models.workspace import Workspace

Joined = QuerySet[Any, Any]
PERSON_OF_MEMBER, PERSON_OF_INVITE = "member__public_id", "invite__directory_people__public_id"


def groups_of(workspace: Workspace, ids: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Return ids and names of the groups of people (by their ids), by name."""
    members = _members(workspace).filter(member__public_id__in=ids)
    asked = _asked(workspace).filter(invite__directory_people__public_id__in=ids)
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for person, group, name in members.union(asked, all=True).order_by("name", "ident"):
        found[person].append((group, name))
    return found


def members_of(groups: Iterable[Group]) -> dict[str, list[str]]:
    """Return the ids of the people in groups, by the id of the group."""
    rows = list(groups)
    if not rows:
        return {}
    members = _members(rows[0].workspace).filter(group__in=rows)
    asked = _asked(rows[0].workspace).filter(group__in=rows)
    found: dict[str, list[str]] = defaultdict(list)
    for person, group, _ in members.union(asked, all=True).order_by("person"):
        found[group].append(person)
    return found


def _members(workspace: Workspace) -> Joined:
    return _columns(GroupMember.objects.filter(workspace=workspace), PERSON_OF_MEMBER)


def _asked(workspace: Workspace) -> Joined:
    """Return those who join when they accept; links that have ended count no more."""
    rows = InviteGroup.objects.filter(workspace=workspace, invite__in=Invite.objects.open())
    return _columns(rows.filter(invite__directory_people__isnull=False), PERSON_OF_INVITE)


def _columns(rows: Joined, person: str) -> Joined:
    named = rows.annotate(person=F(person), ident=F("group__public_id"), name=F("group__name"))
    columns: Joined = named.values_list("person", "ident", "name")
    return columns


def has_member(ident: str) -> Q:
    """Return the condition on a group that a person (by id) is in it."""
    members = GroupMember.objects.filter(member__public_id=ident)
    asked = InviteGroup.objects.filter(
        invite__in=Invite.objects.open(), invite__directory_people__public_id=ident
    )
    return Q(pk__in=members.values("group")) | Q(pk__in=asked.values("group"))
