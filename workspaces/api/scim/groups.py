"""Groups: list, make, read, replace, change, delete.

Every group of the workspace is one, those made by hand as well; a directory links them.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse

from config.web.values.text import same_key
from workspaces.api.bearer import TokenRequest
from workspaces.api.public.shapes import told
from workspaces.api.scim.answers import GROUPS, USERS, answer, created, location, nothing
from workspaces.api.scim.memberships import has_member, members_of
from workspaces.api.scim.messages import attributes, filters, group_bodies, patches, queries
from workspaces.api.scim.schemas import GROUP
from workspaces.models import Group, GroupQuerySet
from workspaces.operations.directory import groups as directory_groups


def list_groups(request: TokenRequest) -> HttpResponse:
    window = queries.window_in(request.GET)
    found = map(_condition, filters.conditions_in(request.GET, filters.GROUPS))
    rows = _rows(request).filter(*found).order_by("pk")
    shown = _shown(request, list(rows[window.rows]))
    return answer(queries.list_response(rows.count(), window, shown))


def create_group(request: TokenRequest) -> HttpResponse:
    sent = group_bodies.group_in(attributes.resource_sent(request, GROUP))
    group = directory_groups.create(
        request.workspace,
        name=sent.name or "",
        external_id=sent.external_id or "",
        people=[ident for step in sent.steps for ident in step.people],
        by=request.actor,
    )
    return created(_resource_of(request, group.public_id), location(GROUPS, group.public_id))


def read_group(request: TokenRequest, ident: str) -> HttpResponse:
    return answer(_resource_of(request, ident))


def replace_group(request: TokenRequest, ident: str) -> HttpResponse:
    """Members and externalId that are not sent go; permissions stay."""
    return _changed(request, ident, group_bodies.group_in(attributes.resource_sent(request, GROUP)))


def change_group(request: TokenRequest, ident: str) -> HttpResponse:
    return _changed(
        request,
        ident,
        group_bodies.patched_group(patches.changes(attributes.message_sent(request), GROUP)),
    )


def delete_group(request: TokenRequest, ident: str) -> HttpResponse:
    directory_groups.delete(_group(request, ident), by=request.actor)
    return nothing()


def _changed(request: TokenRequest, ident: str, sent: group_bodies.GroupSent) -> HttpResponse:
    directory_groups.change(
        _group(request, ident),
        name=sent.name,
        external_id=sent.external_id,
        steps=sent.steps,
        by=request.actor,
    )
    return answer(_resource_of(request, ident))


def _rows(request: TokenRequest) -> GroupQuerySet:
    return request.workspace.groups.select_related("workspace", "directory")


def _group(request: TokenRequest, ident: str) -> Group:
    group = _rows(request).filter(public_id=ident).first()
    if group is None:
        raise Http404
    return group


def _condition(condition: filters.Condition) -> Q:
    value = str(condition.value)
    match condition.attribute:
        case "id":
            return Q(public_id=value)
        case "displayname":
            return Q(name_key=same_key(value))
        case "externalid":
            return Q(directory__external_id=value) if value else Q(pk__in=())
    return has_member(value)


def _resource_of(request: TokenRequest, ident: str) -> dict[str, Any]:
    return _shown(request, [_group(request, ident)])[0]


def _shown(request: TokenRequest, groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Return groups as they stand in an answer; 1 statement where members are asked for."""
    selection = queries.selection_in(request.GET, GROUP)
    members = members_of(groups) if selection.holds("members") else {}
    return [selection.of(_resource(group, members.get(group.public_id, []))) for group in groups]


def _resource(group: Group, members: Sequence[str]) -> dict[str, Any]:
    hold = getattr(group, "directory", None)  # none where the directory never touched it
    found: dict[str, Any] = {"schemas": [GROUP], "id": group.public_id}
    if hold and hold.external_id:
        found["externalId"] = hold.external_id
    found["displayName"] = group.name
    found["members"] = [
        {"value": ident, "$ref": location(USERS, ident), "type": "User"} for ident in members
    ]
    found["meta"] = {"resourceType": "Group"}
    if hold:
        found["meta"] |= {"created": told(hold.created_at), "lastModified": told(hold.changed_at)}
    found["meta"]["location"] = location(GROUPS, group.public_id)
    return found
