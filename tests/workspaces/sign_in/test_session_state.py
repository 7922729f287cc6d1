"""What an open page is told of its session, and what asking costs (S2–S4, XG7, XG10)."""

import json
import re
from html import unescape

import pytest
from django.db.models import F
from django.test import Client

from accounts.models.sign_in import SignIn
from tests.workspaces.sign_in.test_session_rule import DAY, MINUTE, SECOND, idle_for, signed_in_for
from workspaces.models import Workspace

PAGE, LEFT, STAY = "/w/acme/my-access", "/accounts/session/left", "/accounts/session/stay"
HTMX = {"HX-Request": "true"}
WEEK = int((7 * DAY).total_seconds())


@pytest.fixture
def bound(world):
    Workspace.objects.filter(slug="acme").update(hipaa_eligible=True)


@pytest.fixture
def dee(as_user):
    return as_user("dee")


def drawn(answer):
    """Return what a page says of the session, or nothing."""
    found = re.search(r'<body[^>]* data-session="([^"]*)"', answer.content.decode())
    return json.loads(unescape(found[1])) if found else None


def about(seconds):
    return pytest.approx(seconds, abs=20)  # a busy machine takes its time


@pytest.mark.parametrize("path", [PAGE, "/me/preferences", "/accounts/logout/", "/w/acme/members"])
def test_every_page_says_how_long_the_session_lasts_S2(bound, dee, path):
    state = drawn(dee.get(path))
    assert (state["left"], state["idle"]) == (900, 900)
    assert state["whole"] == about(WEEK)


def test_where_no_idle_limit_holds_only_the_whole_length_counts_S1(dee):
    state = drawn(dee.get(PAGE))
    assert state["idle"] is None
    assert state["left"] == state["whole"] == about(WEEK)


def test_near_the_end_of_the_whole_length_that_is_what_is_left_S1(bound, dee):
    signed_in_for(7 * DAY - 10 * MINUTE)
    state = drawn(dee.get(PAGE))
    assert state["left"] == state["whole"] == about(600)


def test_what_is_left_is_said_in_seconds_so_that_clocks_may_differ_XG11(bound, dee):
    page = dee.get(PAGE)
    assert set(drawn(page)) == {"left", "whole", "idle", "person"}


def test_a_person_is_told_apart_and_not_named(world, client, dee):
    mine = drawn(dee.get(PAGE))["person"]
    assert re.fullmatch(r"[0-9a-f]{22}", mine)
    assert drawn(dee.get(PAGE))["person"] == mine
    other = Client()
    other.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    assert drawn(other.get(PAGE))["person"] != mine


def test_who_is_signed_out_is_told_nothing(world, client):
    answer = client.get("/accounts/login/")
    assert drawn(answer) is None
    assert b"session-end" not in answer.content


def test_answers_to_the_script_carry_it_too_S3(bound, dee):
    answer = dee.get(PAGE, headers=HTMX)
    assert json.loads(answer["X-Session"])["left"] == about(900)
    assert "X-Session" not in dee.get(PAGE)
    Workspace.objects.filter(slug="acme").update(idle_minutes=5)
    state = json.loads(dee.get(PAGE, headers=HTMX | {"X-By-Person": "1"})["X-Session"])
    assert (state["left"], state["idle"]) == (300, 300)


@pytest.mark.parametrize("headers", [{}, HTMX, {"X-By-Person": "1"}, HTMX | {"X-By-Person": "1"}])
def test_asking_what_is_left_never_makes_it_more_S4_XG7(bound, dee, headers):
    idle_for(10 * MINUTE, "dee@example.org")
    before = SignIn.objects.get().last_active_at
    assert dee.get(LEFT, headers=headers).json()["left"] == about(300)
    assert SignIn.objects.get().last_active_at == before
    idle_for(5 * MINUTE, "dee@example.org")
    assert dee.get(LEFT, headers=headers).status_code != 200


def test_staying_is_activity_and_says_the_new_end_S4(bound, dee):
    idle_for(14 * MINUTE, "dee@example.org")
    script = HTMX | {"X-By-Person": "1", "Sec-Fetch-Mode": "cors"}
    assert dee.post(STAY, headers=script).json()["left"] == 900
    idle_for(14 * MINUTE, "dee@example.org")
    assert dee.get(PAGE).status_code == 200


def test_nobody_stays_beyond_the_whole_length_S1(bound, dee):
    signed_in_for(7 * DAY - MINUTE)
    assert dee.post(STAY).json()["left"] == about(60)
    signed_in_for(MINUTE)
    assert dee.post(STAY).status_code == 302


def test_a_dead_session_cannot_be_stayed_in_XG6(bound, dee):
    idle_for(15 * MINUTE, "dee@example.org")
    answer = dee.post(STAY, headers=HTMX | {"HX-Current-URL": f"http://testserver{PAGE}"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == f"/accounts/login/?ended=idle&next={PAGE}"
    assert not SignIn.objects.exists()


def test_staying_needs_a_token_of_ours(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user("dee"), backend="accounts.backends.SignInBackend")
    assert client.post(STAY).status_code == 403


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("idle", "because nothing had happened for a while"),
        ("whole", "because your session had lasted its whole length"),
        ("ended", "Your session has ended."),
    ],
)
def test_the_sign_in_page_says_why_one_is_there(bound, dee, why, words):
    rows = SignIn.objects.all()
    if why == "ended":
        rows.delete()
    elif why == "idle":
        idle_for(15 * MINUTE, "dee@example.org")
    else:
        rows.update(signed_in_at=F("signed_in_at") - 7 * DAY, ends_at=F("ends_at") + SECOND)
    answer = dee.get(PAGE, follow=True)
    assert answer.redirect_chain == [(f"/accounts/login/?ended={why}&next={PAGE}", 302)]
    assert words in answer.content.decode()


def test_what_an_address_says_about_it_is_never_shown(client, db):
    page = client.get("/accounts/login/?ended=<b>call+555</b>").content.decode()
    assert "555" not in page
    assert "Your session has ended." in page


def test_only_idle_bound_people_see_a_clock_S2(bound, world, as_user):
    assert "Signed out after 15 idle minutes" in as_user("dee").get(PAGE).content.decode()
    Workspace.objects.filter(slug="acme").update(hipaa_eligible=False)
    assert "idle minutes" not in as_user("dee").get(PAGE).content.decode()


def test_knowing_it_costs_no_statement(bound, dee, django_assert_num_queries):
    dee.get(LEFT)
    with django_assert_num_queries(2):  # the session; the user with the rule
        dee.get(LEFT)
