"""Closing is one step: also for two who close at once, and where the worker dies (V4)."""

import os
import signal
from functools import partial

import pytest
from django.db import connection

from accounts.models.user import User
from tests.peers.race import together
from tests.workspaces.reviews.conftest import Reviewing
from tests.world import SYSTEM, build, everything
from workspaces.operations.grants import ends
from workspaces.operations.members import members
from workspaces.operations.reviews import closing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reviewing(transactional_db) -> Reviewing:
    world = build()
    olga = User.objects.create_user("olga@example.org")
    members.add(world.workspace, olga, by=SYSTEM, owner=True)
    return Reviewing(world)


@pytest.fixture
def answered(reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, who) for who in ("bo", "cy")])
    return review


def test_two_owners_close_at_once_and_one_closes_XU4(reviewing, answered):
    outcomes = together(
        *(partial(closing.close, answered, by=reviewing.actor(who)) for who in ("ada", "olga"))
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Review"]
    events = reviewing.world.workspace.events.filter(action="review.closed")
    assert events.count() == 1


def test_a_grant_that_changes_while_it_closes_is_left_or_gone_XU4(reviewing, answered):
    item = reviewing.item(answered, "cy")
    grant = reviewing.world.member("cy").grants.get()
    together(
        partial(closing.close, answered, by=reviewing.actor("ada")),
        partial(ends.set_end, grant, item.review.opened_at.replace(year=2099), by=SYSTEM),
    )
    item.refresh_from_db()
    there = reviewing.world.member("cy").grants.exists()
    assert item.outcome == ("changed" if there else "applied")


@pytest.mark.parametrize("statement", [10, 18, 24, 28, 32])
def test_a_worker_that_dies_while_it_closes_leaves_nothing_done_XU6(reviewing, answered, statement):
    before = everything()
    by = reviewing.actor("ada")
    connection.close()
    child = os.fork()
    if not child:
        _die_at(statement, partial(closing.close, answered, by=by))
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert everything() == before
    assert reviewing.close(answered).digest


def _die_at(statement, change):
    """Make a change in a process that ends at its n-th statement, as by an OOM killer."""
    seen = 0

    def count(execute, *args):
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args)

    try:
        with connection.execute_wrapper(count):
            change()
    finally:
        os._exit(0)
