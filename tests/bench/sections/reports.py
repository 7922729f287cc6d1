"""The file of people and their rights: by sets, and asked cell by cell, in turns."""

from collections.abc import Iterator, Sequence
from itertools import islice

from config.web.lists.csv_export import quoted
from tests.bench.context import Bench
from tests.bench.measuring.apart import apart
from tests.bench.measuring.clock import alternate
from tests.bench.report import MEGABYTES, MICROSECONDS, Figure, faster
from workspaces.access.decide import rights
from workspaces.access.facts import load_facts, load_policies, load_policies_at_most
from workspaces.catalogue import EDIT, READ, VIEW_PII
from workspaces.models import Member, Resource, Workspace
from workspaces.views.console import wording
from workspaces.views.members import matrix

PAGE = 2000  # things whose facts are read together by whoever asks cell by cell
ASKED = 4  # people asked about cell by cell
FEW, MANY = 250_000, 1_000_000  # lines of a file
GROWTH = 8  # megabytes more may four times the lines take


def figures(bench: Bench) -> Iterator[Figure]:
    people = bench.everybody()
    asked = people[:: max(1, len(people) // ASKED)][:ASKED]
    lines = _by_sets(bench.workspace, asked)
    assert sorted(lines) == sorted(_cell_by_cell(bench.workspace, asked)), "lines of the file"
    took = alternate(
        {"sets": _by_sets, "cells": _cell_by_cell},
        [(bench.workspace, asked)],
        seconds=bench.seconds,
    )
    name = f"people × things: {len(lines):,} lines about {len(asked)} people"
    yield faster(name, took["sets"], took["cells"], "cell by cell", target=4)
    yield Figure("… a line", took["sets"] / max(len(lines), 1) * 1e6, MICROSECONDS)
    few, many = (apart("csv", str(most)) for most in (FEW, MANY))
    yield Figure(f"… as a file: {many.rows / many.seconds:,.0f} lines a second", many.seconds, "s")
    grown = many.megabytes - few.megabytes
    name = f"… memory that {many.rows:,} lines take beyond {few.rows:,}"
    yield Figure(name, grown, MEGABYTES, target=GROWTH, at_most=True)


def _by_sets(workspace: Workspace, people: Sequence[Member]) -> list[str]:
    text = "".join(matrix.lines(workspace, lambda _most: [people]))
    return text.splitlines()


def _cell_by_cell(workspace: Workspace, people: Sequence[Member]) -> list[str]:
    """Return the same lines, each cell asked of the engine, whose facts were read in pages."""
    policies, at_most = load_policies(people), load_policies_at_most(people)
    everything = [*policies.values(), *at_most.values()]
    things = workspace.resources.order_by("type", "slug").iterator(chunk_size=PAGE)
    found: list[str] = []
    while page := list(islice(things, PAGE)):
        facts = load_facts(page, everything)
        for member in people:
            has, could = policies[member.pk], at_most[member.pk]
            found += (
                _line(member, thing, rights(has, facts[thing.pk]), further)
                for thing in page
                if READ in (further := rights(could, facts[thing.pk]))
            )
    return found


def _line(member: Member, thing: Resource, now: frozenset[str], further: frozenset[str]) -> str:
    level = "edit" if EDIT in now else "view" if READ in now else ""
    could = "edit" if EDIT in further else "view"
    pii = "shown" if VIEW_PII in now else ""
    whose = (member.user.get_full_name(), member.user.email, wording.singular(thing.type))
    what = (thing.slug, thing.name, level, pii, "" if could == level else could)
    return quoted((*whose, *what))
