"""The day that was chosen is the day that is read (U10), and what is no day is refused (N4)."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone as zones

from config.web.values.dates import (
    DayField,
    end_of,
    end_words,
    last_day,
    length_words,
    utc_words,
)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_an_end_reads_as_the_day_that_was_chosen_in_every_zone_U10(zone):
    with zones.override(zone):
        assert end_words(end_of(date(2026, 12, 31))) == "after 31 Dec 2026 (UTC)"


def test_an_end_within_a_day_reads_by_its_minute_U10():
    east = timezone(timedelta(hours=3))
    assert end_words(datetime(2027, 1, 1, 1, 30, tzinfo=east)) == "on 31 Dec 2026 at 22:30 UTC"


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2024, 2, 29), date(2999, 12, 31)])
def test_last_day_and_end_undo_each_other(day):
    assert last_day(end_of(day)) == day


def test_a_distance_carries_the_day_U10():
    drawn = Template("{{ when|ends }}").render(Context({"when": end_of(date(2999, 12, 31))}))
    assert 'title="after 31 Dec 2999 (UTC)"' in drawn


@pytest.mark.parametrize(
    "text",
    ["31.12.2026", "12/31/2026", "01/02/2026", "31 Dec 2026", "2026-13-01", "2026-02-30", "today",
     "20261231", "2026-12-31T00:00", "9999-12-31", "3000-01-01", "0000-01-01", "26-12-31"],
)  # fmt: skip
def test_what_is_no_day_of_the_one_form_is_refused_N4(text):
    with pytest.raises(forms.ValidationError):
        DayField().clean(text)


def test_a_day_of_the_one_form_is_read():
    assert DayField().clean(" 2026-12-31 ") == date(2026, 12, 31)
    assert end_of(date(2026, 12, 31)) == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("drawn_by", "text"),
    [("on_day", "1 Jan 2027"), ("at_minute", "1 Jan 2027, 01:30"),
     ("exactly", "1 Jan 2027, 01:30:05")],
)  # fmt: skip
def test_what_happened_reads_by_the_readers_clock_with_utc_on_hover_U10(drawn_by, text):
    when = datetime(2026, 12, 31, 22, 30, 5, tzinfo=UTC)
    with zones.override("Asia/Baghdad"):
        drawn = Template(f"{{{{ when|{drawn_by} }}}}").render(Context({"when": when}))
    assert drawn.endswith(f">{text}</time>")
    assert 'title="2026-12-31 22:30:05 UTC' in drawn


def test_a_day_is_the_same_on_every_clock():
    with zones.override("Pacific/Auckland"):
        drawn = Template("{{ day|on_day }}").render(Context({"day": date(2026, 12, 31)}))
    assert drawn == '<time datetime="2026-12-31">31 Dec 2026</time>'


def test_mail_says_moments_in_utc():
    with zones.override("Pacific/Auckland"):
        said = utc_words(datetime(2026, 12, 31, 22, 30, tzinfo=UTC))
    assert said == "31 Dec 2026, 22:30 UTC"


@pytest.mark.parametrize(
    ("length", "words"),
    [(1, "1 minute"), (90, "90 minutes"), (60, "1 hour"), (240, "4 hours"), (1440, "1 day"),
     (timedelta(days=7), "7 days"), (timedelta(hours=36), "36 hours")],
)  # fmt: skip
def test_a_length_is_said_in_the_largest_unit_that_fits(length, words):
    assert length_words(length) == words
