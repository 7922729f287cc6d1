"""Days as people choose them: read in one form, and shown again as the day that was chosen.

What ends, ends with a day of UTC: the moment that is stored is the first one of the next
day, which nobody chose. What shows an end asks `end_words`, what shows a start `start_words`.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _, gettext_lazy

EARLIEST = date(1, 1, 1)
FURTHEST = date(2999, 12, 31)  # beyond lies what a date cannot say
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


def start_words(starts: datetime) -> str:
    """Say a start as it was chosen: "1 Jan 2027 (UTC)"; one within a day by its minute.

    What is said goes on after "starts" or "from".
    """
    moment = starts.astimezone(UTC)
    day = date_format(moment.date(), "j M Y")
    if moment.time() == time():
        return _("{day} (UTC)").format(day=day)
    return _("{day} at {time} UTC").format(day=day, time=f"{moment:%H:%M}")


def end_words(ends: datetime) -> str:
    """Say an end as it was chosen: "after 31 Dec 2026 (UTC)"; one within a day by its minute.

    What is said goes on after "ends".
    """
    moment = ends.astimezone(UTC)
    if moment.time() == time():
        return _("after {day} (UTC)").format(day=date_format(last_day(ends), "j M Y"))
    return _("on {day} at {time} UTC").format(
        day=date_format(moment.date(), "j M Y"), time=f"{moment:%H:%M}"
    )
