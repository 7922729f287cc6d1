"""The labels that a source or space carries. Those of spaces are an addition of Gatehouse's."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from ninja import Field, Router

from labels.models import Label, ResourceLabel
from labels.operations import relabelling
from workspaces.api.public import errors, shapes
from workspaces.api.public.guards import ApiRequest, any_token, limited_as_change, resource_for
from workspaces.api.public.labels import LabelsAnswer, name_of
from workspaces.api.public.people import permission_shapes, permissions_shown
from workspaces.catalogue import LABEL, ResourceType
from workspaces.errors import Conflict
from workspaces.models import Resource, Workspace
from workspaces.operations.trail.reading_back import labels_named

router = Router(tags=["Labels"], exclude_unset=True)
MOST = 100  # labels in one call
ASKED = "the engine is asked for label on the thing"


class LabelsBody(shapes.ExactBody):
    labels: list[permission_shapes.LabelRef] = Field(..., max_length=MOST)


@router.post("/sources/{source_id}/labels", response=LabelsAnswer)
@any_token(ASKED)
@limited_as_change
def add_labels_to_source(request: ApiRequest, source_id: str, body: LabelsBody) -> Any:
    """Put labels on a source; a second value of a key is refused."""
    return _add(request, resource_for(request, LABEL, ResourceType.SOURCE, source_id), body)


@router.put("/sources/{source_id}/labels", response=LabelsAnswer)
@any_token(ASKED)
@limited_as_change
def replace_labels_in_source(request: ApiRequest, source_id: str, body: LabelsBody) -> Any:
    """Make a source carry just these labels."""
    return _replace(request, resource_for(request, LABEL, ResourceType.SOURCE, source_id), body)


@router.post("/spaces/{space_id}/labels", response=LabelsAnswer)
@any_token(ASKED)
@limited_as_change
def add_labels_to_space(request: ApiRequest, space_id: str, body: LabelsBody) -> Any:
    """Put labels on a space; a second value of a key is refused."""
    return _add(request, resource_for(request, LABEL, ResourceType.SPACE, space_id), body)


@router.put("/spaces/{space_id}/labels", response=LabelsAnswer)
@any_token(ASKED)
@limited_as_change
def replace_labels_in_space(request: ApiRequest, space_id: str, body: LabelsBody) -> Any:
    """Make a space carry just these labels."""
    return _replace(request, resource_for(request, LABEL, ResourceType.SPACE, space_id), body)


def carried_by(found: Sequence[Resource]) -> dict[int, list[dict[str, str]]]:
    """Return the labels that things carry, by key, as the wire has them; 1 statement."""
    labels: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in _rows(found):
        labels[row.resource_id].append(permissions_shown.shown_label(row.label))
    return labels


def _add(request: ApiRequest, thing: Resource, body: LabelsBody) -> Any:
    relabelling.relabel(thing, put=_known(request.workspace, body), by=request.actor)
    return _answer(thing)


def _replace(request: ApiRequest, thing: Resource, body: LabelsBody) -> Any:
    wanted = _known(request.workspace, body)
    keys = [label.key.lower() for label in wanted]
    if len(set(keys)) < len(keys):
        raise errors.Invalid("labels", "A key has one value.")
    gone = [row.label for row in _rows([thing]) if row.label not in wanted]
    relabelling.relabel(thing, put=wanted, take=gone, replace=True, by=request.actor)
    return _answer(thing)


def _known(workspace: Workspace, body: LabelsBody) -> list[Label]:
    """Return labels that are there. Raises Invalid for any other."""
    names = [name_of(one.key, one.value, f"labels[{i}]") for i, one in enumerate(body.labels)]
    try:
        return list(labels_named(workspace, [str(name) for name in names]).values())
    except Conflict as error:
        raise errors.Invalid("labels", "One of the labels is not in the workspace.") from error


def _rows(found: Sequence[Resource]) -> Iterable[ResourceLabel]:
    rows = ResourceLabel.objects.filter(resource__in=found).select_related("label")
    return rows.order_by("resource", "folded_key")


def _answer(thing: Resource) -> dict[str, Any]:
    return {"data": {"labels": carried_by([thing])[thing.pk]}}
