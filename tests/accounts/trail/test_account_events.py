"""The chain of an account: its sign-ins and changes, read by that person alone (A1, A2, XK2)."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.models.account_event import AccountEvent, SealedError
from accounts.models.sign_in import SignIn
from accounts.models.user import User
from accounts.operations.retention import purge_old_events
from accounts.views.activity import SENTENCES
from tests.cast.proofs import PASSWORD, with_password
from tests.peers.race import together

BACKEND = "accounts.backends.SignInBackend"


@pytest.fixture
def bo(world, client):
    user = with_password(world.user("bo"))
    client.force_login(user, backend=BACKEND)
    return user


def actions(user):
    events = AccountEvent.objects.of(user.pk).order_by("number")
    return list(events.values_list("action", flat=True))


def test_signing_in_and_out_stand_on_it_with_address_and_device_A1(world, client):
    user = with_password(world.user("bo"))
    client.post(
        "/accounts/login/", {"login": user.email, "password": PASSWORD},
        headers={"User-Agent": "Firefox"}, REMOTE_ADDR="192.0.2.7",
    )  # fmt: skip
    client.post("/accounts/logout/")
    first, last = AccountEvent.objects.of(user.pk).order_by("number")
    assert (first.action, first.number, first.address) == ("signed_in", 1, "192.0.2.7")
    assert (first.email, first.device) == ("bo@example.org", "Firefox")
    assert first.request_id
    assert last.action == "signed_out"
    assert audit.verify(user.pk) is None


def test_a_failed_sign_in_is_no_event_A1(world, client):
    with_password(world.user("bo"))
    client.post("/accounts/login/", {"login": "bo@example.org", "password": "wrong"})
    assert not AccountEvent.objects.exists()


def test_no_event_no_sign_in_A1_XJ6(world, client, monkeypatch):
    user = with_password(world.user("bo"))

    def broken(*args, **options):
        raise RuntimeError

    monkeypatch.setattr(audit, "digest", broken)
    with pytest.raises(RuntimeError):
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert not SignIn.objects.exists()
    assert client.get("/accounts/activity/").status_code == 302


def test_factors_that_come_and_go_are_events_A1(bo, client):
    Authenticator.objects.create(user=bo, type="totp", data={})
    Authenticator.objects.filter(user=bo).delete()
    assert actions(bo) == ["signed_in", "factor.added", "factor.removed"]
    client.force_login(bo, backend=BACKEND)  # no browser did it, so every session ended
    page = client.get("/accounts/activity/").content.decode()
    assert "Added an authenticator app" in page
    assert "Removed an authenticator app" in page


def test_the_person_reads_their_own_and_nobody_elses_A1(world, bo, client):
    audit.record(world.user("ada"), "address.asked", None, details={"to": "secret@example.org"})
    page = client.get("/accounts/activity/").content.decode()
    assert "Signed in" in page
    assert "secret@example.org" not in page


def test_each_account_has_a_chain_of_its_own_XK3(world, bo):
    audit.record(world.user("ada"), "signed_in", None)
    audit.record(bo, "signed_out", None)
    assert list(
        AccountEvent.objects.of(bo.pk).values_list("number", flat=True).order_by("number")
    ) == [1, 2]
    assert AccountEvent.objects.of(world.user("ada").pk).get().number == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_events_of_one_account_at_once_XK3():
    bo = User.objects.create_user("bo@example.org")
    together(*[lambda: audit.record(bo, "signed_in", None)] * 6)
    assert AccountEvent.objects.of(bo.pk).count() == 6
    assert audit.verify(bo.pk) is None


def test_two_events_of_one_number_are_refused_by_the_database_XK3(bo):
    event = AccountEvent.objects.of(bo.pk).get()
    event.pk, event._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        event.save()


@pytest.mark.parametrize(
    "write",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda _: AccountEvent.objects.update(action="x"),
        lambda _: AccountEvent.objects.all().delete(),
    ],
)
def test_nothing_changes_or_deletes_an_event_A2(bo, write):
    with pytest.raises(SealedError):
        write(AccountEvent.objects.get())


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("UPDATE accounts_accountevent SET address = '10.0.0.1' WHERE number = 2", 2),
        ("UPDATE accounts_accountevent SET email = 'x' WHERE number = 1", 1),
        ("DELETE FROM accounts_accountevent WHERE number = 1", 1),
        ("UPDATE accounts_accountevent SET number = 9 WHERE number = 3", 3),
    ],
)
def test_audit_verify_finds_what_was_changed_behind_our_back_XK2(bo, capsys, sql, number):
    for action in ("signed_out", "signed_in"):
        audit.record(bo, action, None)
    call_command("audit_verify")
    assert "accounts: 1 of 1 chains hold" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute(sql)
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("audit_verify")
    assert f"account {bo.pk}: broken at event {number}" in capsys.readouterr().err


def aged(user, monkeypatch, *ages):
    """Write one event for each age, given in days."""
    now = timezone.now()
    for days in ages:
        then = now - timedelta(days=days)
        monkeypatch.setattr(audit.timezone, "now", lambda then=then: then)
        audit.record(user, "signed_in", None)
    monkeypatch.undo()


def test_old_events_are_purged_and_the_rest_stays_verifiable_A3(world, monkeypatch):
    bo = world.user("bo")
    aged(bo, monkeypatch, 500, 450, 10)
    assert purge_old_events() == 2
    assert actions(bo) == ["signed_in", "events.purged"]
    assert audit.verify(bo.pk) is None
    assert purge_old_events() == 0


def test_a_chain_with_nothing_young_goes_and_begins_anew_A3(world, monkeypatch):
    bo = world.user("bo")
    aged(bo, monkeypatch, 500, 450)
    assert purge_old_events() == 2
    audit.record(bo, "signed_in", None)
    assert AccountEvent.objects.get().number == 1
    assert audit.verify(bo.pk) is None


def test_events_of_an_account_that_is_gone_are_kept_for_their_time_A3(monkeypatch, db):
    user = User.objects.create_user("gone@example.org")
    aged(user, monkeypatch, 500, 10)
    pk = user.pk
    user.delete()
    assert purge_old_events() == 0
    assert audit.verify(pk) is None


def test_every_event_has_its_sentence():
    assert {"signed_in", audit.PURGED, "account.deleted"} <= SENTENCES.keys()


@pytest.mark.parametrize("count", [1, 60])
def test_statements_do_not_grow(bo, client, count, django_assert_num_queries):
    for _ in range(count):
        audit.record(bo, "address.asked", None, details={"to": "x@example.org"})
    with django_assert_num_queries(3):
        client.get("/accounts/activity/")
