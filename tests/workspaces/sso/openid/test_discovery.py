"""What an owner types about a provider, and what the provider says about itself (P6)."""

import time
from datetime import timedelta

import pytest
import time_machine

from tests.peers.openid_provider import GONE, as_json
from tests.peers.start_page import leads_to, shows
from workspaces.errors import Refused
from workspaces.operations.sso.openid.provider import (
    OpenIdTrust,
    clean_trust,
    discover,
    read_provider,
)

pytestmark = pytest.mark.any_database

WELL_KNOWN = "/.well-known/openid-configuration"


def test_what_an_owner_types_is_kept_without_blanks_around_P6():
    trust = clean_trust(" https://login.example.org/ ", "\tgatehouse\n", " s3cret ")
    assert trust == OpenIdTrust("https://login.example.org/", "gatehouse", "s3cret")
    assert "s3cret" not in repr(trust)


@pytest.mark.parametrize(
    "issuer",
    [
        "", " ", "login.example.org", "http://login.example.org", "ftp://login.example.org",
        "https://", "https:///x", "https://login.example.org?x", "https://login.example.org#x",
        "https://ann@login.example.org", "https://ann:x@login.example.org", "https://[::1",
        "https://login.example.org:x", "https://login.example.org:99999", "https://a b.example",
        "https://l\u043egin.example.org", "https://login.example.org\\@other.example",
        "https://login.example.org/" + "x" * 300, f"https://login.example.org{WELL_KNOWN}",
        "javascript:alert(1)", "file:///etc/passwd", "https://login.example.org/\x00", "//x.ex",
    ],
    ids=lambda part: ascii(part)[:40],
)  # fmt: skip
def test_what_is_no_issuer_is_refused_P6(issuer):
    with pytest.raises(Refused) as caught:
        clean_trust(issuer, "gatehouse", "s3cret")
    assert (caught.value.rule, caught.value.field) == ("P6", "issuer")


@pytest.mark.parametrize("value", ["", " ", "\u00e9", "a\nb", "x" * 501])
@pytest.mark.parametrize("name", ["client_id", "client_secret"])
def test_what_is_no_client_is_refused_P6(name, value):
    good = {"issuer": "https://login.example.org", "client_id": "a", "client_secret": "b"}
    with pytest.raises(Refused) as caught:
        clean_trust(**{**good, name: value})
    assert caught.value.field == name


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_providers_on_this_machine_are_for_development_P6(settings, host):
    for allowed in (True, False):
        settings.LOOPBACK_PROVIDERS = allowed
        if allowed:
            assert clean_trust(f"http://{host}:9000", "a", "b").issuer
        else:
            with pytest.raises(Refused):
                clean_trust(f"http://{host}:9000", "a", "b")


def test_a_provider_says_where_its_endpoints_are_P6(peer):
    provider = discover(peer.issuer)
    assert provider.token_endpoint == f"{peer.issuer}/token"
    assert (provider.algorithms, provider.basic, provider.names_itself) == (("ES256",), True, True)


def test_an_issuer_may_have_a_path_or_end_in_a_slash_P6(peer):
    for path in ("/", "/realms/acme", "/realms/acme/"):
        peer.says = {"issuer": peer.issuer + path}
        assert discover(peer.issuer + path).issuer == peer.issuer + path
        assert peer.asked[-1] == path.rstrip("/") + WELL_KNOWN


PLAIN = "http://login.example.org/x"
SAID = {
    "another issuer": {"issuer": "https://other.example"},
    "no issuer": {"issuer": GONE},
    "an issuer of no text": {"issuer": ["x"]},
    "no code flow": {"response_types_supported": ["id_token", "code id_token"]},
    "no response types": {"response_types_supported": GONE},
    "response types of no list": {"response_types_supported": "code"},
    "plain PKCE alone": {"code_challenge_methods_supported": ["plain"]},
    "no algorithm": {"id_token_signing_alg_values_supported": GONE},
    "shared secrets alone": {"id_token_signing_alg_values_supported": ["HS256", "HS512"]},
    "no signature": {"id_token_signing_alg_values_supported": ["none"]},
    "algorithms of no list": {"id_token_signing_alg_values_supported": "RS256"},
    "algorithms of no texts": {"id_token_signing_alg_values_supported": [["RS256"], None]},
    "signed requests alone": {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
    "authorize by http": {"authorization_endpoint": PLAIN},
    "token by http": {"token_endpoint": PLAIN},
    "keys by http": {"jwks_uri": PLAIN},
    "userinfo by http": {"userinfo_endpoint": PLAIN},
    "no authorize": {"authorization_endpoint": GONE},
    "no token": {"token_endpoint": GONE},
    "no keys": {"jwks_uri": GONE},
    "a script": {"authorization_endpoint": "javascript:alert(1)"},
    "a file": {"jwks_uri": "file:///etc/passwd"},
    "a number": {"token_endpoint": 7},
    "a path": {"token_endpoint": "/token"},
    "null": {"userinfo_endpoint": None},
}


@pytest.mark.parametrize("said", SAID)
def test_a_provider_that_says_something_unfit_is_refused_P6(peer, said):
    peer.says = SAID[said]
    with pytest.raises(Refused) as caught:
        discover(peer.issuer)
    assert (caught.value.rule, caught.value.field) == ("P6", "issuer")


def test_issuers_are_compared_letter_by_letter_P6(peer):
    for said in (peer.issuer + "/", peer.issuer.upper(), f"{peer.issuer}/x"):
        peer.says = {"issuer": said}
        with pytest.raises(Refused, match="another issuer"):
            discover(peer.issuer)


def test_of_what_is_offered_shared_secrets_are_never_taken_P6(peer):
    peer.says = {"id_token_signing_alg_values_supported": ["none", "HS256", "RS256", "ES256K"]}
    assert discover(peer.issuer).algorithms == ("RS256",)


def slow(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n{")
    for _ in range(20):
        time.sleep(0.1)
        handler.wfile.write(b" ")


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b'{"x": "')
    for _ in range(200):
        handler.wfile.write(b"x" * 65536)


ANSWERS = {
    "redirect": leads_to(WELL_KNOWN + "?again"),
    "404": shows("{}", 404),
    "500": shows("", 500),
    "HTML": shows("<!doctype html>"),
    "endless": endless,
    "slow": slow,
    "deep": shows("[" * 100_000),
    "a list": as_json([]),
    "empty": shows(""),
    "no HTTP": lambda handler: handler.wfile.write(b"\x00\r\n\r\n"),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_provider_that_does_not_say_who_it_is_is_refused_P6(peer, settings, answer):
    settings.OUTSIDE_SECONDS = 0.6
    peer.answers[WELL_KNOWN] = ANSWERS[answer]
    began = time.monotonic()
    with pytest.raises(Refused) as caught:
        discover(peer.issuer)
    assert caught.value.field == "issuer"
    assert time.monotonic() - began < 5
    assert peer.asked == [WELL_KNOWN]


def test_a_provider_is_asked_once_an_hour_P6(peer):
    with time_machine.travel(time.time(), tick=True) as clock:
        first = read_provider(peer.issuer)
        assert read_provider(peer.issuer) == first
        assert peer.asked == [WELL_KNOWN]
        peer.says = {"userinfo_endpoint": GONE}
        clock.shift(timedelta(minutes=61))
        assert read_provider(peer.issuer).userinfo_endpoint == ""


def test_what_is_unfit_is_not_kept_P6(peer):
    peer.says = {"issuer": "https://other.example"}
    with pytest.raises(Refused):
        read_provider(peer.issuer)
    peer.says = {}
    assert read_provider(peer.issuer).issuer == peer.issuer


def test_a_good_description_beside_another_status_is_none_P6(peer):
    peer.answers[WELL_KNOWN] = as_json(peer.description(), 404)
    with pytest.raises(Refused, match="answered 404"):
        discover(peer.issuer)
