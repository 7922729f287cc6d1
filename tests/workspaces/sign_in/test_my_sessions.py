"""One's own sessions: listed with their end and why, ended one by one or all (S7, XG12)."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from accounts.models.account_event import AccountEvent
from accounts.models.sign_in import SignIn
from tests.workspaces.conftest import Seen
from tests.world import OTHER, SYSTEM, build
from workspaces.models import Plan, Workspace
from workspaces.operations.members import members
from workspaces.operations.workspace.workspaces import set_plan_and_flag

PAGE = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def bo(world, client):
    build(OTHER)
    client.force_login(world.user("bo"), backend="accounts.backends.SignInBackend")
    return client


def more_of(user, count):
    """Make so many more sessions of somebody, each a minute older than the one before."""
    model = SignIn.objects.filter(user=user).first()
    SignIn.objects.bulk_create(
        SignIn(
            key=f"more{n:018d}", user=user, device=FIREFOX, address="192.0.2.7",
            signed_in_at=model.signed_in_at, proved_at=model.proved_at, ends_at=model.ends_at,
            last_active_at=model.last_active_at - timedelta(minutes=n + 1),
        )
        for n in range(count)
    )  # fmt: skip


def flag(slug="acme", *, on=True):
    workspace = Workspace.objects.get(slug=slug)
    set_plan_and_flag(workspace, plan=Plan.BUSINESS, hipaa_eligible=on, by=SYSTEM)


def rows_of(client):
    return Seen(client.get(PAGE)).rows()


def test_an_ordinary_session_ends_after_7_days_as_everybodys_S1_S7(bo):
    (row,) = rows_of(bo)
    assert "This one" in row
    assert "in 6 d" in row
    assert "7 days after signing in, as everybody's." in row


def test_a_hipaa_eligible_workspace_is_the_reason_and_named_S2_S7(bo):
    flag()
    (row,) = rows_of(bo)
    assert "After 15 minutes without activity, since you belong to HIPAA-eligible Acme." in row
    assert "in 14 min" in row


def test_the_whole_length_is_the_reason_where_it_comes_first_S7(bo):
    flag()
    SignIn.objects.update(signed_in_at=F("signed_in_at") - timedelta(days=7, minutes=-5))
    (row,) = rows_of(bo)
    assert "7 days after signing in" in row


def test_a_shorter_limit_of_a_workspace_is_the_reason_and_named_S7(bo):
    Workspace.objects.filter(slug="other").update(session_hours=8)
    assert "8 hours after signing in, as Quixotry Ltd asks." in rows_of(bo)[0]
    Workspace.objects.filter(slug="acme").update(idle_minutes=5)
    assert "After 5 minutes without activity, as Acme asks." in rows_of(bo)[0]


def test_the_longer_of_two_limits_is_no_reason_S7(bo):
    Workspace.objects.filter(slug="other").update(idle_minutes=9)
    Workspace.objects.filter(slug="acme").update(idle_minutes=5)
    assert "Quixotry" not in rows_of(bo)[0]


def test_staff_are_told_that_it_is_for_staff_S7(world, bo):
    user = world.user("bo")
    user.is_staff = True
    user.save()
    assert "as for everybody on the staff." in rows_of(bo)[0]


def test_a_workspace_one_is_not_in_is_never_a_reason_XA3(world, client):
    build(OTHER)
    flag("other")
    client.force_login(world.user("cy"), backend="accounts.backends.SignInBackend")
    assert "Quixotry" not in Seen(client.get(PAGE))


def test_device_and_address_are_shown_in_words_XI1(world, bo):
    more_of(world.user("bo"), 1)
    SignIn.objects.filter(device="").update(device="<img onerror=alert(1)>")
    page = Seen(bo.get(PAGE))
    assert "Firefox on Windows" in page
    assert "192.0.2.7" in page
    assert "Unknown device" in page
    assert "onerror" not in page.raw


def test_fifty_sessions_are_listed_and_one_or_all_end_at_once_XG12(world, bo):
    more_of(world.user("bo"), 49)
    other = Client()
    other.force_login(world.user("bo"), backend="accounts.backends.SignInBackend")
    assert len(rows_of(bo)) == 50
    assert "of 51" in Seen(bo.get(PAGE))
    assert len(Seen(bo.get(f"{PAGE}?page=2")).rows()) == 1
    key = SignIn.objects.get(key=other.session["sign_in"]).key
    bo.post(f"{PAGE}{key}/end")
    assert other.get("/w/acme/my-access").status_code == 302
    assert SignIn.objects.count() == 50
    asked = Seen(bo.get(f"{PAGE}end"))
    assert "Ends 49 sessions at once." in asked
    bo.post(f"{PAGE}end")
    assert SignIn.objects.get().key == bo.session["sign_in"]
    assert bo.get("/w/acme/my-access").status_code == 200


@pytest.mark.parametrize("count", [0, 60])
def test_statements_do_not_grow_with_sessions_or_workspaces(
    world, bo, count, django_assert_num_queries
):
    flag()
    Workspace.objects.update(idle_minutes=15)
    more_of(world.user("bo"), count)
    with django_assert_num_queries(8):
        bo.get(PAGE)


def test_the_session_one_uses_can_be_ended_too(bo):
    key = bo.session["sign_in"]
    assert "the one you use now" in Seen(bo.get(f"{PAGE}{key}/end"))
    bo.post(f"{PAGE}{key}/end")
    assert bo.get(PAGE)["Location"].startswith("/accounts/login/")


def test_nobody_ends_or_sees_the_session_of_another_XA1(world, bo):
    other = Client()
    other.force_login(world.user("cy"), backend="accounts.backends.SignInBackend")
    key = other.session["sign_in"]
    assert bo.get(f"{PAGE}{key}/end").status_code == 404
    assert bo.post(f"{PAGE}{key}/end").status_code == 404
    assert key not in bo.get(PAGE).content.decode()
    assert other.get("/w/acme/my-access").status_code == 200


def test_looking_at_the_question_ends_nothing(world, bo):
    more_of(world.user("bo"), 1)
    bo.get(f"{PAGE}end")
    bo.get(f"{PAGE}more{0:018d}/end")
    assert SignIn.objects.count() == 2


def test_what_has_run_out_is_not_listed_S7(world, bo):
    more_of(world.user("bo"), 2)
    SignIn.objects.filter(key=f"more{0:018d}").update(ends_at=F("signed_in_at"))
    assert len(rows_of(bo)) == 2
    # Raw SQL may have shortened the rule without a word to the rows: they are over as well.
    SignIn.objects.filter(key=f"more{1:018d}").update(
        last_active_at=F("last_active_at") - timedelta(minutes=20)
    )
    Workspace.objects.filter(slug="acme").update(hipaa_eligible=True)
    assert len(rows_of(bo)) == 1


def test_endings_stand_on_the_chain_of_the_account_A1(world, bo):
    more_of(world.user("bo"), 2)
    bo.post(f"{PAGE}more{0:018d}/end")
    bo.post(f"{PAGE}end")
    bo.post(f"{PAGE}end")  # there is none left: nothing happened
    events = AccountEvent.objects.of(world.user("bo").pk).order_by("number")
    assert [event.action for event in events] == ["signed_in", "session.ended", "sessions.ended"]
    assert events[1].details == {"device": "Firefox on Windows", "address": "192.0.2.7"}


def test_a_member_taken_out_loses_sight_of_that_workspace_and_no_session_R8_XG9(world, bo):
    members.remove(world.member("bo"), by=SYSTEM)
    assert bo.get("/w/acme/my-access").status_code == 404
    assert bo.get("/w/other/my-access").status_code == 200
