"""What a directory says of a group, however it says it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scim2_models.path import CompareOperator, Comparison, FilterNode

from workspaces.api.scim.attributes import UNSTORABLE, Attributes, references, required, text
from workspaces.api.scim.errors import INVALID_FILTER, INVALID_PATH, INVALID_VALUE, ScimFault
from workspaces.api.scim.patches import Change, Op
from workspaces.operations.directory_groups import Step, StepKind


@dataclass(slots=True)
class GroupSent:
    """What was said; None where nothing was, an empty text where it is to be cleared."""

    name: str | None = None
    external_id: str | None = None
    steps: list[Step] = field(default_factory=list)


def group_in(body: Attributes) -> GroupSent:
    """Read a whole group, for POST and PUT; without members it is empty. Raises ScimFault."""
    return GroupSent(
        name=required(body, "displayName"),
        external_id=text(body.get("externalid", ""), "externalId"),
        steps=[Step(StepKind.REPLACE, references(body.get("members", [])))],
    )


def patched_group(changes: Iterable[Change]) -> GroupSent:
    """Read changes of a group; those of what is not kept change nothing. Raises ScimFault."""
    sent = GroupSent()
    for change in changes:
        meant = change.among is None or change.attribute == "members"
        if meant and (change.value is not None or change.op == Op.REMOVE):
            _take(sent, change)
    return sent


def _take(sent: GroupSent, change: Change) -> None:
    removed = change.op == Op.REMOVE
    match change.attribute:
        case "displayname" if removed:
            raise ScimFault(INVALID_VALUE, "displayName is required.")
        case "displayname":
            sent.name = required({"displayname": change.value}, "displayName")
        case "externalid":
            sent.external_id = "" if removed else text(change.value, "externalId")
        case "members":
            sent.steps.append(_step(change))


def _step(change: Change) -> Step:
    """Read a change of members.

    A list beside `remove` says who is removed, and nobody else is; without one, and without
    a selection in the path, all are.
    """
    if change.among is not None:
        if change.op != Op.REMOVE:
            raise ScimFault(INVALID_PATH, "Only to remove may members be selected by the path.")
        return Step(StepKind.REMOVE, (_selected(change.among),))
    if change.op == Op.REMOVE and change.value is None:
        return Step(StepKind.REPLACE, ())
    return Step(StepKind(change.op), references(change.value))


def _selected(node: FilterNode) -> str:
    if isinstance(node, Comparison) and node.op == CompareOperator.eq:
        value, name = node.value, node.attr_path.attr.lower()
        if name == "value" and isinstance(value, str) and not UNSTORABLE.search(value):
            return value
    raise ScimFault(INVALID_FILTER, 'Members are selected by [value eq "id"].')
