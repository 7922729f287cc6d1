"""How times grow with the workspace: exponents from one world to a larger one.

The times of each run are kept beside the worlds, so that runs at different sizes meet.
"""

import json
from collections.abc import Iterator
from math import log

from tests.bench.report import EXPONENT, TIMES, Figure
from tests.bench.worlds.database import STATE
from tests.bench.worlds.world import SIZES

# From which size to which it is told; and by the beginning of a question's name what the
# exponent must stay under.
STEPS = {"L": "S", "XL": "L", "SITE": "S"}
LIMITS: dict[str, dict[str, float]] = {
    "L": {"first check": 0.3, "first list page": 0.3, "who": 0.4},
    "XL": {"first check": 0.3, "first list page": 0.3, "who": 0.5},
}
SAME = {"first check of a request": 1.3}  # times as long from L to XL


def keep(vendor: str, size: str, section: str, figures: list[Figure]) -> None:
    """Keep the times of a section."""
    STATE.mkdir(parents=True, exist_ok=True)
    _file(vendor, size, section).write_text(json.dumps(_times(figures)), encoding="utf-8")


def exponents(vendor: str, size: str, section: str, figures: list[Figure]) -> Iterator[Figure]:
    """Yield the exponent of each time, where the smaller world was asked before.

    Of one that is no larger, but stands among many, how many times as long it takes there.
    """
    smaller = STEPS.get(size)
    if smaller is None or not (file := _file(vendor, smaller, section)).exists():
        return
    before = json.loads(file.read_text(encoding="utf-8"))
    larger = log(SIZES[size].resources / SIZES[smaller].resources)
    for name, seconds in _times(figures).items():
        if name not in before:
            continue
        times = seconds / before[name]
        if larger:
            limits = [most for start, most in LIMITS[size].items() if name.startswith(start)]
            limit = limits[0] if limits else None
            yield Figure(f"growth of {name}", log(times) / larger, EXPONENT, limit, at_most=True)
        if not larger or (size == "XL" and name in SAME):
            words, limit = f"{name}: times as at {smaller}", SAME.get(name)
            yield Figure(words, times, TIMES, limit, at_most=True)


def _times(figures: list[Figure]) -> dict[str, float]:
    return {figure.name: figure.ours for figure in figures if figure.ours}


def _file(vendor: str, size: str, section: str):
    return STATE / f"times-{vendor}-{size}-{section}.json"
