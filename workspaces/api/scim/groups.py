"""Groups: list, make, read, replace, change, delete (scim.md §1–§3).

Every group of the workspace is one, those made by hand as well; a directory links them.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse

from workspaces.api.public.times import told
from workspaces.api.scim import filters
from workspaces.api.scim.answers import answer, created, nothing
from workspaces.api.scim.attributes import attributes_sent
from workspaces.api.scim.filters import Condition, conditions_in
from workspaces.api.scim.group_bodies import GroupSent, group_in, patched_group
from workspaces.api.scim.guards import ScimRequest
from workspaces.api.scim.locations import GROUPS, USERS, location
from workspaces.api.scim.memberships import has_member, members_of
from workspaces.api.scim.paging import list_response, window_in
from workspaces.api.scim.patches import changes
from workspaces.api.scim.schemas import GROUP
from workspaces.api.scim.selection import selection_in
from workspaces.models.group import Group, GroupQuerySet
from workspaces.operations import directory_groups


def list_groups(request: ScimRequest) -> HttpResponse:
    window = window_in(request.GET)
    found = map(_condition, conditions_in(request.GET, filters.GROUPS))
    rows = _rows(request).filter(*found).order_by("pk")
    shown = _shown(request, list(rows[window.rows]))
    return answer(list_response(rows.count(), window, shown))


def create_group(request: ScimRequest) -> HttpResponse:
    sent = group_in(attributes_sent(request))
    group = directory_groups.create(
        request.workspace,
        name=sent.name or "",
        external_id=sent.external_id or "",
        people=[ident for step in sent.steps for ident in step.people],
        by=request.actor,
    )
    return created(_resource_of(request, group.public_id), location(GROUPS, group.public_id))


def read_group(request: ScimRequest, ident: str) -> HttpResponse:
    return answer(_resource_of(request, ident))


def replace_group(request: ScimRequest, ident: str) -> HttpResponse:
    """Members and externalId that are not sent go; permissions stay."""
    return _changed(request, ident, group_in(attributes_sent(request)))


def change_group(request: ScimRequest, ident: str) -> HttpResponse:
    return _changed(request, ident, patched_group(changes(attributes_sent(request), GROUP)))


def delete_group(request: ScimRequest, ident: str) -> HttpResponse:
    directory_groups.delete(_group(request, ident), by=request.actor)
    return nothing()


def _changed(request: ScimRequest, ident: str, sent: GroupSent) -> HttpResponse:
    directory_groups.change(
        _group(request, ident),
        name=sent.name,
        external_id=sent.external_id,
        steps=sent.steps,
        by=request.actor,
    )
    return answer(_resource_of(request, ident))


def _rows(request: ScimRequest) -> GroupQuerySet:
    return request.workspace.groups.select_related("workspace", "directory")


def _group(request: ScimRequest, ident: str) -> Group:
    group = _rows(request).filter(public_id=ident).first()
    if group is None:
        raise Http404
    return group


def _condition(condition: Condition) -> Q:
    value = str(condition.value)
    match condition.attribute:
        case "id":
            return Q(public_id=value)
        case "displayname":
            return Q(name__iexact=value)
        case "externalid":
            return Q(directory__external_id=value) if value else Q(pk__in=())
    return has_member(value)


def _resource_of(request: ScimRequest, ident: str) -> dict[str, Any]:
    return _shown(request, [_group(request, ident)])[0]


def _shown(request: ScimRequest, groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Return groups as they stand in an answer; 1 statement where members are asked for."""
    selection = selection_in(request.GET, GROUP)
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
