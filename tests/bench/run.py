"""One run: the world, the sections one after the other, the verdict."""

import argparse
import os
import sys
from collections.abc import Iterator

from django.db import connection

from tests.bench import report
from tests.bench.context import Bench
from tests.bench.report import Figure
from tests.bench.sections import SECTIONS, growth
from tests.bench.worlds.build import ensure
from tests.bench.worlds.world import SIZES, SLUG
from workspaces.models import Workspace

JUDGED = ("L", "XL")  # the sizes that targets were set for


def run(options: argparse.Namespace, url: str) -> int:
    """Print what the sections find; return the exit code."""
    size = SIZES[options.size]
    stamp = ensure(size, seed=options.seed)
    workspace = Workspace.objects.get(slug=SLUG)
    bench = Bench(workspace, size, options.seconds, url, stamp.figures)
    found: dict[str, list[Figure]] = {}
    _note_load()
    for name in options.only or SECTIONS:
        found[name] = []
        if not options.json:
            report.print_section(f"{name} – {size.name}, {connection.vendor}")
        for figure in _figures(name, bench, found[name]):
            found[name].append(figure)
            if not options.json:
                report.print_figure(figure)
    if options.json:
        print(report.as_json({"size": size.name, "database": connection.vendor}, found))
    everything = [figure for figures in found.values() for figure in figures]
    failing = report.failing(everything, strict=size.name in JUDGED)
    for figure in failing:
        print(f"Missed: {figure.name}, {figure.against}", file=sys.stderr)
    return int(bool(failing))


def _note_load() -> None:
    """Say so where others use the machine: what takes milliseconds is then cut into pieces."""
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    if load > processors / 2:
        print(f"The machine is busy: a load of {load:.1f} on {processors}.", file=sys.stderr)


def _figures(name: str, bench: Bench, found: list[Figure]) -> Iterator[Figure]:
    """Yield what a section finds, and how it grows."""
    yield from SECTIONS[name](bench)
    place = connection.vendor, bench.size.name, name
    growth.keep(*place, found)
    yield from growth.exponents(*place, list(found))
