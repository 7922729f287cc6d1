"""The audit trail, newest first, for owners; reads of it are not events themselves."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from workspaces.api.public.guards import ApiRequest, owners_only
from workspaces.api.public.paging import PageInfo, PageQuery, paged
from workspaces.api.public.times import told
from workspaces.catalogue import ResourceType
from workspaces.models.event import ActorKind, Event, EventQuerySet

router = Router(tags=["Audit Trail"], exclude_unset=True)
TOKEN_ID = re.compile(r"\((?P<id>\w{22})\)\Z")
# What clients know an event as; where there is no such name it goes by its own.
TYPES = {
    "member.added": "User Added",
    "member.removed": "Group Memberships Deleted",
    "members.removed": "Group Memberships Deleted",
    "member.left": "User Removed",
    "policy.changed": "Policy Created",
    "grants.given": "Policy Created",
    "grants.revoked": "Policy Deleted",
    "invite.sent": "User Invited to Workspace",
    "invites.sent": "User Invited to Workspace",
    "invite.revoked": "Invite Deleted",
    "group.created": "User Group Created",
    "group.described": "User Group Updated",
    "group.deleted": "User Group Deleted",
    "group.members_added": "Subjects Added to Group",
    "group.members_replaced": "Subjects Added to Group",
    "group.members_removed": "Group Memberships Deleted",
    "label.created": "Label Created",
    "label.deleted": "Label Deleted",
    "resource.relabelled": "Source Modified",
}
# For what happens to resources the noun goes by the type.
NOUNS = {
    ResourceType.SOURCE: "Source",
    ResourceType.DESTINATION: "Integration",
    ResourceType.WAREHOUSE: "Storage Destination",
    ResourceType.SPACE: "Space",
    ResourceType.TRACKING_PLAN: "Tracking Plan",
    ResourceType.FUNCTION: "Function",
}
VERBS = {
    "resource.created": "Created",
    "resource.renamed": "Modified",
    "resource.changed": "Modified",
    "resource.deleted": "Deleted",
}
WIRE_TYPES = {"member": "USER", "group": "USER_GROUP"}
OUR_TYPES = {wire: ours for ours, wire in WIRE_TYPES.items()}


class EventOut(Schema):
    id: str
    timestamp: str
    type: str
    actor: str
    actorEmail: str | None = None
    resourceId: str
    resourceType: str
    resourceName: str


class EventsData(Schema):
    events: list[EventOut]
    pagination: PageInfo


class EventsAnswer(Schema):
    data: EventsData


class EventsQuery(PageQuery):
    startTime: datetime | None = None
    endTime: datetime | None = None
    resourceId: str = Field("", max_length=255)
    resourceType: str = Field("", max_length=64)


@router.get("/audit-events", response=EventsAnswer)
@owners_only
def list_audit_events(request: ApiRequest, query: Query[EventsQuery]) -> Any:
    """Events of the days that owners see (A3)."""
    rows = _asked_for(request, query).newest_first()
    events, info = paged(rows, query, lambda found: _shown(request, found))
    return {"data": {"events": events, "pagination": info}}


def _asked_for(request: ApiRequest, query: EventsQuery) -> EventQuerySet:
    seen = timezone.now() - timedelta(days=settings.AUDIT_VISIBLE_DAYS)
    rows = request.workspace.events.filter(at__gte=seen)
    if query.startTime:
        rows = rows.filter(at__gte=_aware(query.startTime))
    if query.endTime:
        rows = rows.filter(at__lte=_aware(query.endTime))
    if query.resourceType:
        wire = query.resourceType.upper()
        rows = rows.filter(target_type=OUR_TYPES.get(wire, wire.lower()))
    if query.resourceId:
        known = request.workspace.resources.filter(public_id=query.resourceId)
        slug = known.values_list("slug", flat=True).first()
        rows = rows.filter(target_id=slug or query.resourceId)
    return rows


def _aware(when: datetime) -> datetime:
    return when if timezone.is_aware(when) else timezone.make_aware(when)


def _shown(request: ApiRequest, found: Sequence[Event]) -> list[dict[str, Any]]:
    """Return events as the wire has them; 2 statements for any number."""
    people, things = _people(request, found), _things(request, found)
    answer = []
    for event in found:
        row: dict[str, Any] = {
            "id": f"{request.workspace.slug}-{event.number}",
            "timestamp": told(event.at),
            "type": type_of(event),
            "actor": _actor(event, people),
            "resourceId": things.get((event.target_type, event.target_id), event.target_id),
            "resourceType": WIRE_TYPES.get(event.target_type, event.target_type.upper()),
            "resourceName": event.target_name,
        }
        if event.actor_kind == ActorKind.USER:
            row["actorEmail"] = event.actor_name
        answer.append(row)
    return answer


def type_of(event: Event) -> str:
    """Return what clients know an event as."""
    if event.action in VERBS and event.target_type in NOUNS:
        return f"{NOUNS[ResourceType(event.target_type)]} {VERBS[event.action]}"
    return TYPES.get(event.action, event.action)


def _actor(event: Event, people: dict[str, str]) -> str:
    if event.actor_kind == ActorKind.USER:
        return people.get(event.actor_name, event.actor_name)
    named = TOKEN_ID.search(event.actor_name)
    return named["id"] if named else event.actor_name


def _people(request: ApiRequest, found: Sequence[Event]) -> dict[str, str]:
    """Return the ids of acting members by address."""
    acting = {event.actor_name for event in found if event.actor_kind == ActorKind.USER}
    rows = request.workspace.members.filter(user__email__in=acting)
    return dict(rows.values_list("user__email", "public_id"))


def _things(request: ApiRequest, found: Sequence[Event]) -> dict[tuple[str, str], str]:
    """Return the ids of resources that are still there, by type and slug."""
    slugs = {event.target_id for event in found if event.target_type in NOUNS}
    rows = request.workspace.resources.filter(slug__in=slugs)
    return {(row.type, row.slug): row.public_id for row in rows}
