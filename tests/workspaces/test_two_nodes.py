"""Two nodes with one database and one Redis: what one took away is never given by the other."""

import os
import signal
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import pytest
from django.db.models.functions import Now

from accounts.models.user import User
from tests.api.conftest import secret_for
from tests.peers.nodes import serving
from tests.peers.redis_server import running
from tests.world import SYSTEM, build, give_grants
from workspaces.catalogue import DECISION_READER
from workspaces.operations.groups import people
from workspaces.spans import Span
from workspaces.terms import Terms

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("two_nodes")]

ROUNDS = 1000
MORE = 100  # answers between two restarts
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


def test_no_node_answers_by_yesterday_around_a_start_and_an_end_W1_R4_R6(nodes, request):
    """What begins and ends while questions are put, by the database's clock alone.

    A question put between two looks at that clock is answered as it is at one of them.
    """
    world = build()
    reader = secret_for(world.workspace, DECISION_READER)
    dee, growth = world.member("dee"), world.group("growth")
    question = {
        "subject": {"type": "user", "id": "dee@example.org"},
        "action": {"name": "edit"},
        "resource": {"type": "source", "id": "a"},
    }
    source = Terms("source-admin", "resources", resources=(world.resource("source/a"),))
    probes, seen = Counter(), set()
    for number in range(request.config.getoption("--spans")):
        starts = now_by_the_database() + timedelta(seconds=0.4)
        ends = starts + timedelta(seconds=0.4)
        if number % 2:
            people.join(growth, ["dee@example.org"], by=SYSTEM, span=Span(starts, ends))
        else:
            give_grants(dee, [replace(source, starts=starts, ends=ends)])
        for node in cycle(nodes):
            before = now_by_the_database()
            status, answer = node.send("POST", "/access/v1/evaluation", question, reader)
            after = now_by_the_database()
            could_be = {starts <= moment < ends for moment in (before, after)}
            if before < ends <= after or before < starts <= after:
                could_be = {True, False}
            assert status == 200
            assert answer["decision"] in could_be, (starts, ends, before, after, answer)
            probes["unsure" if len(could_be) > 1 else "sure"] += 1
            seen.add((number % 2, answer["decision"]))
            if after > ends + timedelta(seconds=0.1):
                break
    assert seen == {(0, True), (0, False), (1, True), (1, False)}
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
