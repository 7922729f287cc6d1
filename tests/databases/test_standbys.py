"""What is read at a standby knows what was acknowledged; where it may not, the primary is asked."""

import threading
from contextlib import contextmanager

import pytest

from tests.peers.clusters import SITE, until_true

pytestmark = [pytest.mark.any_database, pytest.mark.xdist_group("clusters")]

EMAIL = "dee@example.org"
YES, NO = (200, {"decision": True}), (200, {"decision": False})
TOKENS_READ = (
    "SELECT coalesce(sum(idx_scan + seq_scan), 0)::int FROM pg_stat_user_tables"
    " WHERE relname = 'workspaces_token'"
)


@contextmanager
def reading(site, *standbys, **environment):
    """Run a node that reads at these standbys."""
    urls = ",".join(standby.url for standby in standbys)
    with site.node(DATABASE_REPLICA_URLS=urls, **environment) as node:
        yield node


def looked_up_at(machine):
    """Count how often a token was looked up at this machine, which each request does."""
    return machine.ask(TOKENS_READ, database=SITE)


@pytest.fixture(scope="module")
def writer(pair, site):
    with reading(site, *pair.machines) as node:
        yield node


@pytest.fixture
def mended(pair):
    """Put both machines right again after a test that broke one of them."""
    yield pair
    for machine in pair.machines:
        if machine.process is not None and machine is not pair.primary:
            machine.kill()
    pair.primary.wait_for()
    pair.mend()


def test_what_was_revoked_at_the_primary_is_gone_at_the_standby_R4(pair, site, writer, request):
    many = request.config.getoption("--revokes")
    before, stale, asked = looked_up_at(pair.standby), [], 0
    with reading(site, *pair.machines) as node:
        for number in range(many):
            email = f"p{number}@example.org"
            if number % 10 == 0:
                asked += 1
                assert site.may_read(node, email) == YES
            assert site.give(writer, email, number, given=False) == 200
            asked += 1
            answer = site.may_read(node, email)
            if answer != NO:
                stale.append((email, answer))
    looked_up = looked_up_at(pair.standby) - before
    print(f"\n{many} revokes; {asked} questions, {looked_up} look-ups at the standby")  # noqa: T201
    assert stale == []
    assert looked_up > many


def test_what_only_looks_is_read_at_the_standby_and_its_use_is_noted_at_the_primary(pair, site):
    before = looked_up_at(pair.standby)
    noted = "SELECT last_used_at FROM workspaces_token WHERE name = 'looker'"
    assert pair.primary.ask(noted, database=SITE) is None
    with reading(site, pair.standby) as node:
        for _ in range(3):
            status, answer = node.send("GET", "/api/users?pagination.count=2", None, site.looker)
            assert (status, len(answer["data"]["users"])) == (200, 2)
    assert pair.primary.ask(noted, database=SITE) is not None
    assert looked_up_at(pair.standby) >= before + 3


def test_a_role_that_may_not_see_whether_a_standby_streams_reads_at_the_primary(pair, site):
    pair.primary.ask("CREATE ROLE plain LOGIN IN ROLE pg_read_all_data, pg_write_all_data")
    plain = {"DATABASE_URL": pair.primary.url_of("plain"),
             "DATABASE_REPLICA_URLS": pair.standby.url_of("plain")}  # fmt: skip
    for may_see in (False, True):
        before = looked_up_at(pair.standby)
        with site.node(**plain) as node:
            assert site.may_read(node, "ada@example.org") == YES
        assert (looked_up_at(pair.standby) > before) == may_see
        pair.primary.ask("GRANT pg_read_all_stats TO plain")


@pytest.mark.parametrize("seconds", [-1, 1])
def test_a_standby_whose_clock_goes_otherwise_is_not_read_R6(pair, site, seconds):
    told = site.command(
        "shell", "--no-imports", "-c",
        "from dataclasses import replace\n"
        "from config.databases.standbys import place_of_primary, why_not\n"
        "place = place_of_primary()\n"
        f"other = replace(place, clock=place.clock + {seconds})\n"
        "print([why_not('standby1', place), why_not('standby1', other)])",
        DATABASE_REPLICA_URLS=pair.standby.url,
    )  # fmt: skip
    assert told.stdout.startswith("['', \"its clock differs from the primary's")


def no_longer_waited_for(pair):
    """Commits wait for nobody, and the standby does not replay."""
    pair.primary.wait_for()
    pair.standby.ask("SELECT pg_wal_replay_pause()")


def cut_off(pair):
    """The standby hears nothing any more, and does not know."""
    pair.primary.wait_for()
    pair.standby.ask("ALTER SYSTEM SET primary_conninfo = ''")
    pair.standby.ask("SELECT pg_reload_conf()")
    until_true(lambda: pair.primary.ask("SELECT count(*) = 0 FROM pg_stat_replication"), "it hears")


def gone(pair):
    pair.primary.wait_for()
    pair.standby.kill()


def promoted_beside(pair):
    """Somebody promoted the standby while the primary lives."""
    pair.primary.wait_for()
    pair.standby.ask("SELECT pg_promote()")


def come_back(pair):
    """The primary of before is back, in recovery, with more in its log than the new one has."""
    cut_off(pair)
    pair.primary.ask("CREATE TABLE unpromised AS SELECT generate_series(1, 100000)")
    pair.fail_over()
    pair.standby.come_back_behind(pair.primary)


@pytest.mark.parametrize(
    "fall_out", [no_longer_waited_for, cut_off, gone, promoted_beside, come_back]
)
def test_where_a_standby_falls_out_the_primary_answers_R4(mended, site, writer, fall_out):
    with reading(site, *mended.machines) as node:
        assert site.give(writer, EMAIL, 0, given=True) == 200
        assert site.may_read(node, EMAIL) == YES
        fall_out(mended)
        for number in range(1, 5):
            given = number % 2 == 0
            assert site.give(writer, EMAIL, number, given=given) == 200
            assert site.may_read(node, EMAIL) == (YES if given else NO)
    assert site.give(writer, EMAIL, 5, given=False) == 200


def test_a_change_that_waits_for_a_standby_is_not_acknowledged_before_it_is_there_R4(
    mended, site, writer
):
    with reading(site, mended.standby) as node:
        assert site.give(writer, EMAIL, 0, given=True) == 200
        assert site.may_read(node, EMAIL) == YES
        mended.standby.ask("SELECT pg_wal_replay_pause()")
        acknowledged = []
        revoke = threading.Thread(
            target=lambda: acknowledged.append(site.give(writer, EMAIL, 1, given=False))
        )
        revoke.start()
        until_true(lambda: waits(mended.primary), "no commit waits")
        assert site.may_read(node, EMAIL) == YES
        assert acknowledged == []
        mended.standby.ask("SELECT pg_wal_replay_resume()")
        revoke.join(30)
        assert acknowledged == [200]
        assert site.may_read(node, EMAIL) == NO


def waits(primary):
    return primary.ask("SELECT true FROM pg_stat_activity WHERE wait_event = 'SyncRep'")


def test_no_question_is_lost_with_the_standby_that_reads_it(mended, site):
    mended.primary.wait_for()
    answers, over = [], threading.Event()
    with reading(site, mended.standby) as node:

        def ask_on():
            while not over.is_set():
                answers.append(site.may_read(node, "ada@example.org"))

        asking = threading.Thread(target=ask_on)
        asking.start()
        until_true(lambda: len(answers) > 20, "nothing is answered")
        mended.standby.kill()
        seen = len(answers)
        until_true(lambda: len(answers) > seen + 20, "nothing is answered any more")
        over.set()
        asking.join()
    assert {status for status, _ in answers} == {200}
    assert all(answer["decision"] for _, answer in answers)
