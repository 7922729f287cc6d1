"""Groups, who is in them, and their permissions.

Some addresses say `/group/…` in the singular; both spellings are answered.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Now
from ninja import Field, Query, Router, Schema

from workspaces.api.public.errors import as_clash
from workspaces.api.public.guards import ApiRequest, one_of, owners_only
from workspaces.api.public.paging import PageInfo, PageQuery, paged
from workspaces.api.public.permission_shapes import (
    Permission,
    PermissionsAnswer,
    PermissionsBody,
)
from workspaces.api.public.permissions import read
from workspaces.api.public.permissions_shown import bare, prefetched, shown
from workspaces.api.public.statuses import SUCCESS, StatusAnswer
from workspaces.models.group import Group, GroupQuerySet
from workspaces.operations import group_people, groups, permissions

router = Router(tags=["IAM Groups"], exclude_unset=True)
MOST = 1000  # addresses in one call


class GroupOut(Schema):
    id: str
    name: str
    memberCount: int
    permissions: list[Permission]


class GroupData(Schema):
    userGroup: GroupOut


class GroupAnswer(Schema):
    data: GroupData


class GroupsData(Schema):
    userGroups: list[GroupOut]
    pagination: PageInfo


class GroupsAnswer(Schema):
    data: GroupsData


class NameBody(Schema):
    name: str = Field(..., min_length=1, max_length=150)


class Person(Schema):
    id: str
    name: str
    email: str


class PeopleData(Schema):
    users: list[Person]
    pagination: PageInfo


class PeopleAnswer(Schema):
    data: PeopleData


class GroupEmailsData(Schema):
    emails: list[str]
    pagination: PageInfo


class GroupEmailsAnswer(Schema):
    data: GroupEmailsData


class GroupEmailsBody(Schema):
    emails: list[str] = Field(..., max_length=MOST)


class GroupEmailsQuery(Schema):
    emails: list[str] = Field(..., min_length=1, max_length=MOST)


def _rows(request: ApiRequest) -> GroupQuerySet:
    """Return groups with all that is shown of one, by name."""
    waiting = Q(
        invites__accepted_at__isnull=True,
        invites__voided_at__isnull=True,
        invites__expires_at__gt=Now(),
    )
    counted = request.workspace.groups.annotate(
        n_members=Count("memberships", distinct=True),
        n_invited=Count("invites", filter=waiting, distinct=True),
    )
    return counted.prefetch_related(prefetched()).by_name()


def _shown(request: ApiRequest, rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": group.public_id,
            "name": group.name,
            "memberCount": group.n_members + group.n_invited,
            "permissions": shown(group, request.workspace),
        }
        for group in rows
    ]


def _answer(request: ApiRequest, ident: str) -> dict[str, Any]:
    group = one_of(_rows(request), ident)
    return {"data": {"userGroup": _shown(request, [group])[0]}}


def _group(request: ApiRequest, ident: str) -> Group:
    found: Group = one_of(request.workspace.groups.select_related("workspace"), ident)
    return found


@router.get("/groups", response=GroupsAnswer)
@owners_only
def list_user_groups(request: ApiRequest, page: Query[PageQuery]) -> Any:
    """All groups with their permissions."""
    rows, info = paged(_rows(request), page, lambda found: _shown(request, found))
    return {"data": {"userGroups": rows, "pagination": info}}


@router.post("/groups", response=GroupAnswer)
@owners_only
def create_user_group(request: ApiRequest, body: NameBody) -> Any:
    """Make a group with nobody in it and minimal access."""
    with as_clash("name"):
        group = groups.create(request.workspace, body.name.strip(), by=request.actor)
    return _answer(request, group.public_id)


@router.get("/groups/{group_id}", response=GroupAnswer)
@owners_only
def get_user_group(request: ApiRequest, group_id: str) -> Any:
    """One group."""
    return _answer(request, group_id)


@router.patch("/groups/{group_id}", response=GroupAnswer)
@owners_only
def update_user_group(request: ApiRequest, group_id: str, body: NameBody) -> Any:
    """Rename a group."""
    group = _group(request, group_id)
    with as_clash("name"):
        groups.describe(group, body.name.strip(), group.description, by=request.actor)
    return _answer(request, group_id)


@router.delete("/groups/{group_id}", response=StatusAnswer)
@owners_only
def delete_user_group(request: ApiRequest, group_id: str) -> Any:
    """Delete a group; whoever is in it stays in the workspace."""
    groups.delete(_group(request, group_id), by=request.actor)
    return SUCCESS


@router.get("/groups/{group_id}/users", response=PeopleAnswer)
@owners_only
def list_users_from_user_group(request: ApiRequest, group_id: str, page: Query[PageQuery]) -> Any:
    """The members in a group."""
    rows = request.workspace.members.in_group(_group(request, group_id)).select_related("user")
    people, info = paged(rows.by_name(), page, _people)
    return {"data": {"users": people, "pagination": info}}


def _people(members: Sequence[Any]) -> list[dict[str, str]]:
    return [{"id": m.public_id, "name": m.user.name, "email": m.user.email} for m in members]


@router.get("/groups/{group_id}/invites", response=GroupEmailsAnswer)
@owners_only
def list_invites_from_user_group(request: ApiRequest, group_id: str, page: Query[PageQuery]) -> Any:
    """The addresses invited into a group."""
    rows = request.workspace.invites.open().filter(groups=_group(request, group_id)).by_address()
    emails, info = paged(rows, page, lambda found: [invite.email for invite in found])
    return {"data": {"emails": emails, "pagination": info}}


@router.post("/groups/{group_id}/users", response=GroupAnswer)
@owners_only
def add_users_to_user_group(request: ApiRequest, group_id: str, body: GroupEmailsBody) -> Any:
    """Put members or invited people into a group."""
    group_people.join(_group(request, group_id), body.emails, by=request.actor)
    return _answer(request, group_id)


@router.put("/group/{group_id}/users", response=GroupAnswer)
@router.put("/groups/{group_id}/users", response=GroupAnswer, include_in_schema=False)
@owners_only
def replace_users_in_user_group(request: ApiRequest, group_id: str, body: GroupEmailsBody) -> Any:
    """Make just these people the group's; an empty list empties it."""
    group_people.replace(_group(request, group_id), body.emails, by=request.actor)
    return _answer(request, group_id)


@router.delete("/group/{group_id}/users", response=StatusAnswer)
@router.delete("/groups/{group_id}/users", response=StatusAnswer, include_in_schema=False)
@owners_only
def remove_users_from_user_group(
    request: ApiRequest, group_id: str, query: Query[GroupEmailsQuery]
) -> Any:
    """Take people out of a group."""
    group_people.part(_group(request, group_id), query.emails, by=request.actor)
    return SUCCESS


@router.post("/groups/{group_id}/permissions", response=PermissionsAnswer)
@owners_only
def add_permissions_to_user_group(request: ApiRequest, group_id: str, body: PermissionsBody) -> Any:
    """Give permissions beside those there are; answers with all of the group's."""
    group = _group(request, group_id)
    wanted = read(request.workspace, body.permissions, group=True)
    permissions.add(group, wanted.grants, by=request.actor)
    return _permissions(request, group_id)


@router.put("/groups/{group_id}/permissions", response=PermissionsAnswer)
@owners_only
def replace_permissions_for_user_group(
    request: ApiRequest, group_id: str, body: PermissionsBody
) -> Any:
    """Make permissions exactly these."""
    group = _group(request, group_id)
    wanted = read(request.workspace, body.permissions, group=True)
    permissions.replace(group, wanted.grants, by=request.actor)
    return _permissions(request, group_id)


def _permissions(request: ApiRequest, ident: str) -> dict[str, Any]:
    rows = _answer(request, ident)["data"]["userGroup"]["permissions"]
    return {"data": {"permissions": bare(rows)}}
