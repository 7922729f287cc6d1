"""Reads PATCH messages: which attribute changes how, in order (RFC 7644, 3.5.2).

Directories write one change in many ways. Here all of them become one; attributes that are
not kept come out as well, and whoever knows what is kept passes over them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scim2_models import SCIMException
from scim2_models.path import AttrPath, FilterNode, Path, ValuePath

from workspaces.api.scim.answers import (
    INVALID_PATH,
    INVALID_SYNTAX,
    INVALID_VALUE,
    NO_TARGET,
    ScimFault,
)
from workspaces.api.scim.messages.attributes import Attributes, by_name, under_schema

LONGEST = 2000  # characters of a path; none that is sent is near


class Op(StrEnum):
    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute to change: its name in lower case, with its schema where that is another.

    `among` says which of its values are meant, `[value eq "…"]`; None where all are.
    """

    op: Op
    attribute: str
    value: Any = None
    among: FilterNode | None = None

    @property
    def clears(self) -> bool:
        """Whether the attribute shall have no value: removed, or null (RFC 7643, 2.5)."""
        return self.op == Op.REMOVE or self.value is None


def changes(body: Attributes, schema: str) -> Iterator[Change]:
    """Yield the changes a PATCH message asks for. Raises ScimFault."""
    operations = body.get("operations")
    if not isinstance(operations, list):
        raise ScimFault(INVALID_SYNTAX, "Operations is a list.")
    for entry in operations:
        if not isinstance(entry, dict):
            raise ScimFault(INVALID_SYNTAX, "Each operation is an object.")
        yield from _changes(by_name(entry), schema)


def _changes(operation: Attributes, schema: str) -> Iterator[Change]:
    op, path, value = _op(operation), operation.get("path"), operation.get("value")
    path = "" if path is None else path
    if not isinstance(path, str):
        raise ScimFault(INVALID_PATH, "path is a string.")
    if op != Op.REMOVE and "value" not in operation:
        raise ScimFault(INVALID_VALUE, f"What {op} does needs a value.")
    whole = path.lower() in {"", schema.lower()}
    if not whole:
        yield _change(op, _parsed(path), value, schema)
    elif op == Op.REMOVE:
        raise ScimFault(NO_TARGET, "What is removed needs the path of an attribute.")
    elif isinstance(value, dict):
        yield from _each(op, value, schema)
    else:
        raise ScimFault(INVALID_VALUE, "Without the path of an attribute the value is an object.")


def _op(operation: Attributes) -> Op:
    given = operation.get("op")
    if not isinstance(given, str) or given.lower() not in set(Op):
        raise ScimFault(INVALID_SYNTAX, "op is one of add, remove and replace.")
    return Op(given.lower())


def _each(op: Op, value: dict[str, Any], schema: str) -> Iterator[Change]:
    """Yield a change for each key, which is a path; what is none names nothing we keep.

    Under the URN of the resource's own schema stand its attributes; once, and no deeper.
    """
    for key, each in by_name(value).items():
        if key == schema.lower():
            inner = under_schema(each)
            if key in inner:
                raise ScimFault(INVALID_PATH, f"{schema} stands within itself.")
            yield from _each(op, inner, schema)
            continue
        try:
            node = _parsed(key)
        except ScimFault:
            continue
        yield _change(op, node, each, schema)


def _parsed(path: str) -> AttrPath | ValuePath:
    if len(path) > LONGEST:
        raise ScimFault(INVALID_PATH, "The path is too long.")
    try:
        node = Path(path).ast
    except SCIMException as error:
        raise ScimFault(INVALID_PATH, f"The path cannot be read: {error.detail}.") from error
    if not isinstance(node, AttrPath | ValuePath):
        raise ScimFault(INVALID_PATH, f"{path} names no attribute.")
    return node


def _change(op: Op, node: AttrPath | ValuePath, value: Any, schema: str) -> Change:
    among = node.val_filter if isinstance(node, ValuePath) else None
    path = node.attr_path if isinstance(node, ValuePath) else node
    name = ".".join(part for part in (path.attr, node.sub_attr) if part)
    if path.uri and path.uri.lower() != schema.lower():
        name = f"{path.uri}:{name}"
    return Change(op, name.lower(), value, among)
