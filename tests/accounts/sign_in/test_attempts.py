"""Passwords are not found by trying (XG3), nor things by guessing their ids (XA6)."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models.user import User
from accounts.sign_in import attempts
from config.web import middleware
from config.web.limits import Limit, Overdrawn, give_back, spend
from tests.peers.nodes import serving
from tests.peers.redis_server import running

RIGHT, WRONG = "correct horse battery", "wrong"
ADA = "ada@example.org"
HERE, THERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture(autouse=True)
def ada(world):
    user = world.user("ada")
    user.set_password(RIGHT)
    user.save()
    return user


def tried(email=ADA, password=WRONG, address=HERE, client=None, **headers):
    return (client or Client()).post(
        "/accounts/login/", {"login": email, "password": password},
        REMOTE_ADDR=address, headers=headers,
    )  # fmt: skip


def statuses(times, **how):
    return [tried(**how).status_code for _ in range(times)]


def a_crowd_tries():
    for number in range(100):
        attempts.begin(ADA, f"203.0.113.{number // 4}")


def later(**time):
    return time_machine.travel(datetime.now(UTC) + timedelta(**time))


def test_twenty_wrong_passwords_for_one_account_XG3():
    assert statuses(20) == [200] * 5 + [429] * 15


def test_the_refusal_is_a_page_that_says_how_long_XG3():
    statuses(5)
    answer = tried()
    assert 290 <= int(answer["Retry-After"]) <= 300
    assert "Try again in 5 minutes." in " ".join(answer.content.decode().split())
    with later(minutes=4, seconds=10):
        assert "Try again in 1 minute." in " ".join(tried().content.decode().split())


def test_while_refused_the_right_password_is_not_even_looked_at_XG3():
    statuses(5)
    client = Client()
    assert tried(password=RIGHT, client=client).status_code == 429
    assert "_auth_user_id" not in client.session


def test_the_window_ends_and_refused_tries_did_not_prolong_it_XG3():
    statuses(12)
    with later(minutes=5, seconds=1):
        assert tried(password=RIGHT).status_code == 302


def test_whoever_guesses_locks_nobody_out_elsewhere_XG3():
    statuses(30)
    assert tried(password=RIGHT, address=THERE).status_code == 302


def test_many_accounts_from_one_address_XG3():
    seen = [tried(f"p{number}@example.org").status_code for number in range(25)]
    assert seen == [200] * 20 + [429] * 5
    assert tried("p99@example.org", address=THERE).status_code == 200


def test_known_and_unknown_accounts_are_counted_alike_XG2_XG3():
    User.objects.create_user("off@example.org", RIGHT, is_active=False)
    for email in ("nobody@example.org", "off@example.org", ADA.upper()):
        assert [tried(email, address=THERE).status_code for _ in range(6)] == [200] * 5 + [429]


def test_a_success_gives_back_its_own_try_and_no_other_XG3():
    statuses(4)
    for _ in range(3):
        assert tried(password=RIGHT).status_code == 302
    assert statuses(3) == [200, 429, 429]


def test_a_success_does_not_wipe_the_count_of_the_address_XG3():
    for number in range(19):
        tried(f"p{number}@example.org")
    tried(password=RIGHT)
    assert [tried(f"q{number}@example.org").status_code for number in range(2)] == [200, 429]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"])
def test_a_forged_header_makes_no_new_address_XG3(header):
    seen = [tried(**{header: f"203.0.113.{number}"}).status_code for number in range(7)]
    assert seen == [200] * 5 + [429] * 2


def test_behind_a_proxy_of_ours_what_the_client_wrote_before_it_counts_for_nothing_XG3(settings):
    settings.TRUSTED_PROXIES = 1
    proxy = "10.0.0.2"
    forged = [f"203.0.113.{number}, {HERE}" for number in range(7)]
    seen = [tried(address=proxy, **{"X-Forwarded-For": hops}).status_code for hops in forged]
    assert seen == [200] * 5 + [429] * 2
    assert tried(address=proxy, **{"X-Forwarded-For": THERE}).status_code == 200


@pytest.mark.parametrize("hops", ["", "nonsense", "1.2.3", f"{HERE},", "evil.example"])
def test_what_is_no_address_is_none_XG3(settings, hops):
    settings.TRUSTED_PROXIES = 1
    assert tried(address="10.0.0.2", **{"X-Forwarded-For": hops}).status_code == 200


def test_the_clients_address_stands_in_the_security_log_too_A1(settings, caplog):
    settings.TRUSTED_PROXIES = 2
    hops = {"X-Forwarded-For": f"9.9.9.9, {HERE}, 10.0.0.1"}
    Client().post("/livez", REMOTE_ADDR="10.0.0.2", headers=hops)
    assert any(f"'address': '{HERE}'" in record.getMessage() for record in caplog.records)


def test_a_network_of_ipv6_is_one_place_XG3():
    seen = [tried(address=f"2001:db8:1:2::{number:x}").status_code for number in range(7)]
    assert seen == [200] * 5 + [429] * 2
    assert tried(address="2001:db8:1:3::1").status_code == 200


def test_a_crowd_holds_up_an_account_for_an_hour_and_a_new_password_opens_it_XG3(client):
    """100 wrong passwords an hour, from however many addresses (S13)."""
    a_crowd_tries()
    refused = tried(password=RIGHT, address=THERE)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) <= 3600
    client.post("/accounts/password/reset/", {"email": ADA}, REMOTE_ADDR=THERE)
    path = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0]
    form = client.get(path, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "an entirely new one", "password2": "an entirely new one"})
    assert tried(password="an entirely new one", address=THERE).status_code == 302


def test_the_hour_ends_too_XG3():
    a_crowd_tries()
    with later(minutes=61):
        assert tried(password=RIGHT, address=THERE).status_code == 302


def test_a_new_password_does_not_wipe_the_count_of_the_address_XG3(ada):
    for number in range(20):
        attempts.begin(f"p{number}@example.org", HERE)
    attempts.renew(ADA, HERE)
    assert tried().status_code == 429


def test_proving_who_one_is_again_counts_as_well_XG3(client, ada, world):
    EmailAddress.objects.create(user=ada, email=ADA, verified=True, primary=True)
    client.force_login(ada, backend="accounts.backends.SignInBackend")
    path = "/accounts/reauthenticate/"
    seen = [client.post(path, {"password": WRONG}).status_code for _ in range(7)]
    assert seen == [200] * 5 + [429] * 2


# --- In shared storage ----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("two_processes")
def test_several_processes_and_workers_count_together_XG3(ada):
    cache.clear()
    form = {"login": ADA, "password": WRONG}
    with serving(workers=2) as one, serving(workers=2) as other, ThreadPoolExecutor(8) as many:
        asked = [
            many.submit(node.post, "/accounts/login/", form)
            for _ in range(10)
            for node in (one, other)
        ]
        seen = sorted(answer.result().status for answer in asked)
    assert seen == [200] * 5 + [429] * 15


def test_tries_given_back_can_be_used_again(db):
    limit = Limit("x", 2, timedelta(minutes=1))
    first = spend((limit, "who"))
    spend((limit, "who"))
    with pytest.raises(Overdrawn) as refused:
        spend((limit, "who"))
    assert 59 <= refused.value.wait <= 61
    give_back(first)
    assert spend((limit, "who")) == first
    assert spend((limit, "somebody else"))


def test_housekeeping_sweeps_what_has_ended(db):
    spend((Limit("x", 2, timedelta(minutes=1)), "who"))
    spend((Limit("y", 2, timedelta(days=1)), "who"))
    with later(minutes=5):
        call_command("housekeeping")
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM gatehouse_cache")
        assert cursor.fetchone()[0] == 1


@pytest.fixture
def redis(settings, tmp_path):
    """A Redis of one's own, which a test may stop."""
    with running(tmp_path) as redis:
        settings.CACHES = {
            "default": {
                "BACKEND": "config.web.redis_cache.RedisOrTableCache",
                "LOCATION": redis.address,
            }
        }
        yield redis


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_limits_count_in_redis_where_there_is_one(redis):
    assert statuses(6) == [200] * 5 + [429]
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM gatehouse_cache")
        assert cursor.fetchone()[0] == 0


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_while_redis_is_away_the_site_goes_on_and_limits_hold_XJ4(redis):
    assert statuses(2) == [200] * 2
    redis.stop()
    assert statuses(7) == [200] * 5 + [429] * 2
    assert tried(password=RIGHT, address=THERE).status_code == 302


# --- Ids ------------------------------------------------------------------------------


def test_whoever_guesses_ids_is_told_to_wait_after_a_while_XA6(as_user, monkeypatch):
    monkeypatch.setattr(middleware, "MISSES", Limit("misses", 10, timedelta(minutes=10)))
    client = as_user("ada")
    seen = [client.get(f"/w/acme/members/m{number}").status_code for number in range(12)]
    assert seen == [404] * 10 + [429] * 2
    refused = client.get("/w/acme/groups/none")
    assert int(refused["Retry-After"]) > 0
    assert client.get("/w/acme/members").status_code == 200
    assert as_user("bo").get("/w/acme/members/none").status_code == 403
    assert as_user("bo").get("/w/nowhere/").status_code == 404
