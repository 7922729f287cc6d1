"""Functions and their code."""

import hashlib
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from workspaces.api.public import gone, paging, shapes
from workspaces.api.public.guards import ApiRequest, any_token, resource_for
from workspaces.api.public.things import things
from workspaces.catalogue import EDIT, READ, ResourceType
from workspaces.models import Resource
from workspaces.operations.resources import details as resource_details, resources

router = Router(tags=["Functions"], exclude_unset=True)
TYPE = ResourceType.FUNCTION
ASKED = "the engine is asked about the function"
CODE = 200_000  # characters


class FunctionKind(StrEnum):
    SOURCE = "SOURCE"
    DESTINATION = "DESTINATION"
    INSERT_DESTINATION = "INSERT_DESTINATION"


class FunctionOut(Schema):
    """A function; the list leaves the code out."""

    id: str
    resourceType: FunctionKind
    displayName: str
    description: str | None = None
    logoUrl: str | None = None
    createdAt: str
    createdBy: str
    settings: list[Any]
    isLatestVersion: bool
    code: str | None = None
    deployedAt: str | None = None


FunctionAnswer = shapes.answer_of("Function", function=FunctionOut)
FunctionsAnswer = shapes.answer_of(
    "Functions", functions=list[FunctionOut], pagination=paging.PageInfo
)
DeploymentAnswer = shapes.answer_of("Deployment", functionDeployment=dict[str, str])


class FunctionBody(shapes.Body):
    code: str = Field(..., max_length=CODE)
    displayName: shapes.Name
    resourceType: FunctionKind = Field(..., strict=False)
    settings: list[dict[str, Any]] = []
    logoUrl: str | None = Field(None, max_length=2000)
    description: shapes.Description | None = None


class FunctionChange(shapes.Body):
    code: str | None = Field(None, max_length=CODE)
    displayName: shapes.Name | None = None
    settings: list[dict[str, Any]] | None = None
    logoUrl: str | None = Field(None, max_length=2000)
    description: shapes.Description | None = None


class FunctionQuery(paging.PageQuery):
    resourceType: FunctionKind


SAID = ("logoUrl", "description")  # left out of answers where they were never said
KEPT = ("code", "settings", *SAID)


def shown(request: ApiRequest, found: Sequence[Resource], *, code: bool) -> list[dict[str, Any]]:
    """Return functions as the wire has them, with their code where one is looked at."""
    rights = request.access.rights(found)
    return [_shown(row, rights, code=code) for row in found]


def _shown(row: Resource, rights: things.Rights, *, code: bool) -> dict[str, Any]:
    details = row.details
    deployed = details.get("deployedAt")
    latest = bool(deployed) and details.get("deployedDigest") == _digest(details)
    answer = {
        "id": row.public_id,
        "resourceType": details.get("resourceType", FunctionKind.SOURCE),
        "displayName": row.name,
        "createdAt": shapes.told(row.created_at),
        "createdBy": details.get("createdBy", ""),
        "settings": things.settings_of(row, rights) or [],
        "isLatestVersion": latest,
    }
    answer |= {key: details[key] for key in SAID if details.get(key) is not None}
    if code:
        answer["code"] = details.get("code", "")
    if deployed:
        answer["deployedAt"] = deployed
    return answer


def _digest(details: dict[str, Any]) -> str:
    """Return what tells one version of a function from the next."""
    version = [details.get("code", ""), details.get("settings", [])]
    return hashlib.sha256(json.dumps(version, sort_keys=True).encode()).hexdigest()


@router.get("/functions", response=FunctionsAnswer)
@any_token("the list holds what the token may read")
def list_functions(request: ApiRequest, query: Query[FunctionQuery]) -> Any:
    """The functions of a kind that the token may read."""
    of_kind = Q(details__resourceType=query.resourceType)
    if query.resourceType == FunctionKind.SOURCE:  # what was made in the console names none
        of_kind |= Q(details__resourceType__isnull=True)
    rows = request.access.reach(READ, TYPE).filter(of_kind)
    return things.page_of_rows(
        request, TYPE, rows, "functions", query, lambda found: shown(request, found, code=False)
    )


@router.post("/functions", response=FunctionAnswer)
@any_token("the operation asks whether functions may be made")
def create_function(request: ApiRequest, body: FunctionBody) -> Any:
    """Make a function."""
    things.allow_creating(request)
    made = resources.create(
        request.workspace,
        TYPE,
        things.slug_for(body.displayName),
        body.displayName,
        by=request.actor,
        details={
            **body.dict(include=set(KEPT), exclude_none=True),
            "resourceType": body.resourceType,
            "createdBy": request.token.public_id,
        },
    )
    return {"data": {"function": shown(request, [made], code=True)[0]}}


@router.get("/functions/{function_id}", response=FunctionAnswer)
@any_token(ASKED)
def get_function(request: ApiRequest, function_id: str) -> Any:
    """One function with its code."""
    found = things.looked_at(request, TYPE, function_id)
    return {"data": {"function": shown(request, [found], code=True)[0]}}


@router.patch("/functions/{function_id}", response=FunctionAnswer)
@any_token(ASKED)
def update_function(request: ApiRequest, function_id: str, body: FunctionChange) -> Any:
    """Change a function; it runs as before until it is deployed."""
    changed = resource_details.change(
        resource_for(request, EDIT, TYPE, function_id),
        name=body.displayName,
        details=body.dict(include=set(KEPT), exclude_none=True),
        by=request.actor,
    )
    return {"data": {"function": shown(request, [changed], code=True)[0]}}


@router.delete("/functions/{function_id}", response=shapes.StatusAnswer)
@any_token(ASKED)
def delete_function(request: ApiRequest, function_id: str) -> Any:
    """Delete a function. One that has gone is no error."""
    gone.delete_resource(request, TYPE, function_id)
    return shapes.SUCCESS


@router.post("/functions/{function_id}/deploy", response=DeploymentAnswer)
@any_token(ASKED)
def create_function_deployment(request: ApiRequest, function_id: str) -> Any:
    """Note that a function is deployed as it is now."""
    function = resource_for(request, EDIT, TYPE, function_id)
    when = shapes.told(timezone.now())
    deployed = {"deployedAt": when, "deployedDigest": _digest(function.details)}
    resource_details.change(function, details=deployed, by=request.actor)
    return {"data": {"functionDeployment": {"id": function_id, "deployedAt": when}}}
