"""Owners add, test, switch and take out connections on pages of the sign-in settings (P6)."""

import html
import re
from urllib.parse import urlsplit

import httpx
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models.user import User
from tests.cast.connecting import (
    CLIENT,
    ISSUER,
    SECRET,
    SIGN_IN,
    a_connection,
    bound,
    certificate,
    metadata,
    openid,
    requires,
    saml,
)
from tests.cast.proofs import grow_old, prove, with_password
from tests.filled import filled
from tests.peers import openid_provider, start_page
from tests.workspaces.conftest import Seen
from tests.world import SYSTEM, everything
from workspaces.models import ConnectionState, SsoConnection
from workspaces.operations.members import members
from workspaces.operations.sso import connections, trust

LIST = "/w/acme/settings/sign-in/connections"


@pytest.fixture(autouse=True)
def _nothing_counted_yet(db):
    cache.clear()


@pytest.fixture
def ada(as_user):
    return as_user("ada")


@pytest.fixture
def draft(world):
    """A SAML connection whose provider said nothing yet."""
    return connections.add(world.workspace, "Acme SSO", "saml", None, by=SYSTEM)


@pytest.fixture
def provider(settings):
    settings.LOOPBACK_PROVIDERS = True
    settings.OUTSIDE_SECONDS = 5.0
    with openid_provider.running() as running:
        yield running


def at(connection, what=""):
    return f"{LIST}/{connection.public_id}" + (f"/{what}" if what else "")


def now(connection):
    return SsoConnection.objects.get(pk=connection.pk)


def added(client, **typed):
    """Send the form of the first step as a browser would."""
    return client.post(f"{LIST}/new", filled(client.get(f"{LIST}/new"), f"{LIST}/new") | typed)


# The list, and the first step


def test_the_way_there_stands_on_each_page_of_sign_in(see, world):
    for page in ("", "/domains", "/connections", "/require"):
        links = see("ada", f"settings/sign-in{page}").links()
        assert {LIST, "/w/acme/settings/sign-in/require"} <= set(links)
    seen = see("ada", LIST)
    assert "No connection yet: everybody signs in by their own password or passkey." in seen
    assert f"{LIST}/new" in seen.links()


def test_the_list_says_how_each_stands_P6(see, world):
    active = a_connection(world.workspace, "Okta", active=True)
    connections.trust(active, saml(sign_in="https://new.example/sso"), by=SYSTEM)
    ends = saml(certificates=[certificate(days=29)])
    a_connection(world.workspace, "Roll", ends)
    over = saml(certificates=[certificate(days=-1)])
    a_connection(world.workspace, "Was", over)
    a_connection(world.workspace, "Entra", openid(), tested=False)
    entra, okta, roll, was = see("ada", LIST).rows()
    assert entra == "Entra OpenID Connect Draft Never —"
    assert okta.startswith("Okta SAML 2.0 Active New values wait for a test Never until ")
    assert re.search(r"Ends soon \d+ \w{3} 20\d\d, \d\d:\d\d", roll)
    assert re.search(r"Ended \d+ \w{3} 20", was)


@pytest.mark.parametrize("kind", ["saml", "oidc"])
def test_the_first_step_makes_a_draft_and_leads_to_the_next_P6(ada, world, kind):
    answer = added(ada, kind=kind, name="Acme SSO")
    made = SsoConnection.objects.get()
    assert answer["Location"] == at(made)
    assert (made.kind, made.state, made.latest) == (kind, ConnectionState.DRAFT, None)
    seen = Seen(ada.get(at(made)))
    assert "There is nothing to test before your provider said what it is." in seen
    assert at(made, "test") not in seen.links()


def test_a_form_sent_twice_adds_one_XI7(ada, world):
    form = filled(ada.get(f"{LIST}/new"), f"{LIST}/new") | {"kind": "saml", "name": "SSO"}
    assert len({ada.post(f"{LIST}/new", form)["Location"] for _ in range(2)}) == 1


def test_a_kind_nobody_knows_or_a_name_that_is_taken_is_said_beside_the_field_N4(ada, draft):
    answer = added(ada, kind="ldap", name="ACME SSO")
    assert (answer.status_code, "kind" in answer.context["form"].errors) == (422, True)
    answer = added(ada, kind="saml", name="ACME SSO")
    assert "already" in str(answer.context["form"].errors["name"])
    assert 'value="ACME SSO"' in answer.content.decode()


# What the provider needs, and what it says


def test_what_the_provider_needs_stands_there_to_copy_P6(ada, world, draft):
    page = Seen(ada.get(at(draft)))
    for door in ("metadata", "acs", "start"):
        assert f'{draft.url(door)}" readonly' in page.raw
    other = a_connection(world.workspace, "Entra", openid(), tested=False)
    page = Seen(ada.get(at(other)))
    for door in ("callback", "start", "logout"):
        assert f'{other.url(door)}" readonly' in page.raw
    for name in ("Okta", "Microsoft Entra", "Google Workspace", "Keycloak"):
        assert f"In {name}" in page


def by_text(_site):
    return {"metadata": metadata()}


def by_file(_site):
    return {"file": SimpleUploadedFile("m.xml", b"\xef\xbb\xbf" + metadata().encode())}


def by_address(site):
    return {"address": f"http://127.0.0.1:{site.port}/metadata"}


@pytest.fixture
def site(settings):
    settings.LOOPBACK_PROVIDERS = True
    settings.OUTSIDE_SECONDS = 5.0
    with start_page.serving(start_page.shows(metadata())) as serving:
        yield serving


@pytest.mark.parametrize("way", [by_text, by_file, by_address])
def test_metadata_is_taken_in_three_ways_and_waits_for_its_test_P6(ada, draft, site, way):
    answer = ada.post(at(draft, "metadata"), way(site))
    assert answer["Location"] == f"{at(draft)}#step-4"
    found = now(draft)
    assert (found.wanted["issuer"], found.wanted["sign_in_url"]) == (ISSUER, SIGN_IN)
    assert found.trusted is None
    seen = Seen(ada.get(at(draft)))
    assert at(draft, "test") in seen.links()
    assert 'target="_blank" rel="noopener"' in seen.raw
    assert re.search(r"<button[^>]* disabled[^>]*>\s*Make it active", seen.raw)


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({}, "__all__", "by one of the three ways"),
        ({"metadata": "<x/>", "address": "https://x.example"}, "__all__", "one of the three ways"),
        ({"metadata": "<x/>"}, "metadata", "no metadata of SAML"),
        ({"file": SimpleUploadedFile("m.xml", b"\xff\xfe<\x00")}, "file", "no text in UTF-8"),
        ({"file": SimpleUploadedFile("m", b" " * (1024 * 1024 + 1))}, "file", "larger than 1 MB"),
        ({"address": "http://login.example/m"}, "address", "it is no https address"),
        ({"address": "https://10.0.0.1/m"}, "address", "its address is not a public one"),
    ],
)
def test_what_is_no_metadata_is_said_beside_the_field_P6(ada, draft, sent, field, words):
    before = everything()
    answer = ada.post(at(draft, "metadata"), sent)
    assert answer.status_code == 422
    assert words in html.unescape(str(answer.context["metadata"].errors[field]))
    assert everything() == before


def test_an_address_that_says_no_is_said_P6(ada, draft, site):
    site.answer = start_page.shows("", 404)
    answer = ada.post(at(draft, "metadata"), by_address(site))
    assert "The answer was 404." in str(answer.context["metadata"].errors["address"])


def by_hand(**changed):
    fields = {"issuer": ISSUER, "sign_in_url": SIGN_IN, "certificates": certificate()}
    return {**fields, "next_certificate": "", **changed}


def test_fields_are_written_by_hand_with_two_certificates_P6(ada, draft):
    second = certificate(days=900, of="next")
    ada.post(at(draft, "trust"), by_hand(next_certificate=second))
    assert trust.read("saml", now(draft).wanted).certificates == (certificate(), second)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"issuer": "two words"}, "issuer", "one word"),
        ({"sign_in_url": "http://x.example"}, "sign_in_url", "https://"),
        ({"certificates": "none"}, "certificates", "no certificate"),
        ({"next_certificate": "none"}, "next_certificate", "no certificate"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field_and_kept_P6(ada, draft, changed, field, words):
    answer = ada.post(at(draft, "trust"), by_hand(**changed))
    assert answer.status_code == 422
    assert words in str(answer.context["trusted"].errors[field])
    assert html.escape(changed[field]) in answer.content.decode()
    assert now(draft).wanted is None


@pytest.fixture
def entra(world, provider):
    return a_connection(world.workspace, "Entra", openid(issuer=provider.issuer))


def test_an_openid_provider_is_asked_at_once_who_it_is_P6(ada, world, provider):
    draft = connections.add(world.workspace, "Entra", "oidc", None, by=SYSTEM)
    fields = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET}
    answer = ada.post(at(draft, "trust"), fields | {"issuer": f"{provider.issuer}/"})
    assert "names another issuer" in str(answer.context["trusted"].errors["issuer"])
    assert SECRET not in answer.content.decode()
    assert ada.post(at(draft, "trust"), fields).status_code == 302
    assert trust.read("oidc", now(draft).wanted) == openid(issuer=provider.issuer)


def test_a_blank_secret_keeps_the_one_that_is_and_none_is_ever_shown_P6(ada, entra, provider):
    assert SECRET not in ada.get(at(entra)).content.decode()
    fields = {"issuer": provider.issuer, "client_id": "another", "client_secret": ""}
    ada.post(at(entra, "trust"), fields)
    kept = trust.read("oidc", now(entra).wanted)
    assert (kept.client_id, kept.client_secret) == ("another", SECRET)


def test_a_kept_secret_goes_to_no_other_provider_P6(ada, entra):
    fields = {"issuer": "https://other.example", "client_id": CLIENT, "client_secret": ""}
    answer = ada.post(at(entra, "trust"), fields)
    assert "another one" in str(answer.context["trusted"].errors["client_secret"])
    assert now(entra).wanted is None


def test_a_secret_does_not_wait_in_the_session_for_a_proof_S8(ada, world, entra, provider):
    with_password(world.user("ada"))
    ada.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    grow_old()
    fields = {"issuer": provider.issuer, "client_id": "another", "client_secret": "new-secret"}
    asked = ada.post(at(entra, "trust"), fields)
    assert "new-secret" not in str(dict(ada.session))
    prove(ada, asked)
    assert trust.read("oidc", now(entra).wanted).client_secret == SECRET


def test_what_was_tested_in_the_second_window_is_in_force_P6(ada, world, provider):
    draft = connections.add(world.workspace, "Entra", "oidc", None, by=SYSTEM)
    fields = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET}
    ada.post(at(draft, "trust"), fields)
    secret = openid(issuer=provider.issuer, secret=openid_provider.SECRET)
    connections.trust(draft, secret, by=SYSTEM)
    there = httpx.get(ada.get(at(draft, "test"))["Location"])
    back = urlsplit(there.headers["Location"])
    seen = Seen(ada.get(f"{back.path}?{back.query}"))
    assert "Entra works" in seen
    assert "ann@acme.example Not of a proved domain: it would not be let in." in seen
    assert at(draft) in seen.links()
    assert now(draft).trusted["issuer"] == provider.issuer
    assert "Last tested Now" in Seen(ada.get(at(draft)))


# Switching, settings, people, taking out


def test_a_tested_connection_is_made_active_on_its_page_P6(ada, world):
    made = a_connection(world.workspace)
    seen = Seen(ada.post(at(made, "activate"), follow=True))
    assert "Acme SSO is active: people sign in by it now." in seen
    assert "No domain is proved yet, so nobody is let in." in seen
    assert now(made).is_active


def test_an_untested_one_is_a_clash_P6(ada, world):
    made = a_connection(world.workspace, tested=False)
    answer = ada.post(at(made, "activate"))
    assert (answer.status_code, "Test the connection first." in Seen(answer)) == (409, True)


def test_new_values_are_shown_to_wait_beside_those_in_force_P6(ada, world):
    made = a_connection(world.workspace, active=True)
    ada.post(at(made, "trust"), by_hand(sign_in_url="https://new.example/sso"))
    seen = Seen(ada.get(at(made)))
    assert "Active New values wait for a test" in seen
    assert now(made).trusted["sign_in_url"] == SIGN_IN


@pytest.mark.parametrize("what", ["off", "take-out"])
def test_whom_it_shuts_out_is_named_and_the_last_one_stays_P5(as_user, world, what):
    made = requires(world)
    ada = as_user("ada")
    seen = Seen(ada.get(at(made, what)))
    shut_out = "3 people are shut out: Bo Diddley, Cy Twombly, Dee Dee Bridgewater."
    assert shut_out in seen
    before = everything()
    answer = ada.post(at(made, what))
    assert answer.status_code == 409
    assert "Only its connections let people in." in Seen(answer)
    assert everything() == before


def test_it_is_switched_off_once_one_has_seen_what_follows_P6(ada, world):
    made = a_connection(world.workspace, active=True)
    assert "Everybody else signs in by their own password" in Seen(ada.get(at(made, "off")))
    ada.post(at(made, "off"))
    assert now(made).state == ConnectionState.OFF


def test_taking_out_says_how_many_it_knows_P6(ada, world):
    made = a_connection(world.workspace)
    bound(made, world.user("bo"))
    seen = Seen(ada.get(at(made, "take-out")))
    assert "It forgets by which id 1 person is known there." in seen
    assert ada.post(at(made, "take-out"))["Location"] == LIST
    assert not SsoConnection.objects.exists()


def test_its_own_settings_are_saved_on_its_page_P4(ada, world):
    made = a_connection(world.workspace)
    ada.post(at(made), {"name": "Okta", "unasked": "on"})
    found = now(made)
    assert (found.name, found.makes_members, found.unasked) == ("Okta", False, True)
    other = a_connection(world.workspace, "Entra", openid(), tested=False)
    ada.post(at(other), {"name": "Entra", "unasked": "on", "makes_members": "on"})
    assert not now(other).unasked


def test_people_bound_are_listed_and_released_P3(ada, world):
    made = a_connection(world.workspace)
    binding = bound(made, world.user("bo"), "00u1")
    [row] = Seen(ada.get(at(made))).rows()
    assert row.startswith("Bo Diddley bo@example.org 00u1 Now Never Release")
    path = at(made, f"people/{binding.public_id}/release")
    assert "They stay a member, with all they have." in Seen(ada.get(path))
    ada.post(path)
    assert not made.bindings.exists()


def test_ids_of_other_workspaces_or_connections_are_nobodys_R5(ada, world):
    made, other = (a_connection(world.workspace, name) for name in ("One", "Two"))
    binding = bound(other, world.user("bo"))
    assert ada.get(at(made, f"people/{binding.public_id}/release")).status_code == 404
    assert ada.get(f"{LIST}/nobody").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_rows(ada, world, count, django_assert_num_queries):
    made = [a_connection(world.workspace, f"Number {n}") for n in range(count)]
    for number in range(count):
        user = User.objects.create_user(f"p{number}@example.org")
        members.add(world.workspace, user, by=SYSTEM)
        bound(made[0], user, str(number))
    ada.get(LIST)
    with django_assert_num_queries(5):
        ada.get(LIST)
    with django_assert_num_queries(7):
        ada.get(at(made[0]))
