"""Two nodes with one database and one Redis: what one took away is never given by the other."""

import os
import signal
import threading
import time
from itertools import cycle

import pytest

from tests.api.conftest import secret_for
from tests.peers.nodes import serving
from tests.peers.redis_server import running
from tests.world import build
from workspaces.catalogue import DECISION_READER

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
