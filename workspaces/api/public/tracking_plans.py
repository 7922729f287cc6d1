"""Tracking plans and the sources they are for."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db.models import Q
from ninja import Field, Query, Router, Schema

from workspaces.api.public import sources
from workspaces.api.public.errors import Invalid
from workspaces.api.public.guards import ApiRequest, any_token, resource_for
from workspaces.api.public.paging import PageInfo, PageQuery
from workspaces.api.public.statuses import SUCCESS, StatusAnswer
from workspaces.api.public.things import (
    NAME_LENGTH,
    allow_creating,
    looked_at,
    page_of_rows,
    readable_source,
    slug_for,
)
from workspaces.api.public.times import told
from workspaces.catalogue import DELETE, EDIT, READ, ResourceType
from workspaces.models.resource import Resource
from workspaces.operations import resource_details, resources

router = Router(tags=["Tracking Plans"], exclude_unset=True)
TYPE = ResourceType.TRACKING_PLAN
ASKED = "the engine is asked about the tracking plan"


class PlanType(StrEnum):
    LIVE = "LIVE"
    ENGAGE = "ENGAGE"
    PROPERTY_LIBRARY = "PROPERTY_LIBRARY"
    RULE_LIBRARY = "RULE_LIBRARY"
    TEMPLATE = "TEMPLATE"


class PlanOut(Schema):
    id: str
    type: PlanType
    name: str
    slug: str
    description: str
    createdAt: str
    updatedAt: str


class PlanData(Schema):
    trackingPlan: PlanOut


class PlanAnswer(Schema):
    data: PlanData


class PlansData(Schema):
    trackingPlans: list[PlanOut]
    pagination: PageInfo


class PlansAnswer(Schema):
    data: PlansData


class PlanBody(Schema):
    name: str = Field(..., min_length=1, max_length=NAME_LENGTH)
    type: PlanType
    description: str = Field("", max_length=2000)


class PlanChange(Schema):
    name: str | None = Field(None, min_length=1, max_length=NAME_LENGTH)
    description: str | None = Field(None, max_length=2000)


class PlanQuery(PageQuery):
    type: PlanType | None = None


class PlanSourceBody(Schema):
    sourceId: str


def shown(found: Sequence[Resource]) -> list[dict[str, Any]]:
    """Return tracking plans as the wire has them."""
    return [
        {
            "id": row.public_id,
            "type": row.details.get("planType", PlanType.LIVE),
            "name": row.name,
            "slug": row.slug,
            "description": row.details.get("description", ""),
            "createdAt": told(row.created_at),
            "updatedAt": told(row.changed_at),
        }
        for row in found
    ]


@router.get("/tracking-plans", response=PlansAnswer)
@any_token("the list holds what the token may read")
def list_tracking_plans(request: ApiRequest, query: Query[PlanQuery]) -> Any:
    """The tracking plans the token may read, of one type where that is asked for."""
    rows = request.access.reach(READ, TYPE)
    if query.type is not None:
        of_type = Q(details__planType=query.type)
        if query.type == PlanType.LIVE:  # what was made in the console names none
            of_type |= Q(details__planType__isnull=True)
        rows = rows.filter(of_type)
    return page_of_rows(request, TYPE, rows, "trackingPlans", query, shown)


@router.post("/tracking-plans", response=PlanAnswer)
@any_token("the operation asks whether tracking plans may be made")
def create_tracking_plan(request: ApiRequest, body: PlanBody) -> Any:
    """Make a tracking plan."""
    allow_creating(request)
    made = resources.create(
        request.workspace,
        TYPE,
        slug_for(body.name),
        body.name.strip(),
        by=request.actor,
        details={"planType": body.type, "description": body.description},
    )
    return {"data": {"trackingPlan": shown([made])[0]}}


@router.get("/tracking-plans/{plan_id}", response=PlanAnswer)
@any_token(ASKED)
def get_tracking_plan(request: ApiRequest, plan_id: str) -> Any:
    """One tracking plan."""
    return {"data": {"trackingPlan": shown([looked_at(request, TYPE, plan_id)])[0]}}


@router.patch("/tracking-plans/{plan_id}", response=StatusAnswer)
@any_token(ASKED)
def update_tracking_plan(request: ApiRequest, plan_id: str, body: PlanChange) -> Any:
    """Change name or description."""
    plan = resource_for(request, EDIT, TYPE, plan_id)
    details = {} if body.description is None else {"description": body.description}
    resource_details.change(plan, name=body.name, details=details, by=request.actor)
    return SUCCESS


@router.delete("/tracking-plans/{plan_id}", response=StatusAnswer)
@any_token(ASKED)
def delete_tracking_plan(request: ApiRequest, plan_id: str) -> Any:
    """Delete a tracking plan."""
    resources.delete(resource_for(request, DELETE, TYPE, plan_id), by=request.actor)
    return SUCCESS


@router.get("/tracking-plans/{plan_id}/sources", response=sources.SourcesAnswer)
@any_token(ASKED)
def list_sources_from_tracking_plan(
    request: ApiRequest, plan_id: str, page: Query[PageQuery]
) -> Any:
    """The sources of a plan that the token may read."""
    return sources.connected_with(request, looked_at(request, TYPE, plan_id), page)


def _source(request: ApiRequest, ident: str) -> Resource:
    found = readable_source(request, ident)
    if found is None:
        raise Invalid("sourceId", "There is no such source.")
    return found


@router.post("/tracking-plans/{plan_id}/sources", response=StatusAnswer)
@any_token("the operation asks for edit on both ends")
def add_source_to_tracking_plan(request: ApiRequest, plan_id: str, body: PlanSourceBody) -> Any:
    """Connect a source; needs edit on both ends (B9)."""
    plan = resource_for(request, EDIT, TYPE, plan_id)
    resources.connect(plan, [_source(request, body.sourceId)], by=request.actor)
    return SUCCESS


@router.delete("/tracking-plans/{plan_id}/sources", response=StatusAnswer)
@any_token("the operation asks for edit on both ends")
def remove_source_from_tracking_plan(
    request: ApiRequest, plan_id: str, query: Query[PlanSourceBody]
) -> Any:
    """Undo a connection; needs edit on both ends (B9)."""
    plan = resource_for(request, EDIT, TYPE, plan_id)
    resources.disconnect(plan, [_source(request, query.sourceId)], by=request.actor)
    return SUCCESS
