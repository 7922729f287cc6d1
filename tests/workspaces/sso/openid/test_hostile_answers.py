"""What a browser brings, and what endpoints answer, signs nobody in unless it all fits (P7)."""

import time
from dataclasses import replace
from hashlib import sha256

import pytest
from django.http import QueryDict

from tests.peers import openid_provider, start_page
from tests.peers.openid_provider import CLIENT, GONE, as_json
from tests.peers.start_page import leads_to, shows
from tests.peers.tokens import b64
from tests.workspaces.sso.conftest import NAME
from tests.workspaces.sso.openid.conftest import browse, read, refusal_of, trust_in
from workspaces.operations.sso.openid.provider import OpenIdTrust
from workspaces.operations.sso.vouched import Unvouched

pytestmark = pytest.mark.any_database


def refused(peer, asked, query, **more):
    with pytest.raises(Unvouched) as caught:
        read(peer, asked, query, **more)
    return caught.value


BROUGHT = {
    "other state": {"state": "other"},
    "no state": {"state": GONE},
    "empty state": {"state": ""},
    "state of other letters": {"state": "\u0430"},
    "broken state": {"state": b"\xff"},
    "other issuer": {"iss": "https://other.example"},
    "no issuer, though promised": {"iss": GONE},
    "empty issuer": {"iss": ""},
    "no code": {"code": GONE},
    "empty code": {"code": ""},
    "made-up code": {"code": "made-up"},
    "two codes": {"code": ["one", "two"]},
    "two states": {"state": ["one", "two"]},
    "two issuers": {"iss": ["one", "two"]},
    "an error beside a code": {"error": "access_denied"},
}


@pytest.mark.parametrize("brought", BROUGHT)
def test_a_browser_that_brings_something_else_is_refused_P7(peer, brought):
    peer.parameters = BROUGHT[brought]
    assert refusal_of(peer)
    if brought != "made-up code":
        assert "/token" not in peer.asked


def test_the_words_of_a_provider_that_says_no_are_kept_for_owners_P7(peer):
    words = {"error": "access_denied", "error_description": "not\r\n\u202eassigned"}
    peer.parameters = {"code": GONE, **words}
    error = refused(peer, *browse(peer))
    assert error.sentence == "Your provider did not sign you in."
    assert error.raw == "the provider says access_denied: not assigned"


def test_a_code_that_comes_twice_is_seen_though_the_last_one_is_good_P7(peer):
    asked, query = browse(peer)
    twice = QueryDict(f"code=injected&{query.urlencode()}")
    assert "more than once" in refused(peer, asked, twice).raw


def test_a_code_is_good_once_P7(peer):
    asked, query = browse(peer)
    read(peer, asked, query)
    assert "invalid_grant" in refused(peer, asked, query).raw


@pytest.mark.parametrize("kept", ["state", "nonce", "verifier"])
def test_an_answer_for_another_browser_is_refused_P7(peer, kept):
    mine, query = browse(peer)
    other, _ = browse(peer)
    assert refused(peer, replace(mine, **{kept: getattr(other, kept)}), query)


@pytest.mark.parametrize("kept", ["state", "nonce"])
def test_a_session_that_has_kept_nothing_believes_nothing_P7(peer, kept):
    peer.parameters = {"state": ""} if kept == "state" else {}
    peer.claims = {"nonce": ""} if kept == "nonce" else {}
    asked, query = browse(peer)
    assert f"({kept})" in refused(peer, replace(asked, **{kept: ""}), query).raw


def test_an_answer_of_one_provider_is_none_of_another_P7(peer):
    with openid_provider.running() as other:
        asked, query = browse(other)
        assert "another issuer" in refused(peer, asked, query).raw
        other.says = {"authorization_response_iss_parameter_supported": GONE}
        other.parameters = {"iss": GONE}
        peer.says = other.says
        asked, query = browse(other)
        assert "invalid_grant" in refused(peer, asked, query).raw


def test_a_token_of_another_client_is_none_of_ours_P7(peer):
    peer.claims = {"aud": "other"}
    asked, query = browse(peer)
    assert "for others" in refused(peer, asked, query, trust=trust_in(peer)).raw
    other = OpenIdTrust(peer.issuer, CLIENT + "x", "x")
    assert "invalid_client" in refused(peer, *browse(peer), trust=other).raw


def slow(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    time.sleep(1)


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b"x" * 65536)


ANSWERS = {
    "500": shows("", 500),
    "HTML": shows("<!doctype html><title>Sign in</title>"),
    "redirect": leads_to("/elsewhere"),
    "huge": endless,
    "slow": slow,
    "no HTTP": lambda handler: handler.wfile.write(b"\x00\xff\r\n\r\n"),
    "empty": shows(""),
    "a list": as_json([]),
    "null": as_json(None),
    "deep": shows("[" * 100_000),
    "deep objects": shows('{"a":' * 50 + "1" + "}" * 50),
    "a long number": shows('{"id_token": ' + "1" * 5000 + "}"),
    "broken text": shows('{"id_token": "\\ud800"}'),
    "no ID token": as_json({"access_token": "x", "token_type": "Bearer"}),
    "ID token a number": as_json({"id_token": 7}),
    "ID token a list": as_json({"id_token": ["x"]}),
    "an error with 200": as_json({"error": "invalid_grant"}),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_token_endpoint_that_gives_no_token_signs_nobody_in_P7(peer, settings, answer):
    peer.answers["/token"] = ANSWERS[answer]
    asked, query = browse(peer)
    settings.OUTSIDE_SECONDS = 0.6
    assert refused(peer, asked, query)
    assert "/elsewhere" not in peer.asked


@pytest.mark.parametrize("answer", sorted(ANSWERS))
def test_a_userinfo_endpoint_that_tells_nothing_signs_nobody_in_P7(peer, settings, answer):
    peer.claims = {"email": GONE}
    peer.answers["/userinfo"] = ANSWERS[answer]
    asked, query = browse(peer)
    settings.OUTSIDE_SECONDS = 0.6
    assert refused(peer, asked, query)


@pytest.mark.parametrize(
    "person", [{"sub": "bo-1"}, {"sub": GONE}, {"sub": None}, {"email": GONE}, {"email": None},
               {"email_verified": False}, {"email_verified": GONE}]
)  # fmt: skip
def test_what_userinfo_tells_is_of_the_same_person_with_a_verified_address_P7(peer, person):
    peer.claims = {"email": GONE}  # its word that some address is verified does not help
    peer.person = openid_provider.changed(peer.person, person)
    assert refusal_of(peer)


def test_userinfo_is_not_asked_without_a_token_or_an_address_for_it_P7(peer):
    peer.claims = {"email": GONE, "at_hash": GONE}
    for token in (GONE, None, 7, ""):
        peer.given = {"access_token": token}
        assert "email is missing" in refusal_of(peer)
    peer.given, peer.says = {}, {"userinfo_endpoint": GONE}
    assert "email is missing" in refusal_of(peer)
    assert "/userinfo" not in peer.asked


@pytest.mark.parametrize("token", ["a\r\nX: y", "\u0430", "\ud800", " ", "x" * 100_000])
def test_no_access_token_breaks_out_of_its_header_P7(peer, token):
    peer.claims, peer.given = {"email": GONE, "at_hash": GONE}, {"access_token": token}
    assert refusal_of(peer)
    assert "y" not in peer.asked


def test_an_access_token_of_somebody_else_is_noticed_P7(peer):
    for token in ("another", GONE):
        peer.given = {"access_token": token}
        assert "at_hash" in refusal_of(peer)
    peer.claims = {"at_hash": b64(sha256(b"").digest()[:16])}
    assert "at_hash" in refusal_of(peer)


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_no_endpoint_in_a_network_of_ours_is_connected_to_P7(peer, names, certificate, name):
    names.knows(f"host-record={NAME},127.0.0.1")
    with start_page.serving(as_json({"keys": [peer.key.published()]}), certificate) as inside:
        peer.claims = {"email": GONE}
        peer.says = {name: f"https://{NAME}:{inside.port}/"}
        assert refusal_of(peer)
        assert inside.asked == []
