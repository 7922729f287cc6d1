"""Reads what clients send: strict JSON, and queries in each of the ways they write them."""

import re
from collections.abc import Callable, Mapping
from typing import Any, get_origin, get_type_hints

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.params.models import Query
from ninja.parser import Parser

from workspaces.api.bodies import json_object
from workspaces.api.public.errors import Invalid

MEDIA_TYPES = frozenset(
    {
        "application/json",
        "application/vnd.segment.v1+json",
        "application/vnd.segment.v1beta+json",
        "application/vnd.segment.v1alpha+json",
    }
)
# `userIds[0]`, `userIds.0`, `userIds[]`: places of a list.
PLACE = re.compile(r"(?P<name>\w+)(\[(?P<inner>\d{0,6})\]|\.(?P<dotted>\d{1,6}))", re.ASCII)
# `pagination[count]` is written `pagination.count` elsewhere.
PART = re.compile(r"(?P<name>\w+)\[(?P<part>[A-Za-z]\w*)\]", re.ASCII)


class ClientParser(Parser):
    """What ninja reads requests with."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        return json_object(request, MEDIA_TYPES)

    def parse_querydict(
        self, data: MultiValueDict[str, str], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Return the query with objects as `name.part` and lists in the order of their places."""
        found: dict[str, Any] = {}
        places: dict[str, list[tuple[int, str]]] = {}
        for key in data:
            place, part = PLACE.fullmatch(key), PART.fullmatch(key)
            name = place["name"] if place else key
            if name in list_fields:
                at = int((place["inner"] or place["dotted"] or 0) if place else 0)
                places.setdefault(name, []).extend((at, value) for value in data.getlist(key))
            else:
                found[f"{part['name']}.{part['part']}" if part else key] = data[key]
        for name, values in places.items():
            found[name] = [value for _, value in sorted(values, key=lambda pair: pair[0])]
        return found


def parameters(view: Callable[..., Any]) -> dict[str, bool]:
    """Return the parameters a view takes in its query, each with whether it is a list."""
    found = {}
    for hint in get_type_hints(view, include_extras=True).values():
        if any(isinstance(mark, Query) for mark in getattr(hint, "__metadata__", ())):
            for name, field in hint.__origin__.model_fields.items():
                found[field.alias or name] = get_origin(field.annotation) is list
    return found


def require_known(data: MultiValueDict[str, str], known: Mapping[str, bool]) -> None:
    """Raise Invalid for a parameter that is not known, or of which two values are given.

    A filter passed over would show, or take, more than was asked for (N4).
    """
    seen = set()
    for key, values in data.lists():
        place, part = PLACE.fullmatch(key), PART.fullmatch(key)
        if place and known.get(place["name"]):
            continue
        name = f"{part['name']}.{part['part']}" if part else key
        if name not in known:
            raise Invalid(name[:100], "There is no such parameter here.")
        if not known[name] and (name in seen or len(values) > 1):
            raise Invalid(name, "This parameter is given twice.")
        seen.add(name)
