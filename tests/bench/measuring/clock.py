"""Times things side by side: in turns, so that what slows the machine slows each of them."""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from statistics import median
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

Ask = Callable[..., Any]
Case = tuple[Any, ...]

LEAST, MOST = 3, 300  # rounds over all cases


def alternate(
    contestants: Mapping[str, Ask], cases: Sequence[Case], *, seconds: float
) -> dict[str, float]:
    """Return the median seconds of each contestant over the cases, asked in turns.

    At least three rounds, then as many as fit into `seconds`; a single one for none at all.
    """
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for ask in contestants.values():  # caches of database and interpreter are warm for all
        ask(*cases[0])
    end, orders = time.perf_counter() + seconds, cycle(_orders(list(contestants)))
    for number in range(MOST):
        if number >= (LEAST if seconds else 1) and time.perf_counter() > end:
            break
        for case in cases:
            for name in next(orders):
                taken[name].append(timed(contestants[name], *case))
    return {name: median(times) for name, times in taken.items()}


def timed(ask: Ask, *case: Any) -> float:
    """Return the seconds one question takes, without what the collector does meanwhile."""
    gc.collect(0)
    gc.disable()
    start = time.perf_counter()
    ask(*case)
    seconds = time.perf_counter() - start
    gc.enable()
    return seconds


def repeated(ask: Ask, *case: Any, times: int = 200) -> float:
    """Return the seconds of one of many repetitions; for what takes microseconds."""

    def many() -> None:
        for _ in range(times):
            ask(*case)

    return timed(many) / times


def statements(ask: Ask, cases: Sequence[Case]) -> int:
    """Return how many statements a question takes at most."""
    counts = []
    for case in cases:
        with CaptureQueriesContext(connection) as captured:
            ask(*case)
        counts.append(len(captured))
    return max(counts)


def _orders(names: list[str]) -> list[list[str]]:
    """Return orders in which each comes first as often as any, and after each other one."""
    turned = [names[at:] + names[:at] for at in range(len(names))]
    return [order for one in turned for order in (one, one[::-1])]
