"""Coming in by SAML: what a browser brings, and when (P7)."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import SignIn
from accounts.sign_in import attempts
from config.web.limits import MINUTE, Limit
from tests.cast.connecting import a_connection
from tests.peers.saml_provider import ATTRIBUTES, Provider, made_key, request_in, setting
from tests.world import SYSTEM, World, everything
from workspaces.models import SpentAnswer, SsoConnection
from workspaces.operations.members import members
from workspaces.operations.sso import connections, places
from workspaces.operations.sso.proving import domains
from workspaces.operations.sso.saml.trust import SamlTrust

MAIL = f"{ATTRIBUTES}/saml:Attribute[1]/saml:AttributeValue"


@dataclass
class Company:
    """Acme, its connection, and the provider as a program."""

    world: World
    connection: SsoConnection
    provider: Provider


@pytest.fixture
def company(world):
    cache.clear()
    domains.prove_by_operator(world.workspace, "example.org", by=SYSTEM)
    key = made_key("provider")
    trust = SamlTrust(Provider.issuer, Provider.sign_in_url, (key.certificate,))
    connection = a_connection(world.workspace, "Acme SSO", trust, active=True)
    ours = places.saml_of(connection)
    return Company(world, connection, Provider(ours.entity_id, ours.acs_url, key))


def asked(client, path):
    """Begin at a page of ours; return the id of the request and what comes back with it."""
    answer = client.get(path)
    assert answer.status_code == 302
    request, relay = request_in(answer["Location"])
    return request.get("ID"), relay


def bring(company, client, ident, relay, email="bo@example.org", **more):
    """Post an answer as a browser does, from the provider's page; return what comes at last."""
    said = company.provider.answer(timezone.now(), ident, before=[setting(MAIL, email)], **more)
    return post(company, client, said, relay)


def post(company, client, said, relay=""):
    """Post as another site does, without cookies, and come again with them."""
    acs = company.connection.url("acs")
    kept = Client().post(acs, {"SAMLResponse": said, "RelayState": relay})
    assert kept.status_code == 302
    return client.get(kept["Location"])


def enter(company, client, email="bo@example.org"):
    ident, relay = asked(client, company.connection.url("start"))
    return bring(company, client, ident, relay, email)


def test_a_member_comes_in_and_goes_on_where_they_wanted_P8(company, client):
    start = f"{company.connection.url('start')}?next=/w/acme/sources"
    ident, relay = asked(client, start)
    assert bring(company, client, ident, relay)["Location"] == "/w/acme/sources"
    assert client.get("/w/acme/sources").status_code == 200


def test_an_answer_is_good_once_in_whatever_browser_P7(company, client):
    connections.change(
        company.connection, name="Acme SSO", unasked=True, makes_members=True, by=SYSTEM
    )
    said = company.provider.answer(timezone.now(), before=[setting(MAIL, "bo@example.org")])
    assert post(company, client, said)["Location"] == "/w/acme/"
    for other in (client, Client()):
        assert post(company, other, said).status_code == 403
    assert SpentAnswer.objects.count() == 1


def test_an_answer_of_another_browsers_request_is_refused_P7(company, client):
    ident, relay = asked(client, company.connection.url("start"))
    assert bring(company, Client(), ident, relay).status_code == 403
    assert not SignIn.objects.exists()


def test_what_is_kept_between_the_two_steps_is_read_once_P7(company, client):
    ident, relay = asked(client, company.connection.url("start"))
    said = company.provider.answer(timezone.now(), ident, before=[setting(MAIL, "bo@example.org")])
    kept = Client().post(
        company.connection.url("acs"), {"SAMLResponse": said, "RelayState": relay}
    )["Location"]
    assert client.get(kept).status_code == 302
    assert client.get(kept).status_code == 403


def test_nobody_asked_and_the_connection_allows_none_P7(company, client):
    before = everything()
    said = company.provider.answer(timezone.now(), before=[setting(MAIL, "new@example.org")])
    assert post(company, client, said).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_no_relay_state_leads_away_P7(company, client, away):
    connections.change(
        company.connection, name="Acme SSO", unasked=True, makes_members=True, by=SYSTEM
    )
    said = company.provider.answer(timezone.now(), before=[setting(MAIL, "bo@example.org")])
    assert post(company, client, said, away)["Location"] == "/w/acme/"


def test_a_huge_answer_is_not_even_kept_P7(company, client):
    assert post(company, client, "A" * 450_000).status_code == 403


def test_a_proof_is_asked_with_force_and_an_older_sign_in_is_none_P9_S8(company, client):
    members.set_owner(company.world.member("bo"), owner=True, by=SYSTEM)
    enter(company, client)
    prove = company.connection.url("prove")
    there = client.get(prove)["Location"]
    assert request_in(there)[0].get("ForceAuthn") == "true"
    ident, relay = asked(client, prove)
    assert bring(company, client, ident, relay).status_code == 403  # signed in two minutes ago
    ident, relay = asked(client, prove)
    now = timezone.now()
    fresh = setting("saml:Assertion/saml:AuthnStatement/@AuthnInstant", f"{now:%Y-%m-%dT%H:%M:%SZ}")
    edits = [setting(MAIL, "bo@example.org"), setting("saml:Assertion/@ID", "_second"), fresh]
    said = company.provider.answer(now, ident, before=edits)
    proved = post(company, client, said, relay)
    assert urlsplit(proved["Location"]).path == "/sso/proved"
    assert parse_qs(urlsplit(proved["Location"]).query)["next"] == ["/w/acme/"]


def test_a_test_shows_what_came_and_opens_no_session_P6(company, client):
    draft = a_connection(company.world.workspace, "Next", tested=False, trust=trust_of(company))
    ours = places.saml_of(draft)
    company.provider = Provider(ours.entity_id, ours.acs_url, made_key("provider"))
    company.connection = draft
    client.force_login(company.world.user("ada"), backend="accounts.backends.SignInBackend")
    ident, relay = asked(client, f"/w/acme/settings/sign-in/connections/{draft.public_id}/test")
    answer = bring(company, client, ident, relay)
    assert answer.status_code == 200
    for part in ("bo@example.org", "u-1007", "mail"):
        assert part in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.wanted, draft.state) == (None, "draft")
    assert SignIn.objects.get().user.email == "ada@example.org"


def trust_of(company):
    certificate = made_key("provider").certificate
    return SamlTrust(Provider.issuer, Provider.sign_in_url, (certificate,))


def test_a_failed_test_says_the_raw_reason_to_the_owner_P7(company, client):
    client.force_login(company.world.user("ada"), backend="accounts.backends.SignInBackend")
    ident = company.connection.public_id
    request, relay = asked(client, f"/w/acme/settings/sign-in/connections/{ident}/test")
    said = company.provider.answer(timezone.now() - timedelta(hours=1), request)
    answer = post(company, client, said, relay)
    assert answer.status_code == 403
    assert "<pre>" in answer.content.decode()


def test_metadata_tells_a_provider_what_it_needs_P6(company, client):
    answer = client.get(company.connection.url("metadata"))
    assert answer["Content-Type"] == "application/samlmetadata+xml"
    assert company.connection.url("acs") in answer.content.decode()


def test_an_address_that_brings_too_many_waits_XG3(company, client, monkeypatch):
    monkeypatch.setattr(attempts, "ANSWERS", Limit("answers", 2, 10 * MINUTE))
    acs = company.connection.url("acs")
    assert [client.post(acs).status_code for _ in range(3)] == [302, 302, 429]


def test_a_browser_that_sends_its_cookies_is_in_at_once_P7(company, client):
    ident, relay = asked(client, company.connection.url("start"))
    said = company.provider.answer(timezone.now(), ident, before=[setting(MAIL, "bo@example.org")])
    acs = company.connection.url("acs")
    answer = client.post(acs, {"SAMLResponse": said, "RelayState": relay})
    assert answer["Location"] == "/w/acme/"
    assert client.get("/w/acme/my-access").status_code == 200
