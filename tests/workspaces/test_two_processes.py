"""What one process saves holds in the other for every request that starts after (R4, S3).

Two servers and the test share one database; the servers' clocks differ by ten minutes.
"""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from accounts import sessions
from accounts.models.sign_in import SignIn
from accounts.models.user import User
from tests.filled import filled
from tests.peers.nodes import serving
from tests.world import OTHER, SYSTEM, build, give_grants, take_grants
from workspaces.models import Plan, Workspace
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("two_processes")]

MINUTE = timedelta(minutes=1)
BO, ADA = "bo@example.org", "ada@example.org"
PAGE = "/w/other/my-access"


@pytest.fixture(scope="module")
def nodes(django_db_setup):
    with serving(minutes=-5) as behind, serving(minutes=5) as ahead:
        yield behind, ahead


@pytest.fixture
def both(transactional_db):
    world = build()
    build(OTHER)
    return world


def session_of(email):
    """Sign somebody in and return the cookie of their session."""
    client = Client()
    client.force_login(User.objects.get(email=email), backend="accounts.backends.SignInBackend")
    return client.cookies["gatehouse"].value


def statuses(nodes, path, session, **headers):
    return [node.get(path, session, **headers).status for node in nodes]


def send(node, path, session, **values):
    """Send the form that stands on a page of a node."""
    page = node.get(path, session)
    page.content = page.text.encode()
    return node.post(path, filled(page, path) | values, session).status


def grow_older(time):
    rows = SignIn.objects.filter(user__email=BO)
    rows.update(
        signed_in_at=F("signed_in_at") - time,
        last_active_at=F("last_active_at") - time,
        ends_at=F("ends_at") - time,
    )


def eligible(*, on):
    workspaces.set_plan_and_flag(
        Workspace.objects.get(slug="acme"),
        plan=Plan.BUSINESS, hipaa_eligible=on, by=SYSTEM,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("idle", "status"), [(10 * MINUTE, 200), (15 * MINUTE, 302), (20 * MINUTE, 302)]
)
def test_a_flag_set_elsewhere_ends_the_session_at_the_next_request_S3_XG5_XG11(
    nodes, both, idle, status
):
    bo = session_of(BO)
    assert statuses(nodes, PAGE, bo) == [200, 200]
    grow_older(idle)
    eligible(on=True)
    assert statuses(nodes, PAGE, bo) == [status, status]


@pytest.mark.parametrize(("idle", "status"), [(10 * MINUTE, 200), (20 * MINUTE, 302)])
def test_a_flag_taken_off_elsewhere_lengthens_only_what_lives_S3_XG6(nodes, both, idle, status):
    eligible(on=True)
    bo = session_of(BO)
    assert statuses(nodes, PAGE, bo) == [200, 200]
    grow_older(idle)
    eligible(on=False)
    grow_older(60 * MINUTE)
    assert statuses(nodes, PAGE, bo) == [status, status]


def test_activity_at_one_node_counts_at_the_other_by_one_clock_S2_XG11(nodes, both):
    eligible(on=True)
    bo = session_of(BO)
    for node in (*nodes, *nodes):
        grow_older(14 * MINUTE)
        assert node.get(PAGE, bo).status == 200
    grow_older(15 * MINUTE)
    assert statuses(nodes, PAGE, bo) == [302, 302]


def test_polling_two_nodes_keeps_nobody_signed_in_S4_XG7(nodes, both):
    eligible(on=True)
    bo = session_of(BO)
    seen = []
    for _ in range(16):
        grow_older(MINUTE)
        seen += statuses(nodes, PAGE, bo, **{"HX-Request": "true"})
    assert seen == [200] * 28 + [401] * 4


def test_signing_out_at_one_node_ends_it_at_the_other_XG10(nodes, both):
    bo = session_of(BO)
    assert nodes[0].post("/accounts/logout/", {}, bo).status == 302
    assert statuses(nodes, PAGE, bo) == [302, 302]


def test_all_others_ended_at_once_hold_at_every_node_S7_XG12(nodes, both):
    cookies = [session_of(BO) for _ in range(3)]
    kept = SignIn.objects.filter(user__email=BO).latest("pk").key
    sessions.end_others(both.user("bo"), kept)
    assert [statuses(nodes, PAGE, cookie) for cookie in cookies] == [
        [302, 302], [302, 302], [200, 200]
    ]  # fmt: skip


def test_a_member_removed_at_one_node_meets_404_at_the_other_R8_XG9(nodes, both):
    bo, ada = session_of(BO), session_of(ADA)
    path = f"/w/acme/members/{both.member('bo').public_id}/remove"
    assert statuses(nodes, "/w/acme/my-access", bo) == [200, 200]
    assert send(nodes[0], path, ada) == 302
    assert statuses(nodes, "/w/acme/my-access", bo) == [404, 404]
    assert statuses(nodes, PAGE, bo) == [200, 200]


def test_a_grant_taken_or_given_at_one_node_counts_at_the_other_R4(nodes, both):
    cy = session_of("cy@example.org")
    assert statuses(nodes, "/w/acme/sources/a", cy) == [200, 200]
    take_grants(both.member("cy"), list(both.member("cy").grants.all()), by=SYSTEM)
    assert statuses(nodes, "/w/acme/sources/a", cy) == [403, 403]
    give_grants(both.member("cy"), [Terms("source-read-only", "all")], by=SYSTEM)
    assert statuses(nodes, "/w/acme/sources/a", cy) == [200, 200]


def test_a_group_joined_or_left_at_one_node_counts_at_the_other_R4(nodes, both):
    dee, growth = session_of("dee@example.org"), both.group("growth")
    assert statuses(nodes, "/w/acme/sources/a", dee) == [403, 403]
    groups.add_members(growth, [both.member("dee")], by=SYSTEM)
    assert statuses(nodes, "/w/acme/sources/a", dee) == [200, 200]
    groups.remove_members(growth, [both.member("dee")], by=SYSTEM)
    assert statuses(nodes, "/w/acme/sources/a", dee) == [403, 403]


def test_somebody_deactivated_is_out_at_every_node_at_once_XG8(nodes, both):
    bo = session_of(BO)
    assert statuses(nodes, PAGE, bo) == [200, 200]
    members.set_user_active(both.user("bo"), active=False, by=SYSTEM.because("left"))
    assert statuses(nodes, PAGE, bo) == [302, 302]


def test_an_owner_demoted_at_one_node_is_none_at_the_other_XC4(nodes, both):
    members.set_owner(both.member("bo"), owner=True, by=SYSTEM)
    bo, ada = session_of(BO), session_of(ADA)
    assert statuses(nodes, "/w/acme/members", bo) == [200, 200]
    path = f"/w/acme/members/{both.member('bo').public_id}/owner"
    assert send(nodes[1], path, ada, owner="no") == 302
    assert statuses(nodes, "/w/acme/members", bo) == [403, 403]
