"""The charts of the overview: what is drawn where, in the units of their SVG.

Each has a sentence that says the same, and a table behind it. Only numbers and places are worked
out here; colours are classes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext

from config.web.tags import grouped
from workspaces.access.counts.highest import Highest
from workspaces.models import GroupMember, Workspace
from workspaces.models.daily_count import SHOWN, today

LEAST = 7  # days counted before a line says anything
WIDE, HIGH = 684, 252
LEFT, RIGHT, TOP, BOTTOM = 30, 10, 18, 22
LINES = 4  # beside the one at nought
STEPS = (1, 2, 5)
WEEKS = 12
SLOT, BETWEEN, TALLEST, UNIT = 57, 6, 62.5, 12.5
FLOOR = 86  # where the columns of the weeks stand
SOON = 2  # weeks whose ends are near


@dataclass(frozen=True, slots=True)
class Line:
    """A hairline of a chart with the number it stands for."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on the axis of time, or a moment in between with its words."""

    x: float
    day: date
    text: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How many people edit at any time: today, and on each day that was counted.

    `line` and `area` are paths, empty where too few days were counted.
    """

    now: int
    change: str
    fewer: bool
    days: tuple[tuple[date, int], ...]
    line: str = ""
    area: str = ""
    end: tuple[float, float] = (0, 0)
    lines: tuple[Line, ...] = ()
    marks: tuple[Mark, ...] = ()
    closed: Mark | None = None

    @property
    def words(self) -> str:
        """Say what is drawn."""
        first, number = self.days[0]
        day = date_format(first, "j M Y")
        words = _("From {first} on {day} to {now} today.")
        return words.format(first=grouped(number), day=day, now=grouped(self.now))


def standing(workspace: Workspace, now: int) -> Standing:
    """Return the line of the last 90 days; 2 statements. `now` is what is counted today."""
    last, first = today(), today() - timedelta(days=SHOWN)
    counted = workspace.daily_counts.filter(day__gte=first, day__lt=last).order_by("day")
    days = (*counted.values_list("day", "editors"), (last, now))
    if len(days) <= LEAST:
        return Standing(now, "", fewer=False, days=days)
    before = days[0][1]
    top = _top(max(number for _day, number in days))
    points = [(_x(day, first), _y(number, top)) for day, number in days]
    steps = f"M{points[0][0]} {points[0][1]}" + "".join(f"H{x}V{y}" for x, y in points[1:])
    floor = HIGH - BOTTOM
    return Standing(
        now,
        _change(now - before, (last - days[0][0]).days),
        now < before,
        days,
        steps,
        f"{steps}V{floor}H{points[0][0]}Z",
        points[-1],
        tuple(Line(_y(n, top), grouped(n)) for n in range(0, top + 1, top // LINES)),
        tuple(Mark(_x(day, first), day) for day in (first, *_months(first, last))),
        _closed(workspace, first),
    )


def _top(most: int) -> int:
    """Return the round number at the top: a multiple of the lines, at least as much as `most`."""
    scale = 1
    while True:
        for step in STEPS:
            if step * scale * LINES >= most:
                return step * scale * LINES
        scale *= 10


def _x(day: date, first: date) -> float:
    return round(LEFT + (WIDE - LEFT - RIGHT) * (day - first).days / SHOWN, 1)


def _y(number: int, top: int) -> float:
    return round(HIGH - BOTTOM - (HIGH - BOTTOM - TOP) * number / top, 1)


def _months(first: date, last: date) -> Iterator[date]:
    """Yield the first days of months, as far as they stand apart from either end."""
    day = first
    while day < last - timedelta(days=8):
        day += timedelta(days=1)
        if day.day == 1 and day > first + timedelta(days=8):
            yield day


def _change(more: int, days: int) -> str:
    if not more:
        return _("As many as {days} days ago").format(days=days)
    words = (
        ngettext("{n} more than {days} days ago", "{n} more than {days} days ago", more)
        if more > 0
        else ngettext("{n} fewer than {days} days ago", "{n} fewer than {days} days ago", -more)
    )
    return words.format(n=grouped(abs(more)), days=days)


def _closed(workspace: Workspace, first: date) -> Mark | None:
    """Return when the last review was closed, if that was lately; 1 statement."""
    closed = workspace.reviews.filter(closed_at__date__gte=first).order_by("-closed_at").first()
    if closed is None or closed.closed_at is None:
        return None
    day = closed.closed_at.date()
    x = _x(day, first)
    return Mark(x, day, _("{name} closed").format(name=closed.name[:30]), late=x > WIDE * 2 / 3)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: its class, from where and how wide in percent, and what it counts."""

    level: str
    start: float
    width: float
    number: int
    text: str
    url: str


def parts(highest: Highest, members: str) -> list[Part]:
    """Return the bar of people by their highest access; no statement."""
    named = (
        ("owner", highest.owner, ngettext("Owner", "Owners", highest.owner), "?status=owner"),
        ("edit", highest.edit, _("Edit"), ""),
        ("view", highest.view, _("View"), ""),
        ("none", highest.minimal, _("Minimal"), "?status=minimal"),
    )
    found, start = [], 0.0
    for level, number, text, query in named:
        width = 100 * number / highest.people if highest.people else 0
        url = f"{members}{query}" if query else ""
        found.append(Part(level, round(start, 2), round(width, 2), number, text, url))
        start += width
    return found


@dataclass(frozen=True, slots=True)
class Week:
    """The ends of seven days, from a day on; a column of a chart."""

    day: date
    number: int
    x: float
    y: float
    height: float
    soon: bool

    @property
    def middle(self) -> float:
        return self.x + (SLOT - BETWEEN) / 2

    @property
    def above(self) -> float:
        """Where its number stands."""
        return self.y - 6


def weeks(workspace: Workspace) -> list[Week]:
    """Count the ends of the next twelve weeks, week by week; 2 statements.

    Those are of live grants to people and groups, and of places in groups.
    """
    now = timezone.now()
    bounds = [now + timedelta(weeks=week) for week in range(WEEKS + 1)]
    grants = workspace.grants.live().exclude(member=None, group=None)
    places = GroupMember.objects.live().filter(workspace=workspace)
    counts = [_by_week(rows, bounds) for rows in (grants, places)]
    numbers = [sum(pair) for pair in zip(*counts, strict=True)]
    unit = min(UNIT, TALLEST / max(1, *numbers))
    return [_week(n, bounds[n].date(), number, unit) for n, number in enumerate(numbers)]


def _by_week(rows: QuerySet[Any], bounds: Sequence[datetime]) -> list[int]:
    weeks_of = enumerate(pairwise(bounds))
    counts = {
        f"week{n}": Count("pk", filter=Q(expires_at__gt=start, expires_at__lte=end))
        for n, (start, end) in weeks_of
    }
    found = rows.order_by().filter(expires_at__lte=bounds[-1]).aggregate(**counts)
    return list(found.values())


def _week(place: int, day: date, number: int, unit: float) -> Week:
    height = ceil(number * unit * 10) / 10 if number else 1
    return Week(day, number, place * SLOT, FLOOR - height, height, place < SOON)
