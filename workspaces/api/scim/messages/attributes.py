"""Reads attributes as directories send them: names without case, with and without their schema.

Null says that an attribute has no value (RFC 7643, 2.5); whoever reads one decides what that
means for it.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from workspaces.api.bodies import json_object
from workspaces.api.scim.answers import INVALID_SYNTAX, INVALID_VALUE, MEDIA_TYPE, ScimFault

MEDIA_TYPES = frozenset({MEDIA_TYPE, "application/json"})
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # NUL, and halves of pairs (XJ1)
BOOLEANS = {"true": True, "false": False}

Attributes = dict[str, Any]


def message_sent(request: HttpRequest) -> Attributes:
    """Return the parts of a message. Raises Fault for a body that cannot be read."""
    return attributes(json_object(request, MEDIA_TYPES))


def resource_sent(request: HttpRequest, schema: str) -> Attributes:
    """Return the attributes of a whole resource. Raises Fault for one that cannot be read."""
    return unfolded(json_object(request, MEDIA_TYPES), schema)


def unfolded(value: Mapping[str, Any], schema: str) -> Attributes:
    """Return an object by names in lower case, nulls among them.

    What stands under the schema's own URN, or carries it before its name, counts as any
    other. Raises ScimFault for a name that is given in two ways.
    """
    found: Attributes = {}
    for given, each in by_name(value).items():
        inner = under_schema(each) if given == schema.lower() else {given: each}
        for name, one in inner.items():
            bare = name.removeprefix(f"{schema.lower()}:")
            if bare in found:
                raise ScimFault(INVALID_SYNTAX, f"{bare} is given twice.")
            found[bare] = one
    return found


def under_schema(value: object) -> Attributes:
    """Return what stands under the URN of a schema. Raises ScimFault for what is no object."""
    if not isinstance(value, dict):
        raise ScimFault(INVALID_VALUE, "Under the URN of a schema stands an object.")
    return by_name(value)


def by_name(value: Mapping[str, Any]) -> Attributes:
    """Return an object by names in lower case.

    Raises ScimFault (`invalidSyntax`) for a name that is given in two ways.
    """
    found: Attributes = {}
    for name, each in value.items():
        if name.lower() in found:
            raise ScimFault(INVALID_SYNTAX, f"{name} is given twice.")
        found[name.lower()] = each
    return found


def attributes(value: Mapping[str, Any]) -> Attributes:
    """Return an object by names in lower case, without what is null."""
    return {name: each for name, each in by_name(value).items() if each is not None}


def text(value: object, name: str) -> str:
    """Return a string. Raises ScimFault (`invalidValue`) that names the attribute."""
    if not isinstance(value, str):
        raise ScimFault(INVALID_VALUE, f"{name} is a string.")
    return value


def required(given: Attributes, name: str) -> str:
    """Return a string that may not be missing nor blank."""
    found = text(given.get(name.lower(), ""), name).strip()
    if not found:
        raise ScimFault(INVALID_VALUE, f"{name} is required.")
    return found


def optional(given: Attributes, name: str) -> str:
    """Return a string, empty where none is given."""
    found = given.get(name.lower())
    return "" if found is None else text(found, name)


def boolean(value: object, name: str) -> bool:
    """Return a boolean; some directories send it as a string, in any case."""
    found = BOOLEANS.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise ScimFault(INVALID_VALUE, f"{name} is true or false.")
    return found


def references(value: object) -> tuple[str, ...]:
    """Return the ids of `[{"value": id, …}, …]`, each once; one object is as good as a list."""
    ids: dict[str, None] = {}
    for entry in value if isinstance(value, list) else [value]:
        given = attributes(entry) if isinstance(entry, dict) else {}
        ids[required(given, "value")] = None
    return tuple(ids)
