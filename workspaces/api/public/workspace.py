"""The workspace of the token, and the roles there are."""

from typing import Any

from ninja import Query, Router, Schema

from workspaces.api.public import paging, shapes
from workspaces.api.public.guards import ApiRequest, any_token
from workspaces.api.public.people.permissions_shown import catalogue
from workspaces.catalogue import Role
from workspaces.models import Workspace

router = Router(tags=["Workspace"], exclude_unset=True)


class WorkspaceOut(Schema):
    id: str
    slug: str
    name: str


WorkspaceAnswer = shapes.answer_of("Workspace", workspace=WorkspaceOut)


class RoleOut(Schema):
    id: str
    name: str
    description: str


RolesAnswer = shapes.answer_of("Roles", roles=list[RoleOut], pagination=paging.PageInfo)


@router.get("/", response=WorkspaceAnswer)
@any_token("it knows its own workspace")
def get_workspace(request: ApiRequest) -> Any:
    """The workspace a token belongs to."""
    return {"data": {"workspace": shown(request.workspace)}}


def shown(workspace: Workspace) -> dict[str, str]:
    """Return a workspace as the wire has it; its slug is its id, which never changes."""
    return {"id": workspace.slug, "slug": workspace.slug, "name": workspace.name}


@router.get("/roles", response=RolesAnswer)
@any_token("the catalogue is the same everywhere")
def list_roles(request: ApiRequest, page: Query[paging.PageQuery]) -> Any:
    """Every role that can be given."""
    roles, info = paging.paged(catalogue(), page, lambda rows: [_role(row) for row in rows])
    return {"data": {"roles": roles, "pagination": info}}


def _role(role: Role) -> dict[str, str]:
    return {"id": role.slug, "name": role.name, "description": role.description}
