"""Who is in which group now, in 1 statement for any number.

No directory is told of places that are planned or have ended (W1). People who are asked first are
among them, and those who wait while they are not active.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet

from workspaces.models import Group, GroupMember, Invite, InviteGroup, WaitingMember, Workspace

Joined = QuerySet[Any, Any]
PERSON_OF_MEMBER, PERSON_OF_INVITE = "member__public_id", "invite__directory_people__public_id"
PERSON_WAITING = "person__public_id"


def groups_of(workspace: Workspace, ids: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Return ids and names of the groups of people (by their ids), by name."""
    members = _members(workspace).filter(member__public_id__in=ids)
    asked = _asked(workspace).filter(invite__directory_people__public_id__in=ids)
    waiting = _waiting(workspace).filter(person__public_id__in=ids)
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for person, group, name, _key in members.union(asked, waiting).order_by("key", "ident"):
        found[person].append((group, name))
    return found


def members_of(groups: Iterable[Group]) -> dict[str, list[str]]:
    """Return the ids of the people in groups, by the id of the group."""
    rows = list(groups)
    if not rows:
        return {}
    members = _members(rows[0].workspace).filter(group__in=rows)
    asked = _asked(rows[0].workspace).filter(group__in=rows)
    waiting = _waiting(rows[0].workspace).filter(group__in=rows)
    found: dict[str, list[str]] = defaultdict(list)
    for person, group, *_ in members.union(asked, waiting).order_by("who"):
        found[group].append(person)
    return found


def _members(workspace: Workspace) -> Joined:
    return _columns(GroupMember.objects.active().filter(workspace=workspace), PERSON_OF_MEMBER)


def _asked(workspace: Workspace) -> Joined:
    """Return those who join when they accept; links that have ended count no more."""
    rows = InviteGroup.objects.active().filter(
        workspace=workspace, invite__in=Invite.objects.open()
    )
    return _columns(rows.filter(invite__directory_people__isnull=False), PERSON_OF_INVITE)


def _waiting(workspace: Workspace) -> Joined:
    return _columns(WaitingMember.objects.filter(workspace=workspace), PERSON_WAITING)


def _columns(rows: Joined, person: str) -> Joined:
    named = rows.annotate(
        who=F(person),
        ident=F("group__public_id"),
        name=F("group__name"),
        key=F("group__sort_key"),
    )
    columns: Joined = named.values_list("who", "ident", "name", "key")
    return columns


def has_member(ident: str) -> Q:
    """Return the condition on a group that a person (by id) is in it."""
    members = GroupMember.objects.active().filter(member__public_id=ident)
    asked = InviteGroup.objects.active().filter(
        invite__in=Invite.objects.open(), invite__directory_people__public_id=ident
    )
    waiting = WaitingMember.objects.filter(person__public_id=ident)
    found = (members, asked, waiting)
    return reduce(or_, (Q(pk__in=rows.values("group")) for rows in found))
