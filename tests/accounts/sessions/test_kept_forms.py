"""What was sent where a proof is missing waits, is done once, and is dropped when given up (S8)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from accounts import kept
from accounts.kept import STATE
from tests.cast.factors import BACKEND, code, give_app
from tests.cast.proofs import PASSWORD, grow_old, prove, with_password

pytestmark = pytest.mark.any_database

LIST = "/w/acme/tokens?state=suspended"


@pytest.fixture
def ada(world, client):
    """ada, with a password; signed in eleven minutes ago."""
    client.force_login(with_password(world.user("ada")), backend=BACKEND)
    grow_old()
    return client


def owner_form(world):
    return f"/w/acme/members/{world.member('bo').public_id}/owner"


@pytest.fixture
def act(world):
    """An act that no page shows: it takes POST alone."""
    return reverse("workspaces:sso_exempt_end", args=["acme", world.member("bo").public_id])


def next_of(answer):
    return parse_qs(urlsplit(answer["Location"]).query)["next"][0]


def give_up(client, asked):
    return client.post("/accounts/prove/give-up/", {"next": next_of(asked)})


def test_back_leads_to_the_form_where_there_is_one(world, ada):
    asked = ada.post(owner_form(world), {"owner": "yes"})
    assert give_up(ada, asked)["Location"] == owner_form(world)
    assert ada.get(owner_form(world)).status_code == 200


@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
def test_back_from_what_only_takes_post_leads_where_one_came_from(act, ada, header):
    asked = ada.post(act, headers={header: f"http://testserver{LIST}"})
    assert next_of(asked) == LIST
    assert ada.get(give_up(ada, asked)["Location"]).status_code == 200


@pytest.mark.parametrize("came", ["", "https://evil.example/x", "http://testserver//evil.example"])
def test_back_leads_to_the_first_page_where_one_did_not_come_from_here_XI4(act, ada, came):
    asked = ada.post(act, headers={"Referer": came})
    assert next_of(asked) == "/"


def test_what_was_given_up_is_not_done_by_a_later_proof(world, ada):
    asked = ada.post(owner_form(world), {"owner": "yes"})
    give_up(ada, asked)
    assert STATE not in ada.session
    assert prove(ada, asked)["Location"] == owner_form(world)
    assert not world.member("bo").owner


def test_giving_up_leads_nowhere_else_XI4(ada):
    sent = {"next": "https://evil.example/"}
    assert ada.post("/accounts/prove/give-up/", sent)["Location"] == "/"


def test_a_form_left_alone_is_not_done_by_coming_back_from_a_provider_that_was_not_asked(
    world, ada
):
    ada.post(owner_form(world), {"owner": "yes"})
    answer = ada.get("/sso/proved", {"next": owner_form(world)})
    assert answer["Location"] == owner_form(world)
    assert not world.member("bo").owner
    assert STATE not in ada.session


def test_a_form_is_done_once_only_whatever_the_session_says(world, ada):
    asked = ada.post(owner_form(world), {"owner": "yes"})
    waits = ada.session[STATE]
    prove(ada, asked)
    assert world.member("bo").owner
    ada.post(owner_form(world), {"owner": ""})
    events = world.workspace.events.count()
    session = ada.session
    session[STATE] = waits
    session.save()
    assert prove(ada, asked)["Location"] == owner_form(world)
    assert world.workspace.events.count() == events


def test_a_form_waits_for_its_sender_alone(world, ada):
    asked = ada.post(owner_form(world), {"owner": "yes"})
    session = ada.session
    session[STATE]["state"]["user"] = world.user("bo").pk
    session.save()
    assert prove(ada, asked)["Location"] == owner_form(world)
    assert not world.member("bo").owner


def test_a_form_waits_no_longer_than_a_proof_lasts(world, ada, monkeypatch, settings):
    asked = ada.post(owner_form(world), {"owner": "yes"})
    later = kept.time.time() + settings.PROOF_LASTS.total_seconds() + 1
    monkeypatch.setattr(kept.time, "time", lambda: later)
    prove(ada, asked)
    assert not world.member("bo").owner


def test_a_proof_for_something_else_drops_what_waits(world, ada):
    asked = ada.post(owner_form(world), {"owner": "yes"})
    ada.post("/accounts/reauthenticate/?next=/", {"password": PASSWORD})
    assert STATE not in ada.session
    prove(ada, asked)
    assert not world.member("bo").owner


def test_a_second_factor_goes_on_with_what_was_sent(world, client):
    give_app(world.user("ada"))
    client.force_login(world.user("ada"), backend=BACKEND)
    grow_old()
    asked = client.post(owner_form(world), {"owner": "yes"})
    assert asked["Location"].startswith("/accounts/2fa/reauthenticate/?next=")
    assert "/accounts/prove/give-up/" in client.get(asked["Location"]).content.decode()
    client.post(asked["Location"], {"code": code()})
    assert world.member("bo").owner


def test_who_gets_a_link_can_go_back_too(world, client):
    client.force_login(world.user("ada"), backend=BACKEND)
    grow_old()
    asked = client.post(owner_form(world), {"owner": "yes"})
    assert asked["Location"].startswith("/accounts/prove/?next=")
    assert "/accounts/prove/give-up/" in client.get(asked["Location"]).content.decode()
    assert give_up(client, asked)["Location"] == owner_form(world)
    assert STATE not in client.session
