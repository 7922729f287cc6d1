"""What the overview draws equals a recount; empty, young and large workspaces look right."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.world import SYSTEM, give_grants
from workspaces.access.counts.highest import highest_access, standing_editors
from workspaces.change import lock_workspace
from workspaces.models import DailyCount, Workspace
from workspaces.models.daily_count import today
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.workspace.daily_counts import count_today
from workspaces.spans import Span
from workspaces.terms import Eligible, Terms
from workspaces.views.workspace import charts

pytestmark = pytest.mark.django_db


def counted(workspace, numbers):
    """Keep numbers as those of the days before today."""
    DailyCount.objects.bulk_create(
        DailyCount(workspace=workspace, day=today() - timedelta(days=ago), editors=number)
        for ago, number in numbers.items()
    )


def test_everybody_is_counted_by_the_strongest_role_U12(world):
    assert highest_access(world.workspace.pk)[:4] == (1, 1, 1, 1)
    give_grants(world.member("dee"), [Terms("space-read-only", "all")], by=SYSTEM)
    assert highest_access(world.workspace.pk)[:4] == (1, 1, 2, 0)


def test_the_strongest_are_those_whom_the_list_of_members_finds(world, see):
    found = highest_access(world.workspace.pk)
    for status, number in (("owner", found.owner), ("minimal", found.minimal)):
        assert len(see("ada", f"members?status={status}").rows()) == number, status


def test_what_has_to_be_taken_up_first_is_no_standing_edit_W2(world):
    before = highest_access(world.workspace.pk)
    terms = Terms("source-admin", "all", eligible=Eligible(proof=False))
    give_grants(world.member("dee"), [terms], by=SYSTEM)
    assert highest_access(world.workspace.pk) == before


def test_who_is_deactivated_is_not_counted(world):
    people = highest_access(world.workspace.pk).people
    members.remove(world.member("dee"), by=SYSTEM)
    assert highest_access(world.workspace.pk).people == people - 1


def test_each_open_workspace_is_counted_once_a_day_U12(world, django_assert_num_queries):
    with django_assert_num_queries(6):  # a transaction around them
        assert count_today() == Workspace.objects.count()
    assert count_today() == Workspace.objects.count()
    [row] = world.workspace.daily_counts.all()
    assert row.editors == highest_access(world.workspace.pk).standing
    assert row.editors == standing_editors()[world.workspace.pk]


def test_housekeeping_counts_and_drops_what_is_old(world):
    counted(world.workspace, {500: 3})
    call_command("housekeeping")
    assert [row.day for row in world.workspace.daily_counts.all()] == [timezone.now().date()]


def test_a_young_workspace_says_when_there_will_be_a_line_U12(world, see):
    counted(world.workspace, dict.fromkeys(range(1, 7), 2))
    page = see("ada", "overview")
    assert "when there is a week of it" in page
    assert 'class="area' not in page.raw


def test_the_line_goes_over_the_days_that_were_counted_to_the_number_of_today_U12(world, see):
    counted(world.workspace, {80: 12, 40: 8, **dict.fromkeys(range(1, 7), 5)})
    page = see("ada", "overview")
    now = highest_access(world.workspace.pk).standing
    assert f"{12 - now} fewer than 80 days ago" in page
    assert f"From 12 on {charts.date_format(today() - timedelta(days=80), 'j M Y')}" in page.raw
    line = charts.standing(world.workspace, now)
    assert line.line.count("V") == len(line.days) - 1
    assert [number for _day, number in line.days] == [12, 8, *[5] * 6, now]


@pytest.mark.parametrize(("most", "top"), [(0, 4), (1, 4), (5, 8), (25, 40), (101, 200)])
def test_the_lines_of_a_chart_stand_at_round_numbers(most, top):
    assert charts._top(most) == top


def test_ends_are_counted_week_by_week_U12(world):
    now = timezone.now()
    soon, later = now + timedelta(days=3), now + timedelta(days=24)
    give_grants(world.member("dee"), [Terms("space-read-only", "all", ends=soon)], by=SYSTEM)
    give_grants(world.group("growth"), [Terms("source-admin", "all", ends=later)], by=SYSTEM)
    groups.add_members(
        world.group("growth"), [world.member("dee")], span=Span(ends=later), by=SYSTEM
    )
    far = now + timedelta(weeks=13)
    give_grants(world.member("cy"), [Terms("space-admin", "all", ends=far)], by=SYSTEM)
    assert [week.number for week in charts.weeks(world.workspace)] == [1, 0, 0, 2, *[0] * 8]


def test_tall_columns_are_drawn_to_scale(world):
    ends = timezone.now() + timedelta(days=3)
    roles = ["source-admin", "space-admin", "warehouse-admin", "destination-admin"]
    for name in ("bo", "cy", "dee"):
        give_grants(world.member(name), [Terms(r, "all", ends=ends) for r in roles], by=SYSTEM)
    first = charts.weeks(world.workspace)[0]
    assert first.number == 12
    assert first.height <= charts.TALLEST + 0.1


def test_an_empty_workspace_says_that_nothing_ends(world, see):
    assert "Nothing ends until then." in see("ada", "overview")


def test_the_bar_is_whole(world):
    parts = charts.parts(highest_access(world.workspace.pk), "/members")
    assert sum(part.width for part in parts) == pytest.approx(100)
    assert [part.start for part in parts] == [0, 25, 50, 75]


def test_a_closed_review_stands_in_the_line(world, see):
    counted(world.workspace, dict.fromkeys(range(1, 20), 5))
    with lock_workspace(world.workspace.pk):
        world.workspace.reviews.create(
            name="Autumn",
            closed_at=timezone.now() - timedelta(days=10),
            due_on=today(),
        )
    assert re.search(r"<text[^>]*>\s*Autumn closed\s*</text>", see("ada", "overview").raw)
