"""Signing in begins with an address, and its domain alone decides how it goes on (P8)."""

import pytest

from tests.cast.proofs import PASSWORD, with_password
from tests.workspaces.sso.flow.conftest import connected
from tests.world import SYSTEM
from workspaces.operations.sso import connections
from workspaces.operations.sso.proving import domains

LOGIN = "/accounts/login/"


def begins(client, email, **more):
    return client.post(LOGIN, {"login": email, **more})


def test_the_page_asks_for_the_address_alone(client, db):
    page = client.get(LOGIN).content.decode()
    assert 'name="login"' in page
    assert 'name="password"' not in page


@pytest.mark.parametrize("email", ["bo@example.org", "nobody@example.org", "BO@EXAMPLE.org"])
def test_an_address_of_the_domain_is_sent_on_known_or_not_P8_S14(company, client, email):
    answer = begins(client, email, next="/w/acme/sources")
    page = answer.content.decode()
    assert answer.status_code == 200
    start = f"{company.connection.url('start')}?next=%2Fw%2Facme%2Fsources"
    assert f'content="0;url={start}"' in page
    assert "Go on with Okta" in page
    assert "Use a password instead" in page


def test_known_and_unknown_addresses_get_the_same_page_P8_S14(company, client):
    known, unknown = (
        begins(client, email).content.decode() for email in ("bo@example.org", "no@example.org")
    )
    assert known == unknown


@pytest.mark.parametrize("email", ["bo@example.net", "bo@sub.example.org", "ann@nowhere.test"])
def test_any_other_address_is_asked_for_its_password(company, client, email):
    page = begins(client, email).content.decode()
    assert 'name="password"' in page
    assert f'value="{email}"' in page


@pytest.mark.parametrize("state", ["draft", "off"])
def test_only_an_active_connection_is_offered_P8(company, client, state):
    connections.switch(company.connection, state, by=SYSTEM)
    assert 'name="password"' in begins(client, "bo@example.org").content.decode()


def test_a_domain_that_was_given_up_leads_nowhere_P1(company, client):
    domains.give_up(company.world.workspace.domains.get(), by=SYSTEM)
    assert 'name="password"' in begins(client, "bo@example.org").content.decode()


def test_between_two_connections_one_chooses_P8(company, client):
    connected(company.world.workspace, company.provider, "Entra")
    page = begins(client, "bo@example.org").content.decode()
    assert "Go on with Entra" in page
    assert "Go on with Okta" in page
    assert "http-equiv" not in page


def test_a_faulty_address_stays_in_the_field(client, db):
    answer = begins(client, "no address")
    assert answer.status_code == 422
    assert 'value="no address"' in answer.content.decode()


def test_with_a_password_one_is_in_at_once(company, client):
    with_password(company.world.user("bo"))
    assert begins(client, "bo@example.org", password=PASSWORD).status_code == 302
    assert client.get("/w/acme/my-access").status_code == 200


def test_the_password_page_is_there_for_whoever_asks_P8(company, client):
    page = client.get(LOGIN, {"password": "on", "next": "/w/acme/"}).content.decode()
    assert 'name="password"' in page
    assert 'value="/w/acme/"' in page
