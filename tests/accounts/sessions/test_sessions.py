"""When a session is over, to the second (S1, S2, XG4, XG11)."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts import sessions
from accounts.models.sign_in import SignIn
from accounts.sessions import Limits

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
MINUTE, DAY, SECOND = timedelta(minutes=1), timedelta(days=1), timedelta(seconds=1)
BOUND, ORDINARY = Limits(7 * DAY, 15 * MINUTE), Limits(7 * DAY)


def sign_in(limits, *, active=timedelta()):
    last = START + active
    return SignIn(
        signed_in_at=START, last_active_at=last, ends_at=sessions.end_of(START, last, limits)
    )


@pytest.mark.parametrize(
    ("limits", "after", "over"),
    [
        (BOUND, 15 * MINUTE - SECOND, False),
        (BOUND, 15 * MINUTE, True),
        (BOUND, 15 * MINUTE + SECOND, True),
        (ORDINARY, 15 * MINUTE + SECOND, False),
        (ORDINARY, 7 * DAY - SECOND, False),
        (ORDINARY, 7 * DAY, True),
        (ORDINARY, 7 * DAY + SECOND, True),
        (Limits(timedelta(hours=1), 5 * MINUTE), 5 * MINUTE, True),
    ],
)
def test_the_edges_to_the_second_S1_S2_XG4(limits, after, over):
    assert sessions.is_over(sign_in(limits), limits, START + after) == over


def test_activity_to_the_last_does_not_outlive_7_days_S2():
    busy = sign_in(BOUND, active=7 * DAY - MINUTE)
    assert not sessions.is_over(busy, BOUND, START + 7 * DAY - SECOND)
    assert sessions.is_over(busy, BOUND, START + 7 * DAY)


def test_a_rule_that_got_stricter_counts_at_once_S3():
    assert sessions.is_over(sign_in(ORDINARY), BOUND, START + 16 * MINUTE)


def test_a_rule_that_got_milder_brings_nothing_back_S3():
    assert sessions.is_over(sign_in(BOUND), ORDINARY, START + 16 * MINUTE)


def test_a_clock_set_back_ends_nothing_early_XG11():
    assert not sessions.is_over(sign_in(BOUND), BOUND, START - timedelta(hours=1))
