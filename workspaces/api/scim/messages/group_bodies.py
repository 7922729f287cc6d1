"""What a directory says of a group, however it says it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scim2_models.path import CompareOperator, Comparison, FilterNode

from workspaces.api.scim.answers import INVALID_FILTER, INVALID_PATH, ScimFault
from workspaces.api.scim.messages import attributes
from workspaces.api.scim.messages.patches import Change, Op
from workspaces.operations.directory.groups import Step, StepKind

SINGLE = frozenset({"displayname", "externalid"})


@dataclass(slots=True)
class GroupSent:
    """What was said; None where nothing was, an empty text where it is to be cleared."""

    name: str | None = None
    external_id: str | None = None
    steps: list[Step] = field(default_factory=list)


def group_in(body: attributes.Attributes) -> GroupSent:
    """Read a whole group, for POST and PUT; without members it is empty. Raises ScimFault."""
    members = body.get("members")
    return GroupSent(
        name=attributes.required(body, "displayName"),
        external_id=attributes.optional(body, "externalId"),
        steps=[Step(StepKind.REPLACE, () if members is None else attributes.references(members))],
    )


def patched_group(changes: Iterable[Change]) -> GroupSent:
    """Read changes of a group; those of what is not kept change nothing. Raises ScimFault."""
    sent = GroupSent()
    for change in changes:
        _take(sent, change)
    return sent


def _take(sent: GroupSent, change: Change) -> None:
    _require_whole(change)
    match change.attribute:
        case "displayname":
            sent.name = attributes.required({"displayname": change.value}, "displayName")
        case "externalid":
            sent.external_id = "" if change.clears else attributes.text(change.value, "externalId")
        case "members":
            sent.steps.append(_step(change))


def _require_whole(change: Change) -> None:
    """Raise ScimFault where part of a value is meant that has no parts, or cannot change it.

    How a member is called is not kept; whatever is said of that changes nothing.
    """
    whole, part = change.attribute.partition(".")[::2]
    single = whole in SINGLE and (part or change.among is not None)
    if single or (whole == "members" and (part == "value" or (part and change.op == Op.REMOVE))):
        raise ScimFault(INVALID_PATH, "Only members have values to select, and those go whole.")


def _step(change: Change) -> Step:
    """Read a change of members.

    A list beside `remove` says who is removed, and nobody else is; without one, and without
    a selection in the path, all are. To have nobody (null) empties the group, to add nobody
    says nothing.
    """
    if change.among is not None:
        if change.op != Op.REMOVE:
            raise ScimFault(INVALID_PATH, "Only to remove may members be selected by the path.")
        return Step(StepKind.REMOVE, (_selected(change.among),))
    if change.value is None and change.op != Op.ADD:
        return Step(StepKind.REPLACE, ())
    return Step(StepKind(change.op), attributes.references(change.value))


def _selected(node: FilterNode) -> str:
    if isinstance(node, Comparison) and node.op == CompareOperator.eq:
        value, name = node.value, node.attr_path.attr.lower()
        if name == "value" and isinstance(value, str) and not attributes.UNSTORABLE.search(value):
            return value
    raise ScimFault(INVALID_FILTER, 'Members are selected by [value eq "id"].')
