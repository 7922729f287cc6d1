"""However tokens and answers are mangled, what is not right is refused in words (P6, P7, P10)."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings as given_by, strategies as some

from tests.peers.openid_provider import as_json
from tests.peers.tokens import b64
from tests.workspaces.sso.openid.conftest import browse, read, trust_in
from workspaces.errors import Refused
from workspaces.operations.sso.openid.keys import key_of
from workspaces.operations.sso.openid.logout import read_logout
from workspaces.operations.sso.openid.provider import clean_trust, discover, read_provider
from workspaces.operations.sso.openid.signed import signed_by
from workspaces.operations.sso.vouched import Unvouched

pytestmark = pytest.mark.any_database

fixtures = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
many = given_by(max_examples=150, deadline=None, suppress_health_check=fixtures)
few = given_by(max_examples=50, deadline=None, suppress_health_check=fixtures)
CLAIMS = ("iss", "aud", "azp", "exp", "iat", "nbf", "sub", "sid", "nonce", "auth_time", "at_hash",
          "email", "email_verified", "xms_edov", "name", "events", "jti")  # fmt: skip
HEAD = ("alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c", "cty", "zip", "enc")
KEY = ("kty", "crv", "x", "y", "n", "e", "d", "k", "use", "alg", "key_ops", "kid", "x5c")
SAYS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint",
        "response_types_supported", "id_token_signing_alg_values_supported",
        "code_challenge_methods_supported", "token_endpoint_auth_methods_supported")  # fmt: skip
words = some.text(some.characters(codec=None), max_size=20)
values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | words,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


def some_of(names):
    return some.dictionaries(some.sampled_from(names), values, max_size=4)


@many
@given(data=some.data())
def test_of_a_mangled_token_nothing_is_believed_P7(peer, data):
    """Letters that are changed, lost or put in; only the untouched text is the token."""
    good = peer.key.token({"iss": peer.issuer, "sub": "ann-1"})
    at = data.draw(some.integers(0, len(good)))
    cut = data.draw(some.integers(0, 5))
    mangled = good[:at] + data.draw(words) + good[at + cut :]
    provider = read_provider(peer.issuer)
    try:
        found = signed_by(provider, mangled)
    except Unvouched:
        return
    assert found.claims == {"iss": peer.issuer, "sub": "ann-1"}


@many
@given(head=some_of(HEAD), payload=some.binary(max_size=60) | words, signature=some.binary())
def test_of_a_made_up_token_nothing_is_believed_P7(peer, head, payload, signature):
    text = payload.encode(errors="surrogatepass") if isinstance(payload, str) else payload
    for shown in ({"alg": "ES256", "kid": "one", **head}, head):
        token = f"{b64(shown)}.{b64(text)}.{b64(signature)}"
        with suppress(Unvouched):
            raise AssertionError(signed_by(read_provider(peer.issuer), token))


@few
@given(claims=some_of(CLAIMS), head=some_of(HEAD))
def test_an_answer_of_made_up_claims_is_a_person_or_refused_P7(peer, claims, head):
    peer.claims = claims
    peer.token = lambda made: peer.key.token(made, **head)
    asked, query = browse(peer)
    with suppress(Unvouched):
        vouched = read(peer, asked, query)
        assert vouched.address.isascii()
        assert (vouched.subject + vouched.session_id + vouched.name).isprintable()
        assert vouched.said


@few
@given(given_token=values, person=values)
def test_made_up_answers_of_endpoints_are_refused_P7(peer, given_token, person):
    peer.claims = {"email": None}
    peer.answers["/userinfo"] = as_json(person)
    asked, query = browse(peer)
    with suppress(Unvouched):
        raise AssertionError(read(peer, asked, query))
    peer.answers["/token"] = as_json(given_token)
    asked, query = browse(peer)
    with suppress(Unvouched):
        raise AssertionError(read(peer, asked, query))
    del peer.answers["/token"]


@many
@given(claims=some_of(CLAIMS), head=some_of(HEAD))
def test_a_logout_token_of_made_up_claims_ends_nothing_P10(peer, claims, head):
    proper = {"iss": peer.issuer, "aud": "gatehouse", "iat": datetime.now(UTC).timestamp()}
    token = peer.key.token({**proper, **claims}, **head)
    with suppress(Unvouched):
        raise AssertionError(
            read_logout(token, read_provider(peer.issuer), trust_in(peer), now=datetime.now(UTC))
        )


@few
@given(says=some_of(SAYS))
def test_a_made_up_description_is_refused_or_of_the_issuer_P6(peer, says):
    peer.says = says
    with suppress(Refused):
        assert discover(peer.issuer).issuer == peer.issuer


@few
@given(changes=some_of(KEY), other=values, algorithm=some.sampled_from(["ES256", "RS256", "EdDSA"]))
def test_made_up_keys_are_none_or_fit_P7(peer, changes, other, algorithm):
    peer.keys = [other, peer.key.published(**changes)]
    url = f"{peer.issuer}/keys?{len(peer.asked)}"
    found = key_of(url, "one", algorithm)
    assert found is None or (found.key_type == "EC" and algorithm == "ES256")


@many
@given(issuer=words, client=words, secret=words, start=some.sampled_from(["", "https://"]))
def test_made_up_trust_is_refused_or_plain_P6(issuer, client, secret, start):
    with suppress(Refused):
        trust = clean_trust(start + issuer, client, secret)
        assert (trust.issuer + trust.client_id + trust.client_secret).isascii()
