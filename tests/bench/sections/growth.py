"""How times grow with the workspace: exponents between the smallest world and the largest.

The times of each run are kept beside the worlds, so that runs at different sizes meet.
"""

import json
from collections.abc import Iterator
from math import log

from tests.bench.report import EXPONENT, Figure
from tests.bench.worlds.database import STATE
from tests.bench.worlds.world import SIZES

SMALL, LARGE = SIZES["S"], SIZES["L"]
# By the beginning of a question's name: what its exponent must stay under.
LIMITS = {"first check": 0.3, "first list page": 0.3, "who": 0.4}


def keep(vendor: str, size: str, figures: list[Figure]) -> None:
    """Keep the times of a run."""
    STATE.mkdir(parents=True, exist_ok=True)
    _file(vendor, size).write_text(json.dumps(_times(figures)), encoding="utf-8")


def exponents(vendor: str, figures: list[Figure]) -> Iterator[Figure]:
    """Yield the exponent of each question, where the small world was asked before."""
    file = _file(vendor, SMALL.name)
    if not file.exists():
        return
    before = json.loads(file.read_text(encoding="utf-8"))
    for name, seconds in _times(figures).items():
        limits = [most for start, most in LIMITS.items() if name.startswith(start)]
        if limits and name in before:
            grown = log(seconds / before[name]) / log(LARGE.resources / SMALL.resources)
            yield Figure(f"growth of {name}", grown, EXPONENT, limits[0], at_most=True)


def _times(figures: list[Figure]) -> dict[str, float]:
    return {figure.name: figure.ours for figure in figures if figure.ours}


def _file(vendor: str, size: str):
    return STATE / f"times-{vendor}-{size}.json"
