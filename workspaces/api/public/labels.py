"""Labels of the workspace, and those of a source. A label is its key and value."""

from typing import Any

from django.http import Http404
from ninja import Field, Router, Schema
from ninja.responses import Status

from labels.models import Label, ResourceLabel
from labels.operations import making, relabelling
from labels.syntax import LabelName, parse_label
from workspaces.api.public.errors import Invalid
from workspaces.api.public.guards import ApiRequest, any_token, owners_only, resource_for
from workspaces.api.public.permission_shapes import LabelRef
from workspaces.api.public.permissions_shown import shown_label
from workspaces.api.public.statuses import SUCCESS, StatusAnswer
from workspaces.catalogue import ADMINISTER, LABEL, ResourceType
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.operations.written import labels_named

router = Router(tags=["Labels"], exclude_unset=True)
MOST = 100  # labels in one call


class LabelOut(Schema):
    key: str
    value: str
    description: str


class LabelInput(Schema):
    key: str
    value: str
    description: str = Field("", max_length=500)


class LabelBody(Schema):
    label: LabelInput


class LabelData(Schema):
    label: LabelOut


class LabelAnswer(Schema):
    data: LabelData


class LabelsData(Schema):
    labels: list[LabelOut]


class LabelsAnswer(Schema):
    data: LabelsData


class LabelsBody(Schema):
    labels: list[LabelRef] = Field(..., max_length=MOST)


@router.get("/labels", response=LabelsAnswer)
@any_token("whoever may label something chooses from these")
def list_labels(request: ApiRequest) -> Any:
    """All labels; the list is short and comes whole."""
    owns = request.access.check(ADMINISTER, request.workspace)
    if not owns and not request.access.check_anywhere(LABEL):
        raise Denied("L6", "This token may label nothing.")
    rows = request.workspace.labels.by_name()
    return {"data": {"labels": [shown_label(label) for label in rows]}}


@router.post("/labels", response={201: LabelAnswer})
@owners_only
def create_label(request: ApiRequest, body: LabelBody) -> Any:
    """Make a label; one that is there in any spelling is a clash."""
    name = _name(body.label.key, body.label.value, "label")
    try:
        label = making.create(
            request.workspace, name, by=request.actor, description=body.label.description
        )
    except Refused as refusal:
        if refusal.rule == "L1":
            raise Conflict("L1", refusal.messages[0]) from refusal
        raise
    return Status(201, {"data": {"label": shown_label(label)}})


def _name(key: str, value: str, place: str) -> LabelName:
    """Return a label's name. Raises Invalid that names the part that is wrong (L1)."""
    for part, what in ((key, "key"), (value, "value")):
        try:
            parse_label(f"{part}:v" if what == "key" else f"k:{part}")
        except ValueError as error:
            raise Invalid(f"{place}.{what}", str(error)) from error
        if part != part.strip() or ":" in part:
            raise Invalid(f"{place}.{what}", "A label has letters, digits, - and _ only.")
    return LabelName(key, value)


@router.delete("/labels/{key}/{value}", response=StatusAnswer)
@owners_only
def delete_label(request: ApiRequest, key: str, value: str) -> Any:
    """Delete a label that nothing carries or grants (L4)."""
    label = request.workspace.labels.named(LabelName(key, value)).first()
    if label is None:
        raise Http404
    making.delete(label, by=request.actor)
    return SUCCESS


@router.post("/sources/{source_id}/labels", response=LabelsAnswer)
@any_token("the engine is asked for label on the source")
def add_labels_to_source(request: ApiRequest, source_id: str, body: LabelsBody) -> Any:
    """Put labels on a source; a second value of a key is refused (L3)."""
    source = resource_for(request, LABEL, ResourceType.SOURCE, source_id)
    relabelling.relabel(source, put=_known(request.workspace, body), by=request.actor)
    return _carried(source)


@router.put("/sources/{source_id}/labels", response=LabelsAnswer)
@any_token("the engine is asked for label on the source")
def replace_labels_in_source(request: ApiRequest, source_id: str, body: LabelsBody) -> Any:
    """Make a source carry just these labels."""
    source = resource_for(request, LABEL, ResourceType.SOURCE, source_id)
    wanted = _known(request.workspace, body)
    keys = [label.key.lower() for label in wanted]
    if len(set(keys)) < len(keys):
        raise Invalid("labels", "A key has one value.")
    gone = [label for label in _labels(source) if label not in wanted]
    relabelling.relabel(source, put=wanted, take=gone, replace=True, by=request.actor)
    return _carried(source)


def _known(workspace: Workspace, body: LabelsBody) -> list[Label]:
    """Return labels that are there. Raises Invalid for any other."""
    names = [_name(one.key, one.value, f"labels[{i}]") for i, one in enumerate(body.labels)]
    try:
        return list(labels_named(workspace, [str(name) for name in names]).values())
    except Conflict as error:
        raise Invalid("labels", "One of the labels is not in the workspace.") from error


def _labels(source: Resource) -> list[Label]:
    rows = ResourceLabel.objects.filter(resource=source).select_related("label")
    return [row.label for row in rows.order_by("folded_key")]


def _carried(source: Resource) -> dict[str, Any]:
    return {"data": {"labels": [shown_label(label) for label in _labels(source)]}}
