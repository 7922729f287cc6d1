"""Members of the workspace and their own permissions."""

from collections.abc import Sequence
from typing import Any

from ninja import Field, Query, Router, Schema

from workspaces.access.dialect import among
from workspaces.api.public import errors, gone, paging, shapes
from workspaces.api.public.guards import ApiRequest, limited_as_change, one_of, owners_only
from workspaces.api.public.people.permission_shapes import (
    Permission,
    PermissionsAnswer,
    PermissionsBody,
)
from workspaces.api.public.people.permissions_read import read
from workspaces.api.public.people.permissions_shown import bare, prefetched, shown, shown_new
from workspaces.models import Member
from workspaces.operations.grants import said_by_programs as permissions
from workspaces.operations.members import bulk
from workspaces.operations.members.bulk_changes import Remove

router = Router(tags=["IAM Users"], exclude_unset=True)
MOST = 200  # people removed in one call
NOBODY = 0  # a token is no member that could be among those removed


class UserOut(Schema):
    id: str
    name: str
    email: str
    permissions: list[Permission]


UserAnswer = shapes.answer_of("User", user=UserOut)
UsersAnswer = shapes.answer_of("Users", users=list[UserOut], pagination=paging.PageInfo)


class GroupName(Schema):
    id: str
    name: str


GroupsOfUserAnswer = shapes.answer_of(
    "GroupsOfUser", groups=list[GroupName], pagination=paging.PageInfo
)


class UserIds(Schema):
    userIds: list[str] = Field(..., min_length=1, max_length=MOST)


@router.get("/users", response=UsersAnswer)
@owners_only
def list_users(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """All members, with the permissions they hold themselves; groups' are not among them."""
    rows = request.workspace.members.select_related("user").prefetch_related(*prefetched())
    users, info = paging.paged(rows.by_name(), page, lambda found: _shown(request, found))
    return {"data": {"users": users, "pagination": info}}


def _shown(request: ApiRequest, members: Sequence[Member]) -> list[dict[str, Any]]:
    return [
        {
            "id": member.public_id,
            "name": member.user.name,
            "email": member.user.email,
            "permissions": shown(member, request.workspace, owner=member.owner),
        }
        for member in members
    ]


def _member(request: ApiRequest, ident: str) -> Member:
    found: Member = one_of(request.workspace.members.select_related("user"), ident)
    return found


@router.get("/users/{user_id}", response=UserAnswer)
@owners_only
def get_user(request: ApiRequest, user_id: str) -> Any:
    """One member."""
    rows = request.workspace.members.select_related("user").prefetch_related(*prefetched())
    return {"data": {"user": _shown(request, [one_of(rows, user_id)])[0]}}


@router.get("/users/{user_id}/groups", response=GroupsOfUserAnswer)
@owners_only
def list_groups_of_user(request: ApiRequest, user_id: str, page: Query[paging.PageQuery]) -> Any:
    """The groups a member is in."""
    rows = _member(request, user_id).groups().by_name()
    groups, info = paging.paged(
        rows, page, lambda found: [{"id": g.public_id, "name": g.name} for g in found]
    )
    return {"data": {"groups": groups, "pagination": info}}


@router.delete("/users", response=shapes.StatusAnswer)
@owners_only
@limited_as_change
def delete_users(request: ApiRequest, query: Query[UserIds]) -> Any:
    """Take people out of the workspace, all of them or nobody; accounts live on.

    Whoever has gone already is no error.
    """
    wanted = set(query.userIds)
    rows = request.workspace.members.filter(public_id__in=wanted)
    found = dict(rows.values_list("public_id", "pk"))
    if missing := gone.strangers(request.workspace, wanted - found.keys()):
        raise errors.Invalid("userIds", f"There is no user {missing[0]}.")
    if not found:
        return shapes.SUCCESS
    bulk.apply(
        request.workspace,
        lambda workspace: workspace.members.filter(pk__in=among(found.values())),
        Remove(NOBODY),
        by=request.actor,
    )
    return shapes.SUCCESS


@router.post("/users/{user_id}/permissions", response=PermissionsAnswer)
@owners_only
@limited_as_change
def add_permissions_to_user(request: ApiRequest, user_id: str, body: PermissionsBody) -> Any:
    """Give permissions beside those there are; answers with what was asked for."""
    member = _member(request, user_id)
    wanted = read(request.workspace, body.permissions)
    given = permissions.add(member, wanted, by=request.actor)
    return {"data": {"permissions": bare(shown_new(given, request.workspace))}}


@router.put("/users/{user_id}/permissions", response=PermissionsAnswer)
@owners_only
@limited_as_change
def replace_permissions_for_user(request: ApiRequest, user_id: str, body: PermissionsBody) -> Any:
    """Make permissions exactly these; without Workspace Owner an owner becomes a member."""
    member = _member(request, user_id)
    wanted = read(request.workspace, body.permissions)
    given = permissions.replace(member, wanted, by=request.actor)
    return {"data": {"permissions": bare(shown_new(given, request.workspace))}}
