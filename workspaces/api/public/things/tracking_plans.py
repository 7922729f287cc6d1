"""Tracking plans and the sources they are for."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.http import Http404
from ninja import Field, Query, Router, Schema

from workspaces.api.public import errors, gone, paging, shapes
from workspaces.api.public.guards import ApiRequest, any_token, resource_for
from workspaces.api.public.things import sources, things
from workspaces.catalogue import EDIT, READ, ResourceType
from workspaces.models import Resource
from workspaces.operations.resources import details as resource_details, resources

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
    description: str | None = None
    createdAt: str
    updatedAt: str


PlanAnswer = shapes.answer_of("Plan", trackingPlan=PlanOut)
PlansAnswer = shapes.answer_of("Plans", trackingPlans=list[PlanOut], pagination=paging.PageInfo)


class PlanBody(shapes.Body):
    name: shapes.Name
    type: PlanType = Field(..., strict=False)
    description: shapes.Description | None = None


class PlanChange(shapes.Body):
    name: shapes.Name | None = None
    description: shapes.Description | None = None


class PlanQuery(paging.PageQuery):
    type: PlanType | None = None


class PlanSourceBody(shapes.Body):
    sourceId: str


def shown(found: Sequence[Resource]) -> list[dict[str, Any]]:
    """Return tracking plans as the wire has them."""
    return [
        {
            "id": row.public_id,
            "type": row.details.get("planType", PlanType.LIVE),
            "name": row.name,
            "slug": row.slug,
            "createdAt": shapes.told(row.created_at),
            "updatedAt": shapes.told(row.changed_at),
            **_described(row),
        }
        for row in found
    ]


def _described(row: Resource) -> dict[str, Any]:
    """Return the description where there is one; one that was never said is left out."""
    said = row.details.get("description")
    return {} if said is None else {"description": said}


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
    return things.page_of_rows(request, TYPE, rows, "trackingPlans", query, shown)


@router.post("/tracking-plans", response=PlanAnswer)
@any_token("the operation asks whether tracking plans may be made")
def create_tracking_plan(request: ApiRequest, body: PlanBody) -> Any:
    """Make a tracking plan."""
    things.allow_creating(request)
    made = resources.create(
        request.workspace,
        TYPE,
        things.slug_for(body.name),
        body.name,
        by=request.actor,
        details={"planType": body.type, **body.dict(include={"description"}, exclude_none=True)},
    )
    return {"data": {"trackingPlan": shown([made])[0]}}


@router.get("/tracking-plans/{plan_id}", response=PlanAnswer)
@any_token(ASKED)
def get_tracking_plan(request: ApiRequest, plan_id: str) -> Any:
    """One tracking plan."""
    return {"data": {"trackingPlan": shown([things.looked_at(request, TYPE, plan_id)])[0]}}


@router.patch("/tracking-plans/{plan_id}", response=shapes.StatusAnswer)
@any_token(ASKED)
def update_tracking_plan(request: ApiRequest, plan_id: str, body: PlanChange) -> Any:
    """Change name or description."""
    plan = resource_for(request, EDIT, TYPE, plan_id)
    details = {} if body.description is None else {"description": body.description}
    resource_details.change(plan, name=body.name, details=details, by=request.actor)
    return shapes.SUCCESS


@router.delete("/tracking-plans/{plan_id}", response=shapes.StatusAnswer)
@any_token(ASKED)
def delete_tracking_plan(request: ApiRequest, plan_id: str) -> Any:
    """Delete a tracking plan. One that has gone is no error."""
    gone.delete_resource(request, TYPE, plan_id)
    return shapes.SUCCESS


@router.get("/tracking-plans/{plan_id}/sources", response=sources.SourcesAnswer)
@any_token(ASKED)
def list_sources_from_tracking_plan(
    request: ApiRequest, plan_id: str, page: Query[paging.PageQuery]
) -> Any:
    """The sources of a plan that the token may read."""
    return sources.connected_with(request, things.looked_at(request, TYPE, plan_id), page)


def _source(request: ApiRequest, ident: str) -> Resource:
    found = things.readable_source(request, ident)
    if found is None:
        raise _no_source()
    return found


def _no_source() -> errors.Invalid:
    return errors.Invalid("sourceId", "There is no such source.")


@router.post("/tracking-plans/{plan_id}/sources", response=shapes.StatusAnswer)
@any_token("the operation asks for edit on both ends")
def add_source_to_tracking_plan(request: ApiRequest, plan_id: str, body: PlanSourceBody) -> Any:
    """Connect a source; needs edit on both ends."""
    plan = resource_for(request, EDIT, TYPE, plan_id)
    resources.connect(plan, [_source(request, body.sourceId)], by=request.actor)
    return shapes.SUCCESS


@router.delete("/tracking-plans/{plan_id}/sources", response=shapes.StatusAnswer)
@any_token("the operation asks for edit on both ends")
def remove_source_from_tracking_plan(
    request: ApiRequest, plan_id: str, query: Query[PlanSourceBody]
) -> Any:
    """Undo a connection; needs edit on both ends. An end that has gone is no error."""
    plan = gone.still_there(request, EDIT, TYPE, plan_id)
    try:
        source = gone.still_there(request, EDIT, ResourceType.SOURCE, query.sourceId)
    except Http404 as error:
        raise _no_source() from error
    gone.part(request, plan, source)
    return shapes.SUCCESS
