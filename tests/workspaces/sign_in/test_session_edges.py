"""Every edge of the session rule as a table (S1–S4, XG4–XG7, XG11), asked through a page.

`test_session_rule.py` tells the rule case by case, by the database's own clock; here that
clock is held still where a second matters.
"""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.test import Client

from accounts.models.sign_in import SignIn
from accounts.models.user import User
from config.web.values.public_ids import public_id
from tests.cast.factors import sign_in_by_factor
from tests.cast.invited import ask, link_to
from tests.filled import filled
from tests.peers.database_clock import DatabaseClock
from tests.world import OTHER, SYSTEM, acme, build
from workspaces.models import Plan, Workspace
from workspaces.operations.documents import load_document
from workspaces.operations.members import members
from workspaces.operations.workspace import workspaces

MINUTE, DAY, SECOND = timedelta(minutes=1), timedelta(days=1), timedelta(seconds=1)
PAGE = "/w/other/my-access"  # of a workspace that is never HIPAA-eligible
BO, OLGA = "bo@example.org", "olga@example.net"


@pytest.fixture
def both(world):
    """bo is in acme and in other; olga is in other alone."""
    build(OTHER)
    return world


def signed_in(email):
    client = Client()
    client.force_login(User.objects.get(email=email), backend="accounts.backends.SignInBackend")
    return client


def lives(client, **headers):
    return client.get(PAGE, headers=headers).status_code == 200


def grow_older(email, time):
    """Let time pass without activity: the person's sessions grow older, the clock stays."""
    SignIn.objects.filter(user__email=email).update(
        signed_in_at=F("signed_in_at") - time,
        last_active_at=F("last_active_at") - time,
        ends_at=F("ends_at") - time,
    )


def eligible(world, *, on):
    workspaces.set_plan_and_flag(
        Workspace.objects.get(pk=world.workspace.pk),
        plan=Plan.BUSINESS, hipaa_eligible=on, by=SYSTEM)  # fmt: skip


# --- The edges to the second ----------------------------------------------------------


@pytest.fixture
def clock(both, monkeypatch):
    return DatabaseClock(monkeypatch)


def minutes(number, second=0):
    return timedelta(minutes=number, seconds=second)


@pytest.mark.parametrize(
    ("hipaa", "idle", "alive"),
    [
        (True, minutes(14, 59), True),
        (True, minutes(15), False),
        (True, minutes(15, 1), False),
        (False, minutes(14, 59), True),
        (False, minutes(15), True),
        (False, minutes(15, 1), True),
        (False, 7 * DAY - SECOND, True),
        (False, 7 * DAY, False),
        (False, 7 * DAY + SECOND, False),
    ],
)
def test_idle_to_the_second_S1_S2_XG4(both, clock, hipaa, idle, alive):
    eligible(both, on=hipaa)
    client = signed_in(BO)
    clock.go(idle)
    assert lives(client) == alive


@pytest.mark.parametrize("hipaa", [False, True])
@pytest.mark.parametrize(
    ("age", "alive"), [(7 * DAY - SECOND, True), (7 * DAY, False), (7 * DAY + SECOND, False)]
)
def test_7_days_to_the_second_though_active_all_the_while_S1_S2_XG4(both, clock, hipaa, age, alive):
    eligible(both, on=hipaa)
    client = signed_in(BO)
    clock.go(age - MINUTE)
    SignIn.objects.update(last_active_at=clock.now, ends_at=clock.now + 15 * MINUTE)
    assert lives(client)
    clock.go(MINUTE)
    assert lives(client) == alive


def test_activity_counts_from_its_own_second_S2(both, clock):
    eligible(both, on=True)
    client = signed_in(BO)
    for _ in range(3):
        clock.go(minutes(14, 59))
        assert lives(client)
    clock.go(minutes(15))
    assert not lives(client)


# --- What shortens and lengthens, by every door ---------------------------------------


def send(client, path, **values):
    """Send the form that stands on a page, as a person would."""
    page = client.get(path)
    answer = client.post(path, filled(page, path) | values)
    assert answer.status_code in {302, 303}, answer.content.decode()


def flag_by_operation(world):
    eligible(world, on=True)


def unflag_by_operation(world):
    eligible(world, on=False)


def in_admin(world, **flag):
    root = User.objects.create_superuser("root@example.org", "x")
    answer = sign_in_by_factor(Client(), root).post(
        f"/admin/workspaces/workspace/{world.workspace.pk}/change/",
        {"plan": "business", "reason": "contract 12", **flag},
    )
    assert answer.status_code == 302


def flag_in_admin(world):
    in_admin(world, hipaa_eligible="on")


def unflag_in_admin(world):
    in_admin(world)


def flag_by_import(world):
    document = acme()
    document["workspace"]["hipaa_eligible"] = True
    load_document(document, by=SYSTEM)


def unflag_by_import(world):
    load_document(acme(), by=SYSTEM)


def flag_by_sql(world):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_workspace SET hipaa_eligible = %s WHERE slug = 'acme'", [True]
        )


def join_by_operation(world):
    members.add(world.workspace, world.user(OLGA), by=SYSTEM)


def join_by_page(world):
    """Olga accepts an invite, in another browser than the one that lies idle."""
    olga = world.user(OLGA)
    EmailAddress.objects.create(user=olga, email=OLGA, verified=True, primary=True)
    ask(world, OLGA)
    assert signed_in(OLGA).post(link_to(OLGA))["Location"] == "/w/acme/"


def join_by_import(world):
    document = acme()
    document["workspace"]["hipaa_eligible"] = True
    document["members"].append({"email": OLGA, "name": "Olga Quixote"})
    load_document(document, by=SYSTEM)


def join_by_command(world):
    call_command("owner_appoint", OLGA, "--workspace=acme", "--reason=all left")


def join_by_sql(world):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO workspaces_member"
            " (workspace_id, user_id, public_id, owner, joined_at)"
            " SELECT %s, id, %s, %s, CURRENT_TIMESTAMP FROM accounts_user WHERE email = %s",
            [world.workspace.pk, public_id(), False, OLGA],
        )


def leave_by_page(world):
    """Bo leaves, in another browser than the one that lies idle."""
    send(signed_in(BO), "/w/acme/leave")


def removed_by_page(world):
    ident = world.member("bo").public_id
    send(signed_in("ada@example.org"), f"/w/acme/members/{ident}/remove")


def removed_in_bulk(world):
    client, ident = signed_in("ada@example.org"), world.member("bo").public_id
    path = "/w/acme/members/bulk/remove"
    form = filled(client.get(f"{path}?who={ident}"), path)
    assert client.post(path, form).status_code in {302, 303}


def removed_by_import(world):
    document = acme(groups=[])
    document["workspace"]["hipaa_eligible"] = True
    document["members"] = [m for m in document["members"] if m["email"] != BO]
    load_document(document, by=SYSTEM)


def closed_by_page(world):
    send(signed_in("ada@example.org"), "/w/acme/settings/danger", name="Acme")


SHORTENING = {
    flag_by_operation: BO, flag_in_admin: BO, flag_by_import: BO, flag_by_sql: BO,
    join_by_operation: OLGA, join_by_page: OLGA, join_by_import: OLGA, join_by_command: OLGA,
    join_by_sql: OLGA,
}  # fmt: skip
LENGTHENING = (
    unflag_by_operation, unflag_in_admin, unflag_by_import,
    leave_by_page, removed_by_page, removed_in_bulk, removed_by_import, closed_by_page,
)  # fmt: skip
IDLE = [(10 * MINUTE, True), (20 * MINUTE, False)]


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize(("idle", "alive"), IDLE)
@pytest.mark.parametrize("deed", SHORTENING, ids=lambda deed: deed.__name__)
def test_what_shortens_does_so_by_every_door_S3_XG5(both, deed, idle, alive):
    who = SHORTENING[deed]
    eligible(both, on=who == OLGA)
    client = signed_in(who)
    assert lives(client)
    grow_older(who, idle)
    deed(both)
    assert lives(client) == alive
    grow_older(who, 16 * MINUTE)
    assert not lives(client)


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize(("idle", "alive"), IDLE)
@pytest.mark.parametrize("deed", LENGTHENING, ids=lambda deed: deed.__name__)
def test_what_lengthens_brings_nothing_back_by_any_door_S3_XG6(both, deed, idle, alive):
    eligible(both, on=True)
    client = signed_in(BO)
    assert lives(client)
    grow_older(BO, idle)
    deed(both)
    grow_older(BO, DAY)
    assert lives(client) == alive


@pytest.mark.parametrize("back", [True, False])
def test_sql_behind_our_back_revives_nothing_S3_XG6(both, back):
    eligible(both, on=True)
    client = signed_in(BO)
    grow_older(BO, 20 * MINUTE if back else 10 * MINUTE)
    Workspace.objects.filter(slug="acme").update(hipaa_eligible=False)
    assert lives(client) is not back


# --- Clocks ---------------------------------------------------------------------------


@pytest.mark.parametrize("skew", [-60, -5, 0, 5], ids="{:+}min".format)
@pytest.mark.parametrize(("idle", "alive"), [(minutes(14, 40), True), (15 * MINUTE, False)])
def test_the_clock_of_a_node_is_not_asked_XG11(both, skew, idle, alive):
    """A node's clock is wrong by minutes, or set back by an hour: the database's counts."""
    eligible(both, on=True)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=skew)):
        client = signed_in(BO)
        assert lives(client)
        grow_older(BO, idle)
        assert lives(client) == alive


@pytest.mark.parametrize("skew", [-5, 5], ids="{:+}min".format)
def test_activity_at_a_node_with_a_wrong_clock_counts_by_the_right_one_XG11(both, skew):
    eligible(both, on=True)
    client = signed_in(BO)
    grow_older(BO, 10 * MINUTE)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=skew)):
        assert lives(client)
    grow_older(BO, minutes(14, 40))
    assert lives(client)
    grow_older(BO, 15 * MINUTE)
    assert not lives(client)


def test_the_databases_clock_set_back_prolongs_by_no_more_than_that_XG11(both, clock):
    eligible(both, on=True)
    client = signed_in(BO)
    clock.go(-60 * MINUTE)
    for _ in range(74):
        clock.go(MINUTE)
        assert lives(client, **{"HX-Request": "true"})
    clock.go(MINUTE)
    assert not lives(client)


def test_activity_after_the_databases_clock_was_set_back_counts_from_there_XG11(both, clock):
    eligible(both, on=True)
    client = signed_in(BO)
    clock.go(-60 * MINUTE)
    assert lives(client)
    clock.go(15 * MINUTE)
    assert not lives(client)


# --- What is no activity --------------------------------------------------------------

POLLED = {
    "every": {"HX-Request": "true", "HX-Target": "toasts"},
    "fetch": {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    "prefetch": {"Sec-Purpose": "prefetch", "Sec-Fetch-Mode": "navigate"},
    "prerender": {"Sec-Purpose": "prefetch;prerender", "X-By-Person": "1"},
    "asset": {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    "unmarked": {"HX-Request": "true", "X-By-Person": "0"},
}


@pytest.mark.parametrize("kind", POLLED)
def test_16_minutes_of_polling_alone_end_at_15_S4_XG7(both, clock, kind):
    eligible(both, on=True)
    client = signed_in(BO)
    living = []
    for _ in range(16):
        clock.go(MINUTE)
        living.append(lives(client, **POLLED[kind]))
    assert living == [True] * 14 + [False] * 2


@pytest.mark.parametrize("path", ["/static/css/gatehouse.css", "/livez", "/readyz", "/nothing"])
def test_assets_and_probes_keep_nobody_signed_in_S4_XG7(both, clock, path):
    eligible(both, on=True)
    client = signed_in(BO)
    for _ in range(15):
        clock.go(MINUTE)
        client.get(path, headers={"Sec-Fetch-Mode": "no-cors"})
    assert not lives(client)


def test_a_form_that_a_person_sends_is_activity_S4(both, clock):
    eligible(both, on=True)
    client = signed_in(BO)
    clock.go(minutes(14, 59))
    client.post("/w/acme/my-access/ask", {"nothing": "of use"})
    clock.go(minutes(14, 59))
    assert lives(client)
