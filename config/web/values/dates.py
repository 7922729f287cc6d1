"""Days and moments in one form each: "31 Dec 2026", "31 Dec 2026, 14:05".

A moment that happened is written by the reader's clock. Days that people chose are shown again as
the day that was chosen: what ends, ends with a day of UTC, and the moment that is stored is the
first one of the next day, which nobody chose. What shows an end asks `end_words`, what shows a
start `start_words`.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _, gettext_lazy, ngettext

IN_WORDS = "j M Y"
EARLIEST = date(1, 1, 1)
FURTHEST = date(2999, 12, 31)  # beyond lies what a date cannot say
HOUR, DAY = 60, 1440  # minutes
WRITTEN = gettext_lazy("Write the day as year-month-day: 2026-12-31.")


class DayField(forms.DateField):
    """A day as browsers send it, 2026-12-31, and in no other form (N4).

    Of 01/02/2026 nobody knows which day is meant.
    """

    def __init__(self, *, latest: date = FURTHEST, **options: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            validators=[MinValueValidator(EARLIEST), MaxValueValidator(latest)],
            error_messages={"invalid": WRITTEN},
            **options,
        )


def today() -> date:
    """Return the day it is (UTC)."""
    return first_day(timezone.now())


def start_of(day: date) -> datetime:
    """Return the moment (UTC) at which something starts whose first day this is."""
    return datetime.combine(day, time(), UTC)


def end_of(day: date) -> datetime:
    """Return the moment (UTC) at which something ends whose last day this is."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def last_day(ends: datetime) -> date:
    """Return the last day (UTC) on which what ends then still holds."""
    return (ends.astimezone(UTC) - timedelta(microseconds=1)).date()


def first_day(starts: datetime) -> date:
    """Return the day (UTC) within which something starts."""
    return starts.astimezone(UTC).date()


def day_words(when: datetime | date) -> str:
    """Write a day, or the day within which a moment is by the reader's clock: "31 Dec 2026"."""
    return date_format(_here(when) if isinstance(when, datetime) else when, IN_WORDS)


def moment_words(when: datetime) -> str:
    """Write a moment by the reader's clock, to the minute: "31 Dec 2026, 14:05"."""
    return _("{day}, {time}").format(day=day_words(when), time=f"{_here(when):%H:%M}")


def utc_words(when: datetime) -> str:
    """Write a moment where nobody's clock is known, as in mail: "31 Dec 2026, 13:05 UTC"."""
    with timezone.override(UTC):
        return _("{moment} UTC").format(moment=moment_words(when))


def _here(when: datetime) -> datetime:
    return when.astimezone(timezone.get_current_timezone())


def start_words(starts: datetime) -> str:
    """Say a start as it was chosen: "1 Jan 2027 (UTC)"; one within a day by its minute.

    What is said goes on after "starts" or "from".
    """
    moment = starts.astimezone(UTC)
    day = date_format(moment.date(), IN_WORDS)
    if moment.time() == time():
        return _("{day} (UTC)").format(day=day)
    return _("{day} at {time} UTC").format(day=day, time=f"{moment:%H:%M}")


def end_words(ends: datetime) -> str:
    """Say an end as it was chosen: "after 31 Dec 2026 (UTC)"; one within a day by its minute.

    What is said goes on after "ends".
    """
    moment = ends.astimezone(UTC)
    if moment.time() == time():
        return _("after {day} (UTC)").format(day=date_format(last_day(ends), IN_WORDS))
    return _("on {day} at {time} UTC").format(
        day=date_format(moment.date(), IN_WORDS), time=f"{moment:%H:%M}"
    )


def length_words(length: timedelta | int) -> str:
    """Say a length, or as many minutes, in the largest unit that fits it whole: "36 hours"."""
    minutes = length if isinstance(length, int) else round(length.total_seconds() / 60)
    if minutes and minutes % DAY == 0:
        number, words = minutes // DAY, ngettext("{n} day", "{n} days", minutes // DAY)
    elif minutes and minutes % HOUR == 0:
        number, words = minutes // HOUR, ngettext("{n} hour", "{n} hours", minutes // HOUR)
    else:
        number, words = minutes, ngettext("{n} minute", "{n} minutes", minutes)
    return words.format(n=number_format(number, force_grouping=True))
