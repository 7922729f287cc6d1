"""Decides about every thing of a workspace at once: sets of things are the bits of a number.

For files of everybody and everything, where asking for each cell takes many times as long. What a
grant takes in is a set, made once for all who hold such a grant; what somebody may do is a union of
sets. It is `decide` for all things together, of policies as they are read; a test holds each cell
against that.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import QuerySet

from labels.models import ResourceLabel
from workspaces.access.decide import Held, Policy
from workspaces.access.dialect import among
from workspaces.access.facts import listing
from workspaces.catalogue import ACTIONS, EDIT, PII, READ, VIEW_PII, ResourceType, Scope, known
from workspaces.models import GrantResource, Resource

AT_ONCE = 2000  # rows in hand while things are read
KEPT = 16 * 2**20  # bytes of sets that are kept from one batch of people to the next
Note = Callable[[str, str, str], None]


@dataclass(frozen=True, slots=True)
class Sets:
    """The things on which somebody may do an action, each a set."""

    read: int = 0
    edit: int = 0
    pii: int = 0


class Things:
    """The things of a workspace, by place in the order of type and slug, as of when they were read.

    The first is the highest bit, so that a set written in binary stands in their order. Memory
    holds some 30 bytes a thing, and 16 MB of sets beside those that the people in hand need.
    """

    def __init__(self, workspace: int, note: Note) -> None:
        """Read them; 1 statement. Each is told to `note` by type, slug and name, in order."""
        self._workspace = workspace
        rows = Resource.objects.filter(workspace=workspace).order_by("type", "slug")
        columns = rows.values_list("pk", "type", "source_id", "slug", "name")
        pks, sources, first = array("q"), array("q"), dict[str, int]()
        for pk, type_, source, slug, name in columns.iterator(chunk_size=AT_ONCE):
            first.setdefault(type_, len(pks))
            pks.append(pk)
            if type_ == ResourceType.DESTINATION:
                sources.append(source or 0)
            note(type_, slug, name)
        self.number = len(pks)
        self._in_order = array("q", sorted(pks))
        self._places = array("l", bytes(array("l").itemsize * self.number))
        for place, pk in enumerate(pks):
            self._places[bisect_left(self._in_order, pk)] = place
        ends = [*list(first.values())[1:], self.number]
        self._of_type = {
            type_: self._span(start, end)
            for (type_, start), end in zip(first.items(), ends, strict=True)
        }
        self._beneath = self._by_source(first.get(ResourceType.DESTINATION, 0), sources)
        self._labels: dict[int, int] = {}
        self._covers: dict[object, int] = {}

    def _span(self, start: int, end: int) -> int:
        return ((1 << (end - start)) - 1) << (self.number - end)

    def _by_source(self, first: int, sources: Sequence[int]) -> "tuple[array[int], array[int]]":
        """Return the places of the sources of destinations, sorted, and of these beside them."""
        found = ((self._place(source), first + i) for i, source in enumerate(sources))
        pairs = sorted((source, place) for source, place in found if source is not None)
        return array("l", [s for s, _ in pairs]), array("l", [place for _, place in pairs])

    def _place(self, pk: int) -> int | None:
        at = bisect_left(self._in_order, pk)
        there = at < self.number and self._in_order[at] == pk
        return self._places[at] if there else None

    def _set_of(self, places: Iterable[int]) -> int:
        bits = bytearray(self.number // 8 + 1)
        for place in places:
            bit = self.number - 1 - place
            bits[bit >> 3] |= 1 << (bit & 7)
        return int.from_bytes(bits, "little")

    def learn(self, policies: Sequence[Policy]) -> None:
        """Read what the grants of these policies take in; 2 statements at most.

        What others needed is forgotten where it takes too much memory.
        """
        if (len(self._labels) + len(self._covers)) * self.number // 8 > KEPT:
            self._labels.clear()
            self._covers.clear()
        held = [held for policy in policies for held in policy.held]
        labels = {label for h in held for label in h.labels} - self._labels.keys()
        if labels:
            carried = ResourceLabel.objects.filter(label__in=among(labels))
            self._labels |= dict.fromkeys(labels, 0) | dict(self._sets(carried, "label"))
        if new := {grant for grant in listing(policies) if grant not in self._covers}:
            listed = GrantResource.objects.filter(grant__in=among(new))
            self._covers.update({**dict.fromkeys(new, 0), **dict(self._sets(listed, "grant"))})

    def _sets(self, rows: QuerySet[Any], by: str) -> Iterator[tuple[int, int]]:
        """Yield what each label is on, or what each grant lists, as a set; 1 statement."""
        places: list[int] = []
        last = None
        pairs = rows.filter(workspace=self._workspace).order_by(f"{by}_id")
        for key, resource in pairs.values_list(f"{by}_id", "resource_id").iterator(AT_ONCE):
            if key != last and last is not None:
                yield last, self._set_of(places)
                places = []
            last = key
            if (place := self._place(resource)) is not None:
                places.append(place)
        if last is not None:
            yield last, self._set_of(places)

    def given_to(self, policy: Policy) -> Sets:
        """Return what the policy's subject may do, once the policy was learned; no statement."""
        if policy.workspace != self._workspace:
            return Sets()
        read = edit = pii = 0
        for type_, all_of_it in self._of_type.items():
            if policy.is_owner:
                given = dict.fromkeys(ACTIONS[type_], all_of_it)
            else:
                given = self._given_on(policy, type_)
            reads = given.get(READ, 0) & all_of_it
            read |= reads
            edit |= given.get(EDIT, 0) & all_of_it
            if known(type_, VIEW_PII) and (policy.is_owner or PII in policy.everywhere):
                pii |= reads
        return Sets(read, edit, pii)

    def _given_on(self, policy: Policy, type_: str) -> dict[str, int]:
        """Return the sets of things of a type that grants give an action on."""
        given: dict[str, int] = {}
        for held, direct, beneath in policy.about(type_):
            for actions, below in ((direct, False), (beneath, True)):
                for action in actions & {READ, EDIT}:
                    given[action] = given.get(action, 0) | self._covered(held, below=below)
        return given

    def _covered(self, held: Held, *, below: bool) -> int:
        """Return what a grant's scope takes in (R11), or the destinations below that."""
        key = _key(held)
        if below:
            if (below_key := (key, below)) not in self._covers:
                self._covers[below_key] = self._below(self._covered(held, below=False))
            return self._covers[below_key]
        if key not in self._covers:
            self._covers[key] = self._scope(held)
        return self._covers[key]

    def _scope(self, held: Held) -> int:
        match held.scope:
            case Scope.ALL:
                return self._span(0, self.number)
            case Scope.LABELS if held.labels:
                return reduce(and_, (self._labels[label] for label in held.labels))
            case _:
                return 0

    def _below(self, sources: int) -> int:
        """Return the destinations whose source is in a set."""
        found: list[int] = []
        above, places = self._beneath
        for source in places_in(sources, self.number):
            at = bisect_left(above, source)
            while at < len(above) and above[at] == source:
                found.append(places[at])
                at += 1
        return self._set_of(found)


def _key(held: Held) -> object:
    """Return what the grants that take in the same have in common."""
    match held.scope:
        case Scope.LABELS:
            return held.labels
        case Scope.RESOURCES:
            return held.grant
    return held.scope


def written(some: int, number: int) -> str:
    """Return a set of so many things as digits in their order, 1 for each that is in it."""
    return f"{some:0{number}b}" if number else ""


def places_in(some: int, number: int) -> Iterator[int]:
    """Yield the places of the things in a set, in order."""
    digits = written(some, number) if some else ""
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)
