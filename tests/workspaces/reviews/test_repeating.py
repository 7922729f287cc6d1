"""Reviews that come again, and mails before they are due (V1, V6)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.models import Mail
from tests.world import SYSTEM, take_grants
from workspaces.models import Again, Covers, Reviewers
from workspaces.operations.groups import managers
from workspaces.operations.reviews import repeating, telling

OPENED = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def quarterly(reviewing):
    with time_machine.travel(OPENED, tick=False):
        return reviewing.open(again=Again.QUARTERLY)


def everybody(_review):
    return lambda workspace: workspace.members.all()


def opened_on(review, *day, read=everybody):
    with time_machine.travel(datetime(*day, tzinfo=UTC), tick=False):
        return repeating.open_due(review.workspace, read, by=SYSTEM)


def test_the_next_one_opens_after_its_time_V1(reviewing, quarterly):
    reviewing.close(quarterly)
    assert opened_on(quarterly, 2026, 4, 29) == (0, 0)
    assert opened_on(quarterly, 2026, 4, 30) == (1, 0)
    following = quarterly.workspace.reviews.get(follows=quarterly)
    assert (following.name, following.again) == (quarterly.name, quarterly.again)
    assert following.lasts == timedelta(days=14)


def test_it_opens_once_V1(reviewing, quarterly):
    reviewing.close(quarterly)
    opened_on(quarterly, 2026, 4, 30)
    assert opened_on(quarterly, 2026, 5, 1) == (0, 0)


def test_one_that_is_open_still_is_not_opened_beside_itself_V1(quarterly):
    assert opened_on(quarterly, 2026, 8, 1) == (0, 0)


def test_one_that_was_stopped_comes_no_more_V1(reviewing, quarterly):
    reviewing.close(quarterly)
    repeating.stop(quarterly, by=SYSTEM)
    assert opened_on(quarterly, 2026, 8, 1) == (0, 0)


def test_one_of_which_nothing_is_left_comes_no_more_and_the_owners_hear_of_it_V1(reviewing):
    world = reviewing.world
    with time_machine.travel(OPENED, tick=False):
        review = reviewing.open(
            Covers.PEOPLE,
            choose=lambda w: w.members.filter(pk=world.member("cy").pk),
            again=Again.YEARLY,
        )
    reviewing.close(review)
    take_grants(world.member("cy"), world.member("cy").grants.all())
    Mail.objects.all().delete()
    only_cy = lambda _review: lambda w: w.members.filter(pk=world.member("cy").pk)  # noqa: E731
    assert opened_on(review, 2027, 2, 1, read=only_cy) == (0, 1)
    assert opened_on(review, 2027, 2, 2, read=only_cy) == (0, 0)
    assert {mail.to for mail in Mail.objects.all()} == {"ada@example.org", "olga@example.org"}


def told(review, moment):
    Mail.objects.all().delete()
    with time_machine.travel(moment, tick=False):
        telling.remind(review.workspace, by=SYSTEM)
    return sorted(mail.to for mail in Mail.objects.all())


def test_the_owners_are_mailed_at_the_start_V6(reviewing):
    reviewing.open()
    assert {mail.to for mail in Mail.objects.all()} == {"ada@example.org", "olga@example.org"}


def test_whoever_edits_is_mailed_where_they_are_asked_V6(reviewing):
    reviewing.open(reviewers=Reviewers.EDITORS)
    assert [mail.to for mail in Mail.objects.all()] == ["bo@example.org"]


def test_a_groups_managers_are_mailed_where_they_are_asked_V6_W6(reviewing):
    world = reviewing.world
    managers.set_managers(world.group("growth"), [world.member("dee")], by=SYSTEM)
    Mail.objects.all().delete()
    reviewing.open(reviewers=Reviewers.MANAGERS)
    assert [mail.to for mail in Mail.objects.all()] == ["dee@example.org"]


def test_they_are_mailed_7_days_and_1_day_before_and_never_twice_V6(quarterly):
    owners = ["ada@example.org", "olga@example.org"]
    assert told(quarterly, OPENED + timedelta(days=6)) == []
    assert told(quarterly, OPENED + timedelta(days=7)) == owners
    assert told(quarterly, OPENED + timedelta(days=8)) == []
    assert told(quarterly, OPENED + timedelta(days=13)) == owners
    assert told(quarterly, OPENED + timedelta(days=13, hours=2)) == []
    assert told(quarterly, OPENED + timedelta(days=20)) == []


def test_of_a_closed_one_nobody_is_mailed_V6(reviewing, quarterly):
    reviewing.close(quarterly)
    assert told(quarterly, OPENED + timedelta(days=7)) == []
