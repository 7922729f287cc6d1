"""Two nodes with one database and one Redis: what one took away is never given by the other."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle

import pytest
from django.db.models import QuerySet
from django.db.models.functions import Now

from accounts.models.user import User
from tests.api.conftest import secret_for
from tests.peers.nodes import serving
from tests.peers.redis_server import running
from tests.workspaces.taking_up.conftest import Eligibles
from tests.world import SYSTEM, build, give_grants
from workspaces.catalogue import DECISION_READER
from workspaces.models import Grant, TakeUp
from workspaces.operations.groups import groups, people
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import takable
from workspaces.spans import Span
from workspaces.terms import Terms

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("two_nodes")]

ROUNDS = 1000
MORE = 100  # answers between two restarts
TAKEN_UP = 2  # from this kind on, of four
CALLS = 60  # of one operation that a token may make in a minute


@pytest.fixture
def nodes(transactional_db, tmp_path):
    with (
        running(tmp_path) as redis,
        serving(REDIS_URL=redis.address, CONN_MAX_AGE="60") as one,
        serving(REDIS_URL=redis.address, CONN_MAX_AGE="60") as other,
    ):
        yield one, other


def test_a_thousand_changes_at_one_node_and_no_stale_answer_at_the_other_R4(nodes):
    changed, asked = nodes
    world = build()
    reader = secret_for(world.workspace, DECISION_READER)
    writers = cycle(
        secret_for(world.workspace, "workspace-owner", name=f"writer {number}")
        for number in range(2 * ROUNDS // CALLS)
    )
    path = f"/api/users/{world.member('dee').public_id}/permissions"
    source = world.resource("source/a")
    listed = {"id": source.public_id, "type": "SOURCE"}
    given = [{"roleId": "source-read-only", "resources": [listed]}]
    question = {
        "subject": {"type": "user", "id": "dee@example.org"},
        "action": {"name": "read"},
        "resource": {"type": "source", "id": source.slug},
    }
    stale = []
    for number in range(ROUNDS):
        wanted = number % 2 == 0
        body = {"permissions": given if wanted else []}
        assert changed.send("PUT", path, body, next(writers))[0] == 200
        answer = asked.send("POST", "/access/v1/evaluation", question, reader)
        if answer != (200, {"decision": wanted}):
            stale.append((number, answer))
    assert stale == []


def now_by_the_database():
    return User.objects.values_list(Now(), flat=True)[0]


@dataclass
class While:
    """When something gives edit, by the database's clock: what is surely so, and from when.

    What is ended early ends somewhere in the operation that ends it, and surely by its end.
    """

    off_until: datetime
    on_from: datetime
    on_until: datetime
    off_from: datetime
    end_early: Callable[[], object] | None = None

    def could_be(self, before: datetime, after: datetime) -> set[bool]:
        """What a question may be answered that was put and answered between these moments."""
        if self.on_from <= before and after < self.on_until:
            return {True}
        off = after < self.off_until or before >= self.off_from
        return {False} if off else {True, False}

    def go_on(self) -> None:
        """End it early where that is so, once a part of its time is over."""
        now = now_by_the_database()
        if self.end_early and now > self.on_from + timedelta(seconds=0.2):
            self.on_until, act, self.end_early = now, self.end_early, None
            act()
            self.off_from = now_by_the_database()


def planned(number, world):
    """A grant, or a place in a group, that starts and ends."""
    QuerySet(Grant).filter(member=world.member("dee"), eligible=False).delete()  # ended ones
    starts = now_by_the_database() + timedelta(seconds=0.6)
    ends = starts + timedelta(seconds=0.4)
    if number % 2:
        span = Span(starts, ends)
        people.join(world.group("growth"), ["dee@example.org"], by=SYSTEM, span=span)
    else:
        source = Terms("source-admin", "resources", resources=(world.resource("source/a"),))
        give_grants(world.member("dee"), [replace(source, starts=starts, ends=ends)])
    return While(starts, starts, ends, ends)


def taken_up(number, world):
    """What Dee takes up for a minute, her grant or her place: some of them she ends herself."""
    dee, before = world.member("dee"), now_by_the_database()
    what = takable(dee)[number % 2]
    row = take_ups.take_up(dee, what.name, 1, "Pager", by=world.actor("dee"))
    if number // 4 % 2:
        far = row.ends_at
        return While(
            before, now_by_the_database(), far, far,
            partial(take_ups.end, row, by=world.actor("dee")),
        )  # fmt: skip
    ends = row.starts_at + timedelta(seconds=0.4)  # the clock stays, the minute is shortened
    QuerySet(TakeUp).filter(pk=row.pk).update(ends_at=ends)
    return While(before, now_by_the_database(), ends, ends)


def test_no_node_answers_by_yesterday_around_a_start_and_an_end_W1_W2_R4_R6(nodes, request):
    """What begins and ends while questions are put, by the database's clock alone: planned, taken
    up until its while is over, and ended early.

    A question put between two looks at that clock is answered as it is at one of them.
    """
    eligibles = Eligibles(build())
    world = eligibles.world
    groups.create(world.workspace, "pager", by=SYSTEM, policy=[Terms("source-admin", "all")])
    eligibles.grant()
    eligibles.membership(group="pager")
    reader = secret_for(world.workspace, DECISION_READER)
    question = {
        "subject": {"type": "user", "id": "dee@example.org"},
        "action": {"name": "edit"},
        "resource": {"type": "source", "id": "a"},
    }
    probes, seen = Counter(), set()
    for number in range(request.config.getoption("--spans")):
        kind = number % 4
        time_of = (planned if kind < TAKEN_UP else taken_up)(number, world)
        for node in cycle(nodes):
            before = now_by_the_database()
            status, answer = node.send("POST", "/access/v1/evaluation", question, reader)
            after = now_by_the_database()
            could_be = time_of.could_be(before, after)
            assert status == 200
            assert answer["decision"] in could_be, (number, time_of, before, after, answer)
            probes["unsure" if len(could_be) > 1 else "sure"] += 1
            seen.add((kind, answer["decision"]))
            time_of.go_on()
            if after > time_of.off_from + timedelta(seconds=0.1):
                break
    print(f"\n{dict(probes)}")  # noqa: T201 – how many questions were put
    assert seen == {(kind, answer) for kind in range(4) for answer in (True, False)}
    assert probes["sure"] > probes["unsure"], probes


def test_a_restart_under_load_loses_no_request(transactional_db):
    failed, answered, over = [], [], threading.Event()

    def load(node):
        while not over.is_set():
            try:
                status = node.get("/readyz").status
            except OSError as error:
                status = error
            (answered if status == 200 else failed).append(status)

    def wait_for_more():
        wanted, until = len(answered) + MORE, time.monotonic() + 60
        while len(answered) < wanted and time.monotonic() < until:
            time.sleep(0.05)
        return len(answered) >= wanted

    with serving(workers=2) as node:
        threads = [threading.Thread(target=load, args=[node]) for _ in range(4)]
        for thread in threads:
            thread.start()
        went_on = [wait_for_more()]
        for _ in range(3):
            os.kill(node.pid, signal.SIGHUP)
            went_on.append(wait_for_more())
        over.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert all(went_on)
