"""The site behind PgBouncer in transaction mode: each transaction may meet another session."""

import threading

import pytest

from tests.databases.test_standbys import EMAIL, NO, YES, looked_up_at
from tests.peers.clusters import SITE, USER, until_true
from tests.peers.pgbouncer import pooling

pytestmark = [pytest.mark.any_database, pytest.mark.xdist_group("clusters")]

ROUNDS = 8
CLIENTS = 3


@pytest.fixture
def pooler(pair, site):
    """One before the primary; the role has what the site may not ask for through it."""
    pair.primary.ask(f"ALTER ROLE {USER} IN DATABASE {SITE} SET synchronous_commit = remote_apply")
    with pooling(pair.primary) as running:
        yield running
    pair.primary.ask(f"ALTER ROLE {USER} IN DATABASE {SITE} RESET synchronous_commit")


@pytest.fixture
def pooled(pooler):
    """The settings of a node behind it."""
    return {"DATABASE_URL": pooler.url, "DATABASE_POOLED": "true"}


def test_several_workers_change_and_ask_by_two_sessions_R4(site, pooled):
    wrong, emails = [], list(site.people)[-CLIENTS:]

    def rounds(node, email):
        for number in range(ROUNDS):
            given = number % 2 == 0
            changed = site.give(node, email, number, given=given)
            answer = site.may_read(node, email)
            if (changed, answer) != (200, YES if given else NO):
                wrong.append((email, number, changed, answer))

    with site.node(workers=CLIENTS, **pooled) as node:
        threads = [threading.Thread(target=rounds, args=(node, email)) for email in emails]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_commands_that_read_by_the_hundred_go_on_behind_it(site, pooled):
    for command in (["integrity_check"], ["workspace_export", "acme"]):
        site.command(*command, **pooled)


def test_a_standby_is_read_past_the_pooler_and_not_through_one_R4(pair, site, pooled):
    with pooling(pair.standby) as through:
        for standby, is_read in ((pair.standby.url, True), (through.url, False)):
            before = looked_up_at(pair.standby)
            with site.node(DATABASE_REPLICA_URLS=standby, **pooled) as node:
                assert site.give(node, EMAIL, 0, given=True) == 200
                assert site.may_read(node, EMAIL) == YES
            assert (looked_up_at(pair.standby) > before) == is_read


def test_where_commits_wait_for_nobody_no_standby_is_read_and_the_check_says_so(pair, site, pooled):
    pair.primary.ask(f"ALTER ROLE {USER} IN DATABASE {SITE} RESET synchronous_commit")
    before = looked_up_at(pair.standby)
    with pooling(pair.primary) as new:  # sessions of the other keep what they began with
        told = {**pooled, "DATABASE_URL": new.url, "DATABASE_REPLICA_URLS": pair.standby.url}
        with site.node(**told) as node:
            assert site.may_read(node, "ada@example.org") == YES
        check = site.command("check", "--database", "default", **told)
    assert looked_up_at(pair.standby) == before
    assert "gatehouse.W001" in check.stderr


def test_the_check_tells_what_keeps_standbys_from_being_read(pair, site):
    urls = {"DATABASE_REPLICA_URLS": f"{pair.standby.url},{pair.primary.url}"}
    good = site.command("check", "--database", "default", "--fail-level", "WARNING", **urls)
    assert "standby2 is not read from: it is no standby" in good.stderr
    pair.primary.wait_for()
    bad = site.command("check", "--database", "default", **urls)
    assert "gatehouse.W002" in bad.stderr
    pair.primary.wait_for(pair.standby)


def test_behind_a_pooler_that_is_led_to_the_new_primary_the_site_goes_on_XJ3(
    pair, site, pooler, pooled
):
    with site.node(**pooled) as node:
        assert site.give(node, EMAIL, 0, given=True) == 200
        pair.primary.kill()
        answer = node.get("/readyz")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        pair.take_over()
        pooler.lead_to(pair.primary)
        until_true(lambda: node.get("/readyz").status == 200, "the new primary is not found")
        assert site.may_read(node, EMAIL) == YES
        assert site.give(node, EMAIL, 1, given=False) == 200
    pair.mend()
