"""The audit trail, newest first, for owners; reads of it are not events themselves."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from workspaces.api.public import paging, shapes
from workspaces.api.public.guards import ApiRequest, owners_only
from workspaces.catalogue import ResourceType
from workspaces.events import THING, kind_of
from workspaces.models import ActorKind, Event, EventQuerySet, Resource
from workspaces.models.event import BARE

router = Router(tags=["Audit Trail"], exclude_unset=True)
Mentioned = tuple[str, str, str]  # kind, lasting id, name
TOKEN_ID = re.compile(r"\((?P<id>\w{22})\)\Z")
# For what happens to resources the noun goes by the type.
NOUNS: dict[str, str] = {
    ResourceType.SOURCE: "Source",
    ResourceType.DESTINATION: "Integration",
    ResourceType.WAREHOUSE: "Storage Destination",
    ResourceType.SPACE: "Space",
    ResourceType.TRACKING_PLAN: "Tracking Plan",
    ResourceType.FUNCTION: "Function",
}
WIRE_TYPES = {"member": "USER", "group": "USER_GROUP"}
OUR_TYPES = {wire: ours for ours, wire in WIRE_TYPES.items()}
LABEL = "label"  # has no id on the wire: its key and value are what it is known by
LABEL_OR_ANY = frozenset({LABEL, ""})


class EventOut(Schema):
    id: str
    timestamp: str
    type: str
    actor: str
    actorEmail: str | None = None
    resourceId: str
    resourceType: str
    resourceName: str


EventsAnswer = shapes.answer_of("Events", events=list[EventOut], pagination=paging.PageInfo)


class EventsQuery(paging.PageQuery):
    startTime: shapes.Moment | None = None
    endTime: shapes.Moment | None = None
    resourceId: str | None = Field(None, min_length=1, max_length=255)
    resourceType: str | None = Field(None, min_length=1, max_length=64)


@router.get("/audit-events", response=EventsAnswer)
@owners_only
def list_audit_events(request: ApiRequest, query: Query[EventsQuery]) -> Any:
    """Events of the days that owners see."""
    rows = _asked_for(request, query).newest_first()
    events, info = paging.paged(rows, query, lambda found: _shown(request, query, found))
    return {"data": {"events": events, "pagination": info}}


def _asked_for(request: ApiRequest, query: EventsQuery) -> EventQuerySet:
    seen = timezone.now() - timedelta(days=settings.AUDIT_VISIBLE_DAYS)
    rows = request.workspace.events.filter(at__gte=seen)
    if query.startTime:
        rows = rows.filter(at__gte=query.startTime)
    if query.endTime:
        rows = rows.filter(at__lte=query.endTime)
    if query.resourceType or query.resourceId:
        wire = (query.resourceType or "").upper()
        kind = OUR_TYPES.get(wire, wire.lower())
        if not query.resourceId:
            return rows.filter(target_type=kind)
        things = request.workspace.resources.filter(public_id=query.resourceId)
        thing = things.filter(type=kind).first() if kind else things.first()
        if thing is not None:
            return rows.about_resource(thing)
        if kind in LABEL_OR_ANY and ":" in query.resourceId:
            return rows.about_label(request.workspace.pk, query.resourceId)
        rows = rows.about(request.workspace.pk, kind, query.resourceId)
    return rows


def _shown(request: ApiRequest, query: EventsQuery, found: Sequence[Event]) -> list[dict[str, Any]]:
    """Return events as the wire has them; 3 statements for any number."""
    people, things = _people(request, found), _things(request, found)
    asked = _asked_about(request, query, found)
    answer = []
    for event in found:
        kind, ident, name = asked.get(event.number) or _about(request, event, things)
        row: dict[str, Any] = {
            "id": f"{request.workspace.slug}-{event.number}",
            "timestamp": shapes.told(event.at),
            "type": type_of(event),
            "actor": _actor(event, people),
            "resourceId": name if kind == LABEL else ident,
            "resourceType": WIRE_TYPES.get(kind, kind.upper()),
            "resourceName": name,
        }
        if event.actor_kind == ActorKind.USER:
            row["actorEmail"] = event.actor_name
        answer.append(row)
    return answer


def _asked_about(
    request: ApiRequest, query: EventsQuery, found: Sequence[Event]
) -> dict[int, Mentioned]:
    """Return what each event says of the one thing that was asked for by its id."""
    if not query.resourceId:
        return {}
    rows = request.workspace.mentions.filter(
        ident=query.resourceId, number__in=[event.number for event in found]
    )
    return {row.number: (row.kind, row.ident, row.name) for row in rows}


def _about(request: ApiRequest, event: Event, things: Sequence[Resource]) -> Mentioned:
    """Return what an event is about by lasting id; about several, the workspace stands for it.

    Older events name resources by slug: the one that had it then, where that is still here.
    """
    kind, ident = event.target_type, event.target_id
    if event.form == BARE:
        for thing in things:
            if (thing.type, thing.slug) == (kind, ident) and thing.created_at <= event.at:
                ident = thing.public_id
    if not ident or kind in {"members", "tokens", "groups"}:
        return "workspace", request.workspace.slug, event.target_name
    return kind, ident, event.target_name


def type_of(event: Event) -> str:
    """Return what clients know an event as."""
    if event.action == "resource.changed" and event.target_type == ResourceType.DESTINATION:
        before, after = event.before or {}, event.after or {}
        if before.get("enabled") and after.get("enabled") is False:
            return "Integration Disabled"
    kind, noun = kind_of(event.action), NOUNS.get(event.target_type)
    if kind.about == THING and kind.public:
        return f"{noun} {kind.public}" if noun else kind.name
    return kind.public or kind.name


def _actor(event: Event, people: dict[str, str]) -> str:
    if event.actor_id:
        return event.actor_id
    if event.actor_kind == ActorKind.USER:
        return people.get(event.actor_name, event.actor_name)
    named = TOKEN_ID.search(event.actor_name)
    return named["id"] if named else event.actor_name


def _people(request: ApiRequest, found: Sequence[Event]) -> dict[str, str]:
    """Return the ids of acting members by address, for older events that have none."""
    acting = {e.actor_name for e in found if e.actor_kind == ActorKind.USER and not e.actor_id}
    rows = request.workspace.members.filter(user__email__in=acting)
    return dict(rows.values_list("user__email", "public_id"))


def _things(request: ApiRequest, found: Sequence[Event]) -> list[Resource]:
    """Return the resources that have the slugs of older events now."""
    old = {e.target_id for e in found if e.form == BARE and e.target_type in NOUNS}
    return list(request.workspace.resources.filter(slug__in=old).order_by("pk")) if old else []
