"""Reads what clients send: strict JSON, and queries in each of the ways they write them."""

import re
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from workspaces.api.bodies import json_object

MEDIA_TYPES = frozenset(
    {
        "application/json",
        "application/vnd.segment.v1+json",
        "application/vnd.segment.v1beta+json",
        "application/vnd.segment.v1alpha+json",
    }
)
# `userIds[0]`, `userIds.0`, `userIds[]`: places of a list.
PLACE = re.compile(r"(?P<name>\w+)(\[(?P<inner>\d*)\]|\.(?P<dotted>\d+))")
# `pagination[count]` is written `pagination.count` elsewhere.
PART = re.compile(r"(?P<name>\w+)\[(?P<part>[A-Za-z]\w*)\]")


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
