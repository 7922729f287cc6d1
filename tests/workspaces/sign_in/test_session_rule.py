"""Sessions end when they must (S1–S4, XG4–XG7, XG11): every edge, by the database's clock."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client

from accounts.models.sign_in import SignIn
from tests.world import OTHER, SYSTEM, World, acme, build
from workspaces.models import Plan, Workspace
from workspaces.operations.documents import load_document
from workspaces.operations.members import members
from workspaces.operations.workspace import workspaces

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
SLACK = timedelta(seconds=20)  # a busy machine takes its time; exact edges: tests/accounts
PAGE = "/w/other/my-access"  # a workspace without HIPAA; the rule holds everywhere


@pytest.fixture
def both(world) -> World:
    """bo is in acme, which may become HIPAA-eligible, and in other, which never is."""
    build(OTHER)
    return world


@pytest.fixture
def bo(both, client) -> Client:
    client.force_login(both.user("bo"), backend="accounts.backends.SignInBackend")
    return client


def flag(world, *, on):
    workspaces.set_plan_and_flag(
        Workspace.objects.get(pk=world.workspace.pk),
        plan=Plan.BUSINESS, hipaa_eligible=on, by=SYSTEM)  # fmt: skip


def idle_for(time, name="bo@example.org"):
    """Let time pass without activity: the rows grow older, the clock stays."""
    rows = SignIn.objects.filter(user__email=name)
    rows.update(
        signed_in_at=F("signed_in_at") - time,
        last_active_at=F("last_active_at") - time,
        ends_at=F("ends_at") - time,
    )


def signed_in_for(time):
    """Let the sign-in be this long ago, with activity just now."""
    SignIn.objects.update(signed_in_at=F("signed_in_at") - time, ends_at=F("ends_at"))


def lives(client, **headers):
    return client.get(PAGE, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("time", "alive"),
    [
        (15 * MINUTE - SLACK, True),
        (15 * MINUTE, False),
        (15 * MINUTE + SECOND, False),
    ],
)
def test_a_hipaa_bound_session_ends_after_15_idle_minutes_everywhere_S2_XG4(both, bo, time, alive):
    flag(both, on=True)
    assert lives(bo)
    idle_for(time)
    assert lives(bo) == alive


@pytest.mark.parametrize(
    ("time", "alive"), [(7 * DAY - SLACK, True), (7 * DAY, False), (7 * DAY + SECOND, False)]
)
@pytest.mark.parametrize("hipaa", [False, True])
def test_any_session_ends_7_days_after_sign_in_whatever_one_does_S1_XG4(
    both, bo, time, alive, hipaa
):
    flag(both, on=hipaa)
    assert lives(bo)
    signed_in_for(time)
    assert lives(bo) == alive


def test_an_ordinary_session_outlives_an_idle_night_S1(both, bo):
    idle_for(DAY)
    assert lives(bo)


def test_activity_pushes_the_idle_end_on_S2(both, bo):
    flag(both, on=True)
    for _ in range(3):
        assert lives(bo)
        idle_for(10 * MINUTE)
    assert lives(bo)


@pytest.mark.parametrize(("idle", "alive"), [(10 * MINUTE, True), (20 * MINUTE, False)])
def test_a_flag_that_is_set_shortens_sessions_already_open_S3_XG5(both, bo, idle, alive):
    assert lives(bo)
    idle_for(idle)
    flag(both, on=True)
    assert lives(bo) == alive


@pytest.mark.parametrize(("idle", "alive"), [(10 * MINUTE, True), (20 * MINUTE, False)])
def test_a_flag_that_is_taken_off_lengthens_only_what_lives_S3_XG6(both, bo, idle, alive):
    flag(both, on=True)
    assert lives(bo)
    idle_for(idle)
    flag(both, on=False)
    idle_for(DAY)
    assert lives(bo) == alive


def test_on_and_off_while_nobody_called_ends_what_ran_out_in_between_S3(both, bo):
    assert lives(bo)
    idle_for(20 * MINUTE)
    flag(both, on=True)
    flag(both, on=False)
    assert not lives(bo)


@pytest.mark.parametrize(("idle", "alive"), [(10 * MINUTE, True), (20 * MINUTE, False)])
def test_joining_a_hipaa_workspace_shortens_S3_XG5(both, client, idle, alive):
    flag(both, on=True)
    olga = Workspace.objects.get(slug="other").members.get(owner=True).user
    client.force_login(olga, backend="accounts.backends.SignInBackend")
    assert lives(client)
    idle_for(idle, olga.email)
    members.add(both.workspace, olga, by=SYSTEM)
    assert lives(client) == alive


@pytest.mark.parametrize(("idle", "alive"), [(10 * MINUTE, True), (20 * MINUTE, False)])
def test_leaving_the_last_hipaa_workspace_lengthens_what_lives_S3(both, bo, idle, alive):
    flag(both, on=True)
    assert lives(bo)
    idle_for(idle)
    members.remove(both.member("bo"), by=SYSTEM)
    idle_for(DAY)
    assert lives(bo) == alive


@pytest.mark.parametrize(("idle", "alive"), [(10 * MINUTE, True), (20 * MINUTE, False)])
def test_an_import_that_sets_the_flag_shortens_S3(both, bo, idle, alive):
    assert lives(bo)
    idle_for(idle)
    document = acme()
    document["workspace"]["hipaa_eligible"] = True
    load_document(document, by=SYSTEM)
    assert lives(bo) == alive


def test_an_import_that_takes_somebody_out_lengthens_S3(both, bo):
    flag(both, on=True)
    assert lives(bo)
    idle_for(10 * MINUTE)
    document = acme(groups=[])
    document["members"] = [m for m in document["members"] if m["email"] != "bo@example.org"]
    load_document(document, by=SYSTEM)
    idle_for(DAY)
    assert lives(bo)


def test_closing_the_last_hipaa_workspace_lengthens_S3(both, bo):
    flag(both, on=True)
    assert lives(bo)
    workspaces.close(both.workspace, by=SYSTEM)
    idle_for(DAY)
    assert lives(bo)


def test_a_flag_set_by_raw_sql_shortens_at_the_next_call_S3(both, bo):
    assert lives(bo)
    idle_for(20 * MINUTE)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_workspace SET hipaa_eligible = %s WHERE slug = 'acme'", [True]
        )
    assert not lives(bo)


def test_a_session_that_ended_stays_ended_and_its_cookie_is_worth_nothing_XG6_XG10(both, bo):
    flag(both, on=True)
    assert lives(bo)
    cookie = bo.cookies["gatehouse"].value
    idle_for(20 * MINUTE)
    assert not lives(bo)
    flag(both, on=False)
    bo.cookies["gatehouse"] = cookie
    assert not lives(bo)


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true"},
        {"Sec-Fetch-Mode": "cors"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
    ],
)
def test_polling_and_prefetch_keep_no_session_alive_S4_XG7(both, bo, headers):
    flag(both, on=True)
    assert lives(bo)
    idle_for(10 * MINUTE)
    assert lives(bo, **headers)
    idle_for(6 * MINUTE)
    assert not lives(bo)


def test_a_request_that_follows_a_key_or_pointer_is_activity_S4(both, bo):
    flag(both, on=True)
    assert lives(bo)
    idle_for(10 * MINUTE)
    assert lives(bo, **{"HX-Request": "true", "X-By-Person": "1"})
    idle_for(6 * MINUTE)
    assert lives(bo)


def test_activity_of_a_clock_that_was_ahead_does_not_count_for_longer_XG11(both, bo):
    flag(both, on=True)
    idle_for(-60 * MINUTE)  # the clock is set back by an hour
    assert lives(bo)
    idle_for(15 * MINUTE)
    assert not lives(bo)


def test_signing_in_again_makes_the_old_session_worthless_XG1(both, bo):
    first = bo.cookies["gatehouse"].value
    bo.force_login(both.user("bo"), backend="accounts.backends.SignInBackend")
    assert bo.cookies["gatehouse"].value != first
    assert SignIn.objects.filter(user=both.user("bo")).count() == 1


def test_signing_out_ends_it_on_the_server_XG10(both, bo):
    cookie = bo.cookies["gatehouse"].value
    bo.post("/accounts/logout/")
    bo.cookies["gatehouse"] = cookie
    assert not lives(bo)
    assert not SignIn.objects.exists()


def test_staff_are_held_to_the_idle_limit_too(both, client):
    root = both.user("bo")
    root.is_staff = True
    root.save()
    client.force_login(root, backend="accounts.backends.SignInBackend")
    assert lives(client)
    idle_for(15 * MINUTE)
    assert not lives(client)


def test_owners_may_shorten_and_never_lengthen(both, bo):
    Workspace.objects.filter(slug="acme").update(idle_minutes=5, session_hours=1)
    assert lives(bo)
    idle_for(5 * MINUTE)
    assert not lives(bo)
    Workspace.objects.filter(slug="acme").update(idle_minutes=90, hipaa_eligible=True)
    bo.force_login(both.user("bo"), backend="accounts.backends.SignInBackend")
    idle_for(15 * MINUTE)
    assert not lives(bo)
