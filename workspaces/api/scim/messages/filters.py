"""Reads what directories filter by: `attribute eq value`, joined by `and` (RFC 7644, 3.4.2.2).

A filter becomes conditions that all have to hold. Names and operators count without case;
anything beyond is refused, so that no filter finds more than it asks for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict
from scim2_models import SCIMException
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterNode,
    LogicalExpr,
    LogicalOperator,
    ScimFilter,
    ValuePath,
)

from workspaces.api.scim.answers import INVALID_FILTER, ScimFault
from workspaces.api.scim.messages.attributes import BOOLEANS, UNSTORABLE
from workspaces.api.scim.schemas import GROUP, USER

FILTER = "filter"
LONGEST = 2000  # characters; no filter that is sent is near

Value = str | bool


@dataclass(frozen=True, slots=True)
class Filterable:
    """What can be filtered by in one kind of resource; attributes in lower case.

    `selectable` attributes hold at most one value: `emails[type eq "work"]` says of that
    value what `emails.type eq "work"` does.
    """

    schema: str
    texts: frozenset[str]
    booleans: frozenset[str] = frozenset()
    selectable: frozenset[str] = frozenset()


USERS = Filterable(
    USER,
    texts=frozenset(
        {"id", "username", "externalid", "displayname", "emails", "emails.value", "emails.type"}
    ),
    booleans=frozenset({"active", "emails.primary"}),
    selectable=frozenset({"emails"}),
)
GROUPS = Filterable(
    GROUP, texts=frozenset({"id", "externalid", "displayname", "members", "members.value"})
)


@dataclass(frozen=True, slots=True)
class Condition:
    """An attribute, in lower case, has this value."""

    attribute: str
    value: Value


def conditions_in(query: QueryDict, filterable: Filterable) -> tuple[Condition, ...]:
    """Read the `filter` of a query; without one there are no conditions.

    Raises ScimFault for a second one, and for one that is spelt otherwise (N4).
    """
    named = [name for name in query if name.lower() == FILTER]
    texts = query.getlist(FILTER)
    if named not in ([], [FILTER]) or len(texts) > 1:
        raise _unsupported(f"it is given once, as {FILTER}")
    return conditions(texts[0], filterable) if texts else ()


def conditions(text: str, filterable: Filterable) -> tuple[Condition, ...]:
    """Return the conditions of a filter. Raises ScimFault (`invalidFilter`)."""
    if len(text) > LONGEST:
        raise _unsupported("it is too long")
    try:
        return tuple(_read(ScimFilter(text).ast, filterable))
    except SCIMException as error:
        raise _unsupported(error.detail or "it cannot be read") from error


def _read(node: FilterNode, filterable: Filterable) -> Iterator[Condition]:
    if isinstance(node, LogicalExpr) and node.op == LogicalOperator.and_:
        for term in node.terms:
            yield from _read(term, filterable)
    elif isinstance(node, Comparison):
        yield _condition(node, _name(node.attr_path, filterable), filterable)
    elif isinstance(node, ValuePath):
        yield from _selected(node, filterable)
    else:
        raise _unsupported(f"{node} is not supported")


def _selected(node: ValuePath, filterable: Filterable) -> Iterator[Condition]:
    """Yield the conditions on one value of an attribute, `emails[type eq "work"].value eq …`."""
    name, inner = _name(node.attr_path, filterable), node.val_filter
    several = isinstance(inner, LogicalExpr) and inner.op == LogicalOperator.and_
    terms = inner.terms if isinstance(inner, LogicalExpr) and several else (inner,)
    if several and name not in filterable.selectable:
        raise _unsupported(f"{node} is not supported")
    for term in terms:
        if not isinstance(term, Comparison) or term.attr_path.sub_attr or term.attr_path.uri:
            raise _unsupported(f"{term} is not supported")
        yield _condition(term, f"{name}.{term.attr_path.attr.lower()}", filterable)


def _name(path: AttrPath, filterable: Filterable) -> str:
    if path.uri and path.uri.lower() != filterable.schema.lower():
        raise _unsupported(f"there is no {path}")
    return ".".join(part.lower() for part in (path.attr, path.sub_attr) if part)


def _condition(node: Comparison, name: str, filterable: Filterable) -> Condition:
    if node.op != CompareOperator.eq:
        raise _unsupported(f"the operator {node.op.value} is not supported")
    value = node.value
    if name in filterable.booleans:
        value = BOOLEANS.get(value.lower()) if isinstance(value, str) else value
        if not isinstance(value, bool):
            raise _unsupported(f"{name} is true or false")
    elif name not in filterable.texts:
        raise _unsupported(f"{name} cannot be filtered by")
    elif not isinstance(value, str) or UNSTORABLE.search(value):
        raise _unsupported(f"{name} is compared with a string")
    return Condition(name, value)


def _unsupported(why: str) -> ScimFault:
    return ScimFault(INVALID_FILTER, f"The filter cannot be used: {why}.")
