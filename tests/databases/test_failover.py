"""The primary dies under load: a standby takes over, and nothing acknowledged is lost (XJ3)."""

import threading
import time
from itertools import count

import pytest

from tests.peers.clusters import SITE

pytestmark = [pytest.mark.any_database, pytest.mark.xdist_group("clusters")]

WRITERS = 4
HEALTHY = 10  # seconds
AT_LEAST = 5  # changes between two deaths


class Load:
    """Writers that make groups all the time, and remember what was acknowledged."""

    def __init__(self, site, node):
        self.site, self.node = site, node
        self.acknowledged, self.answers, self.over = [], [], threading.Event()
        self.numbers = count()
        self.threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *raised):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _write(self):
        while not self.over.is_set():
            number = next(self.numbers)
            name, secret = f"load {number}", self.site.writers[number % len(self.site.writers)]
            status, _answer = self.node.send("POST", "/api/groups", {"name": name}, secret)
            if status == 200:
                self.acknowledged.append(name)
            self.answers.append(status)

    def wait_for_more(self):
        """Wait until some more changes are acknowledged; return after how many seconds."""
        began, wanted = time.monotonic(), len(self.acknowledged) + AT_LEAST
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < began + 60, "nothing is acknowledged any more"
            time.sleep(0.01)
        return time.monotonic() - began


def test_what_was_acknowledged_outlives_the_primary_and_the_site_goes_on_XJ3(pair, site, request):
    healthy_after = []
    with site.node(workers=2) as node, Load(site, node) as load:
        load.wait_for_more()
        for _ in range(request.config.getoption("--kills")):
            began = time.monotonic()
            pair.fail_over()
            load.wait_for_more()
            healthy_after.append(time.monotonic() - began)
            pair.mend()
            load.wait_for_more()
    lost = [
        name
        for name in load.acknowledged
        if not pair.primary.ask(
            f"SELECT true FROM workspaces_group WHERE name = '{name}'",  # noqa: S608
            database=SITE,
        )
    ]
    print(f"\n{len(load.acknowledged)} acknowledged, healthy after {max(healthy_after):.1f} s")  # noqa: T201
    assert lost == []
    assert set(load.answers) <= {200, 503}
    assert max(healthy_after) < HEALTHY
    site.command("audit_verify")
    site.command("integrity_check")


def test_between_two_primaries_the_answer_is_503_and_says_when_to_come_again_XJ3(pair, site):
    with site.node() as node:
        assert node.get("/readyz").status == 200
        pair.primary.kill()
        for path in ("/readyz", "/w/acme/members", "/api/users", "/scim/v2/Users"):
            answer = node.get(path, "x" * 32, Authorization=f"Bearer {site.writers[0]}")
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5"), path
        assert node.get("/livez").status == 200
        pair.take_over()
        assert node.get("/readyz").status == 200
        pair.mend()
