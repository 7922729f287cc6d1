"""What a run found: figures beside their targets, as a table or for a program."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

TOLERATED = 0.2  # a target may be missed by so much before a run at L fails
TIMES, COUNT, SECONDS, MICROSECONDS, MEGABYTES, EXPONENT = ("×", "statements", "s", "µs", "MB", "^")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: a number with its unit, and what it must reach – or, `at_most`, stay under.

    A ratio comes with the seconds it was made of and with what it was measured against.
    """

    name: str
    value: float
    unit: str = TIMES
    target: float | None = None
    at_most: bool = False
    ours: float | None = None
    theirs: float | None = None
    against: str = ""

    @property
    def missed(self) -> bool:
        return self.target is not None and self._beyond(self.target)

    @property
    def fails(self) -> bool:
        """Whether it is missed by more than may be; a count of statements by one."""
        if self.target is None:
            return False
        slack = 0 if self.unit == COUNT else TOLERATED
        return self._beyond(self.target * (1 + slack if self.at_most else 1 - slack))

    def _beyond(self, limit: float) -> bool:
        return self.value > limit if self.at_most else self.value < limit


def faster(name: str, ours: float, theirs: float, against: str, target: float | None) -> Figure:
    """Say how many times quicker we are than something else."""
    return Figure(name, theirs / ours, TIMES, target, ours=ours, theirs=theirs, against=against)


def within(name: str, ours: float, theirs: float, against: str, target: float | None) -> Figure:
    """Say how many times the time of something else we take."""
    return Figure(name, ours / theirs, TIMES, target, True, ours, theirs, against)  # noqa: FBT003


def counted(name: str, number: int, target: int | None) -> Figure:
    return Figure(name, number, COUNT, target, at_most=True)


HEADING = f"{'':<58}{'ours':>11}{'other':>11}  {'against':<13}{'figure':>14}{'target':>10}"


def print_section(name: str) -> None:
    print(f"\n{name}\n{HEADING}")


def print_figure(figure: Figure) -> None:
    target = ""
    if figure.target is not None:
        target = f"{'≤' if figure.at_most else '≥'} {figure.target:g}"
    verdict = " MISSED" if figure.fails else " missed" if figure.missed else ""
    print(
        f"{figure.name:<58}{_time(figure.ours):>11}{_time(figure.theirs):>11}"
        f"  {figure.against:<13}{_number(figure):>14}{target:>10}{verdict}",
        flush=True,
    )


def as_json(header: dict[str, object], sections: dict[str, list[Figure]]) -> str:
    rows = {
        name: [{**asdict(f), "missed": f.missed, "fails": f.fails} for f in figures]
        for name, figures in sections.items()
    }
    return json.dumps({**header, "sections": rows}, indent=1, ensure_ascii=False)


def failing(figures: Iterable[Figure], *, strict: bool) -> list[Figure]:
    """Return what fails a run: everything that does, or statement counts alone."""
    return [f for f in figures if f.fails and (strict or f.unit == COUNT)]


def _number(figure: Figure) -> str:
    digits = 0 if figure.unit == COUNT or figure.value >= 100 else 2
    return f"{figure.value:,.{digits}f} {figure.unit}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 0.001:
        return f"{seconds * 1e6:.1f} µs"
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"
