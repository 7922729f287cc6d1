"""A person whom a provider vouches for comes in with what it says, and no more (P7, P9)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.peers.openid_provider import GONE, SECRET
from tests.peers.tokens import edwards, elliptic, of_rsa
from tests.workspaces.sso.openid.conftest import (
    CALLBACK,
    browse,
    read,
    refusal_of,
    signed_in,
    trust_in,
)
from workspaces.operations.sso.openid.asking import ask
from workspaces.operations.sso.openid.provider import discover
from workspaces.operations.sso.vouched import Unvouched

pytestmark = pytest.mark.any_database


def test_a_good_answer_names_a_person_P7(peer):
    vouched = signed_in(peer)
    assert (vouched.issuer, vouched.subject) == (peer.issuer, "ann-1")
    assert (vouched.address, vouched.name) == ("ann@acme.example", "Ann Acme")
    assert (vouched.session_id, vouched.answer_id) == ("session-1", "")
    assert vouched.authenticated_at is None
    assert vouched.said["email_verified"] == ["true"]
    assert "/userinfo" not in peer.asked


def test_a_browser_is_sent_with_state_nonce_and_pkce_P7(peer):
    provider, trust = discover(peer.issuer), trust_in(peer)
    one, other = (ask(provider, trust, CALLBACK, force=False) for _ in range(2))
    query = parse_qs(urlsplit(one.url).query)
    assert query["code_challenge_method"] == ["S256"]
    assert (query["state"], query["nonce"]) == ([one.state], [one.nonce])
    assert query["scope"] == ["openid email profile"]
    assert not {"prompt", "max_age"} & query.keys()
    assert one.verifier not in one.url
    assert len({one.state, one.nonce, one.verifier, other.state, other.nonce, other.verifier}) == 6


def test_an_endpoint_keeps_the_query_it_has_P7(peer):
    peer.says = {"authorization_endpoint": f"{peer.issuer}/authorize?policy=b2c"}
    url = ask(discover(peer.issuer), trust_in(peer), CALLBACK, force=False).url
    assert parse_qs(urlsplit(url).query)["policy"] == ["b2c"]


def test_a_fresh_proof_is_asked_for_and_looked_at_P9(peer):
    since = datetime.now(UTC)
    asked, query = browse(peer, force=True)
    sent = parse_qs(urlsplit(asked.url).query)
    assert (sent["prompt"], sent["max_age"]) == (["login"], ["0"])
    vouched = read(peer, asked, query, force_since=since)
    assert abs(vouched.authenticated_at - since) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("ago", "good"), [(0, True), (55, True), (70, False), (86_400, False), (-55, True)]
)
def test_a_proof_from_before_is_no_fresh_one_P9(peer, ago, good):
    since = datetime.now(UTC)
    peer.authenticated_at = int(since.timestamp()) - ago
    if good:
        assert signed_in(peer, force_since=since).authenticated_at
    else:
        assert "auth_time" in refusal_of(peer, force_since=since)


def test_without_auth_time_there_is_no_fresh_proof_P9(peer):
    assert "auth_time" in refusal_of(peer, force_since=datetime.now(UTC))


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(of_rsa, id="RS256"),
        pytest.param(lambda: of_rsa(algorithm="PS256"), id="PS256"),
        pytest.param(elliptic, id="ES256"),
        pytest.param(edwards, id="EdDSA"),
        pytest.param(lambda: edwards(algorithm="Ed25519"), id="Ed25519"),
    ],
)
def test_each_kind_of_published_key_may_sign_P7(peer, key):
    peer.key = key()
    peer.claims = {"at_hash": GONE}
    assert signed_in(peer).subject == "ann-1"


def test_a_key_without_a_name_signs_where_it_is_the_only_one_P7(peer):
    peer.token = lambda claims: peer.key.token(claims, kid=None)
    assert signed_in(peer).subject == "ann-1"
    peer.keys = [peer.key.published(), elliptic("two").published()]
    peer.says = {"jwks_uri": f"{peer.issuer}/keys?more"}
    assert "no published key" in refusal_of(peer)


def test_the_secret_goes_into_the_form_where_the_provider_wants_it_there_P7(peer):
    peer.says = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert signed_in(peer).subject == "ann-1"


def test_a_wrong_secret_gets_no_token_P7(peer):
    asked, query = browse(peer)
    with pytest.raises(Unvouched, match=r"401 .*invalid_client"):
        read(peer, asked, query, trust=trust_in(peer, SECRET + "x"))


def test_what_the_token_does_not_say_is_asked_at_userinfo_P7(peer):
    peer.claims = {"email": GONE, "email_verified": GONE, "name": GONE}
    vouched = signed_in(peer)
    assert (vouched.address, vouched.name) == ("ann@acme.example", "Ann Acme")
    assert peer.asked.count("/userinfo") == 1


def test_an_address_comes_in_its_one_form_P3(peer):
    peer.claims = {"email": " Ann@ACME.example"}
    assert signed_in(peer).address == "ann@acme.example"


@pytest.mark.parametrize("name", ["\u202eevil", "a\nb", "", "x" * 1000, 7, None, ["Ann"], "\ud800"])
def test_a_name_that_cannot_be_kept_is_none(peer, name):
    peer.claims = {"name": name}
    assert signed_in(peer).name == ""


def test_the_word_of_entra_for_a_verified_address_counts_P7(peer):
    peer.claims = {"email_verified": GONE, "xms_edov": True}
    assert signed_in(peer).address == "ann@acme.example"


def test_whatever_came_is_shown_in_short_lines_P6(peer):
    peer.claims = {
        "groups": ["a", "\u202eb"], "deep": {"in": [1]}, "long": "x" * 9000,
        "many": list(range(90)), "bad\n": "\ud800",
    }  # fmt: skip
    said = signed_in(peer).said
    assert said["groups"] == ["a", "b"]
    assert said["deep"] == ['{"in": [1]}']
    assert (len(said["long"][0]), len(said["many"])) == (300, 60)
    assert all(text.encode() is not None for texts in said.values() for text in texts)


def test_answers_may_come_without_an_issuer_where_none_was_promised_P7(peer):
    peer.says = {"authorization_response_iss_parameter_supported": GONE}
    peer.parameters = {"iss": GONE}
    assert signed_in(peer).subject == "ann-1"
