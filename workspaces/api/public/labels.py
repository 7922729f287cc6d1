"""Labels of the workspace. A label is its key and value."""

from typing import Any

from ninja import Router, Schema
from ninja.responses import Status

from labels.operations import making
from labels.syntax import LabelName, parse_label
from workspaces.api.public import errors, gone, shapes
from workspaces.api.public.guards import ApiRequest, any_token, limited_as_change, owners_only
from workspaces.api.public.people.permissions_shown import shown_label
from workspaces.catalogue import ADMINISTER, LABEL
from workspaces.errors import Conflict, Denied, Refused

router = Router(tags=["Labels"], exclude_unset=True)


class LabelOut(Schema):
    key: str
    value: str
    description: str


class LabelInput(shapes.Body):
    key: str
    value: str
    description: shapes.LabelDescription = ""


class LabelBody(shapes.Body):
    label: LabelInput


LabelAnswer = shapes.answer_of("Label", label=LabelOut)
LabelsAnswer = shapes.answer_of("Labels", labels=list[LabelOut])


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
@limited_as_change
def create_label(request: ApiRequest, body: LabelBody) -> Any:
    """Make a label; one that is there in any spelling is a clash."""
    name = name_of(body.label.key, body.label.value, "label")
    try:
        label = making.create(
            request.workspace, name, by=request.actor, description=body.label.description
        )
    except Refused as refusal:
        if refusal.rule == "L1":
            raise Conflict("L1", refusal.messages[0]) from refusal
        raise
    return Status(201, {"data": {"label": shown_label(label)}})


def name_of(key: str, value: str, place: str) -> LabelName:
    """Return a label's name. Raises Invalid that names the part that is wrong (L1)."""
    for part, what in ((key, "key"), (value, "value")):
        try:
            parse_label(f"{part}:v" if what == "key" else f"k:{part}")
        except ValueError as error:
            raise errors.Invalid(f"{place}.{what}", str(error)) from error
        if part != part.strip() or ":" in part:
            raise errors.Invalid(f"{place}.{what}", "A label has letters, digits, - and _ only.")
    return LabelName(key, value)


@router.delete("/labels/{key}/{value}", response=shapes.StatusAnswer)
@owners_only
@limited_as_change
def delete_label(request: ApiRequest, key: str, value: str) -> Any:
    """Delete a label that nothing carries or grants. One that has gone is no error."""
    name = LabelName(key, value)
    gone.delete(
        request.workspace.labels.named(name),
        lambda label: making.delete(label, by=request.actor),
        lambda: gone.was_here(request.workspace, "label", name=str(name)),
    )
    return shapes.SUCCESS
