"""Groups, who is in them, and their permissions.

Some addresses say `/group/…` in the singular; both spellings are answered.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from ninja import Field, Query, Router, Schema

from workspaces.api.public import errors, gone, paging, shapes
from workspaces.api.public.guards import ApiRequest, limited_as_change, one_of, owners_only
from workspaces.api.public.people.permission_shapes import (
    Permission,
    PermissionsAnswer,
    PermissionsBody,
    SpannedBody,
)
from workspaces.api.public.people.permissions_read import read
from workspaces.api.public.people.permissions_shown import bare, prefetched, shown
from workspaces.models import Group, GroupQuerySet, Invite, InviteGroup
from workspaces.operations.grants import said_by_programs as permissions
from workspaces.operations.groups import groups, people as group_people

router = Router(tags=["IAM Groups"], exclude_unset=True)
MOST = 1000  # addresses in one call


class GroupOut(Schema):
    id: str
    name: str
    memberCount: int
    permissions: list[Permission]


GroupAnswer = shapes.answer_of("Group", userGroup=GroupOut)
GroupsAnswer = shapes.answer_of("Groups", userGroups=list[GroupOut], pagination=paging.PageInfo)


class NameBody(shapes.Body):
    name: shapes.Name


class Person(Schema):
    id: str
    name: str
    email: str


PeopleAnswer = shapes.answer_of("People", users=list[Person], pagination=paging.PageInfo)
GroupEmailsAnswer = shapes.answer_of("GroupEmails", emails=list[str], pagination=paging.PageInfo)


class GroupEmailsBody(shapes.ExactBody):
    emails: list[str] = Field(..., max_length=MOST)


class JoiningBody(SpannedBody):
    emails: list[str] = Field(..., max_length=MOST)


class GroupEmailsQuery(Schema):
    emails: list[str] = Field(..., min_length=1, max_length=MOST)


def _rows(request: ApiRequest) -> GroupQuerySet:
    """Return groups with all that is shown of one, by name."""
    offered = InviteGroup.objects.lasting().filter(
        group=OuterRef("pk"), invite__in=Invite.objects.open()
    )
    counted = offered.order_by().values("group").annotate(n=Count("pk")).values("n")
    rows = request.workspace.groups.with_people().annotate(n_invited=Coalesce(Subquery(counted), 0))
    return rows.prefetch_related(*prefetched()).by_name()


def _shown(request: ApiRequest, rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": group.public_id,
            "name": group.name,
            "memberCount": group.people + group.n_invited,
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
def list_user_groups(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """All groups with their permissions."""
    rows, info = paging.paged(_rows(request), page, lambda found: _shown(request, found))
    return {"data": {"userGroups": rows, "pagination": info}}


@router.post("/groups", response=GroupAnswer)
@owners_only
@limited_as_change
def create_user_group(request: ApiRequest, body: NameBody) -> Any:
    """Make a group with nobody in it and minimal access."""
    with errors.as_clash("name"):
        group = groups.create(request.workspace, body.name, by=request.actor)
    return _answer(request, group.public_id)


@router.get("/groups/{group_id}", response=GroupAnswer)
@owners_only
def get_user_group(request: ApiRequest, group_id: str) -> Any:
    """One group."""
    return _answer(request, group_id)


@router.patch("/groups/{group_id}", response=GroupAnswer)
@owners_only
@limited_as_change
def update_user_group(request: ApiRequest, group_id: str, body: NameBody) -> Any:
    """Rename a group."""
    group = _group(request, group_id)
    with errors.as_clash("name"):
        groups.describe(group, body.name, group.description, by=request.actor)
    return _answer(request, group_id)


@router.delete("/groups/{group_id}", response=shapes.StatusAnswer)
@owners_only
@limited_as_change
def delete_user_group(request: ApiRequest, group_id: str) -> Any:
    """Delete a group; whoever is in it stays in the workspace. One that has gone is no error."""
    gone.delete(
        request.workspace.groups.select_related("workspace").filter(public_id=group_id),
        lambda group: groups.delete(group, by=request.actor),
        lambda: gone.was_here(request.workspace, "group", ident=group_id),
    )
    return shapes.SUCCESS


@router.get("/groups/{group_id}/users", response=PeopleAnswer)
@owners_only
def list_users_from_user_group(
    request: ApiRequest, group_id: str, page: Query[paging.PageQuery]
) -> Any:
    """The members who are in a group now."""
    rows = request.workspace.members.in_group(_group(request, group_id)).select_related("user")
    people, info = paging.paged(rows.by_name(), page, _people)
    return {"data": {"users": people, "pagination": info}}


def _people(members: Sequence[Any]) -> list[dict[str, str]]:
    return [{"id": m.public_id, "name": m.user.name, "email": m.user.email} for m in members]


@router.get("/groups/{group_id}/invites", response=GroupEmailsAnswer)
@owners_only
def list_invites_from_user_group(
    request: ApiRequest, group_id: str, page: Query[paging.PageQuery]
) -> Any:
    """The addresses invited into a group."""
    offered = InviteGroup.objects.lasting().filter(group=_group(request, group_id))
    rows = request.workspace.invites.open().filter(pk__in=offered.values("invite")).by_address()
    emails, info = paging.paged(rows, page, lambda found: [invite.email for invite in found])
    return {"data": {"emails": emails, "pagination": info}}


@router.post("/groups/{group_id}/users", response=GroupAnswer)
@owners_only
@limited_as_change
def add_users_to_user_group(request: ApiRequest, group_id: str, body: JoiningBody) -> Any:
    """Put members or invited people into a group, perhaps from a moment and until another.

    Whoever is in it now stays as they are.
    """
    group, span = _group(request, group_id), body.span()
    group_people.join(group, body.emails, by=request.actor, span=span)
    return _answer(request, group_id)


@router.put("/group/{group_id}/users", response=GroupAnswer)
@router.put("/groups/{group_id}/users", response=GroupAnswer, include_in_schema=False)
@owners_only
@limited_as_change
def replace_users_in_user_group(request: ApiRequest, group_id: str, body: GroupEmailsBody) -> Any:
    """Make just these people the group's; an empty list empties it."""
    group_people.replace(_group(request, group_id), body.emails, by=request.actor)
    return _answer(request, group_id)


@router.delete("/group/{group_id}/users", response=shapes.StatusAnswer)
@router.delete("/groups/{group_id}/users", response=shapes.StatusAnswer, include_in_schema=False)
@owners_only
@limited_as_change
def remove_users_from_user_group(
    request: ApiRequest, group_id: str, query: Query[GroupEmailsQuery]
) -> Any:
    """Take people out of a group."""
    group_people.part(_group(request, group_id), query.emails, by=request.actor)
    return shapes.SUCCESS


@router.post("/groups/{group_id}/permissions", response=PermissionsAnswer)
@owners_only
@limited_as_change
def add_permissions_to_user_group(request: ApiRequest, group_id: str, body: PermissionsBody) -> Any:
    """Give permissions beside those there are; answers with all of the group's."""
    group = _group(request, group_id)
    wanted = read(request.workspace, body.permissions, group=True)
    permissions.add(group, wanted, by=request.actor)
    return _permissions(request, group_id)


@router.put("/groups/{group_id}/permissions", response=PermissionsAnswer)
@owners_only
@limited_as_change
def replace_permissions_for_user_group(
    request: ApiRequest, group_id: str, body: PermissionsBody
) -> Any:
    """Make permissions exactly these."""
    group = _group(request, group_id)
    wanted = read(request.workspace, body.permissions, group=True)
    permissions.replace(group, wanted, by=request.actor)
    return _permissions(request, group_id)


def _permissions(request: ApiRequest, ident: str) -> dict[str, Any]:
    rows = _answer(request, ident)["data"]["userGroup"]["permissions"]
    return {"data": {"permissions": bare(rows)}}
