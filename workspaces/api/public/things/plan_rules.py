"""The rules of tracking plans, read and replaced as a whole."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from ninja import Field, Query, Router, Schema

from workspaces.api.public import paging, shapes
from workspaces.api.public.guards import ApiRequest, any_token, resource_for
from workspaces.api.public.things.things import looked_at
from workspaces.catalogue import EDIT, ResourceType
from workspaces.models import PlanRule
from workspaces.operations.resources import plan_rules
from workspaces.operations.resources.plan_rules import NewRule

router = Router(tags=["Tracking Plans"], exclude_unset=True)
TYPE = ResourceType.TRACKING_PLAN
ASKED = "the engine is asked about the tracking plan"
LARGEST = 2_147_483_647


class RuleType(StrEnum):
    COMMON = "COMMON"
    GROUP = "GROUP"
    IDENTIFY = "IDENTIFY"
    PAGE = "PAGE"
    SCREEN = "SCREEN"
    TRACK = "TRACK"


class RuleOut(Schema):
    type: RuleType
    key: str | None = None
    jsonSchema: Any
    version: int
    createdAt: str
    updatedAt: str


RulesAnswer = shapes.answer_of("Rules", rules=list[RuleOut], pagination=paging.PageInfo)


class RuleBody(shapes.Body):
    """One rule; `key` is the name of the event where the type has one."""

    type: RuleType = Field(..., strict=False)
    key: str | None = Field(None, max_length=255)
    jsonSchema: dict[str, Any] | None
    version: int = Field(..., ge=0, le=LARGEST)


class RulesBody(shapes.Body):
    rules: list[RuleBody]


def shown(found: Sequence[PlanRule]) -> list[dict[str, Any]]:
    """Return rules as the wire has them."""
    return [
        {
            "type": row.type,
            **({"key": row.key} if row.keyed else {}),
            "jsonSchema": row.schema,
            "version": row.version,
            "createdAt": shapes.told(row.created_at),
            "updatedAt": shapes.told(row.changed_at),
        }
        for row in found
    ]


@router.get("/tracking-plans/{plan_id}/rules", response=RulesAnswer)
@any_token(ASKED)
def list_rules_from_tracking_plan(
    request: ApiRequest, plan_id: str, page: Query[paging.PageQuery]
) -> Any:
    """The rules of a plan, in the order in which they were sent."""
    plan = looked_at(request, TYPE, plan_id)
    rows, info = paging.paged(
        PlanRule.objects.filter(plan=plan).order_by("place", "pk"), page, shown
    )
    return {"data": {"rules": rows, "pagination": info}}


@router.put("/tracking-plans/{plan_id}/rules", response=shapes.StatusAnswer)
@any_token(ASKED)
def replace_rules_in_tracking_plan(request: ApiRequest, plan_id: str, body: RulesBody) -> Any:
    """Make these the rules of a plan; those it had and that are not among them go."""
    plan = resource_for(request, EDIT, TYPE, plan_id)
    new = [NewRule(rule.type, rule.key, rule.version, rule.jsonSchema) for rule in body.rules]
    plan_rules.replace(plan, new, by=request.actor)
    return shapes.SUCCESS
