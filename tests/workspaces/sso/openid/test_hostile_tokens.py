"""No ID token but one the provider signed, for us and for now, says who somebody is (P7)."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.peers.openid_provider import CLIENT, GONE, SECRET
from tests.peers.tokens import b64, by_secret, elliptic, of_rsa, unsigned
from tests.workspaces.sso.openid.conftest import refusal_of, signed_in

pytestmark = pytest.mark.any_database

PEM = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def changed_payload(key, claims):
    head, _, signature = key.token(claims).split(".")
    return f"{head}.{b64({**claims, 'sub': 'boss'})}.{signature}"


def key_in_the_head(key, claims):
    own = elliptic(key.kid)
    return own.token(claims, jwk=own.published())


def nested(depth):
    return [nested(depth - 1)] if depth else 1


FORGED = {
    "alg none": lambda _key, claims: unsigned(claims),
    "alg none, signed": lambda key, claims: key.token(claims, alg="none"),
    "alg None": lambda key, claims: key.token(claims, alg="None"),
    "alg missing": lambda key, claims: key.token(claims, alg=None),
    "alg a list": lambda key, claims: key.token(claims, alg=["ES256"]),
    "alg not offered": lambda key, claims: of_rsa(key.kid).token(claims),
    "HS256 with the secret": lambda _key, claims: by_secret(claims, SECRET.encode()),
    "HS256 with the public key": lambda key, claims: by_secret(
        claims, key.private.public_key().public_bytes(*PEM)
    ),
    "foreign key": lambda key, claims: elliptic(key.kid).token(claims),
    "foreign kid": lambda _key, claims: elliptic("other").token(claims),
    "key in the head": key_in_the_head,
    "keys' address in the head": lambda _key, claims: elliptic("x").token(
        claims, jku="https://other.example/keys"
    ),
    "key of another type": lambda key, claims: of_rsa(key.kid).token(claims, alg="ES256"),
    "kid a number": lambda key, claims: key.token(claims, kid=7),
    "kid a path": lambda key, claims: key.token(claims, kid="../../etc/passwd"),
    "changed payload": changed_payload,
    "cut signature": lambda key, claims: key.token(claims)[:-10],
    "no signature": lambda key, claims: key.token(claims).rpartition(".")[0] + ".",
    "crit": lambda key, claims: key.token(claims, crit=["exp"]),
    "crit unknown": lambda key, claims: key.token(claims, crit=["x"], x=1),
    "payload as it is": lambda key, claims: key.token(claims, b64=False, crit=["b64"]),
    "not a JWT": lambda _key, _claims: "token",
    "empty": lambda _key, _claims: "",
    "JWE": lambda _key, _claims: f"{b64({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.a2V5.aXY.YQ.dGFn",
    "head no JSON": lambda _key, claims: f"{b64('x')}.{b64(claims)}.{b64('x')}",
    "head a list": lambda _key, claims: f"{b64('[]')}.{b64(claims)}.{b64('x')}",
    "head of depth": lambda _key, claims: f"{b64('[' * 9000)}.{b64(claims)}.{b64('x')}",
    "head endless": lambda key, claims: key.token(claims, x="x" * 5000),
    "payload of depth": lambda key, claims: key.token({**claims, "x": nested(50)}),
    "payload a list": lambda key, _claims: f"{key.token({}).split('.')[0]}.{b64('[]')}.{b64('x')}",
    "token endless": lambda key, claims: key.token({**claims, "x": "x" * 40_000}),
    "a line break behind": lambda key, claims: key.token(claims) + "\n",
    "as JSON": lambda _key, _claims: '{"payload": "", "signatures": []}',
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_token_that_is_not_signed_by_a_published_key_is_refused_P7(peer, forged):
    peer.token = lambda claims: FORGED[forged](peer.key, claims)
    assert refusal_of(peer)


YEARS = timedelta(days=3650).total_seconds()
MADE = [
    ("iss", "https://other.example"), ("iss", GONE), ("iss", None), ("iss", ["x"]),
    ("aud", "other"), ("aud", GONE), ("aud", []), ("aud", [CLIENT, "other"]), ("aud", [["x"]]),
    ("aud", {CLIENT: 1}), ("aud", CLIENT.upper()), ("aud", f"{CLIENT} "), ("aud", [CLIENT, CLIENT]),
    ("azp", "other"), ("azp", ""), ("azp", None),
    ("exp", GONE), ("exp", -61), ("exp", -YEARS), ("exp", "soon"), ("exp", None), ("exp", True),
    ("exp", float("inf")), ("exp", float("nan")), ("exp", 10**400), ("exp", [1]),
    ("iat", GONE), ("iat", 65), ("iat", YEARS), ("iat", "now"),
    ("nbf", 65), ("nbf", "later"), ("nbf", None),
    ("nonce", "other"), ("nonce", GONE), ("nonce", ""), ("nonce", None), ("nonce", ["x"]),
    ("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), ("at_hash", ""), ("at_hash", None),
    ("sub", GONE), ("sub", ""), ("sub", " "), ("sub", "x" * 256), ("sub", 7), ("sub", None),
    ("sub", "a\nb"), ("sub", "ann-1 "), ("sub", "\ud800"), ("sub", "a\u202eb"), ("sub", ["ann-1"]),
    ("sid", 7), ("sid", "x" * 256), ("sid", "a\x00"),
    ("auth_time", 65), ("auth_time", "x"), ("auth_time", -YEARS * 10), ("auth_time", 10**300),
]  # fmt: skip
TIMES = {"exp", "iat", "nbf", "auth_time"}


@pytest.mark.parametrize(("name", "value"), MADE, ids=lambda part: ascii(part)[:30])
def test_a_token_that_is_not_for_us_and_now_is_refused_P7(peer, name, value):
    number = isinstance(value, int | float) and not isinstance(value, bool)
    moment = number and name in TIMES and abs(value) <= YEARS * 10
    peer.claims = {name: int(time.time() + value) if moment else value}
    assert refusal_of(peer)


def test_several_audiences_that_are_all_ours_name_whom_it_was_made_for_P7(peer):
    peer.claims = {"aud": [CLIENT, CLIENT], "azp": CLIENT}
    assert signed_in(peer).subject == "ann-1"
    peer.claims = {"aud": [CLIENT, "other"], "azp": CLIENT}
    assert "for others" in refusal_of(peer)


@pytest.mark.parametrize(("name", "by"), [("exp", -50), ("iat", 50), ("nbf", 50)])
def test_clocks_may_differ_by_a_minute_P7(peer, name, by):
    peer.claims = {name: int(time.time()) + by}
    assert signed_in(peer).subject == "ann-1"


@pytest.mark.parametrize("hours", [-1, 1, 24 * 400])
def test_a_far_clock_is_not_believed_P7(peer, hours):
    assert refusal_of(peer, now=datetime.now(UTC) + timedelta(hours=hours))


UNVERIFIED = [
    {"email_verified": False}, {"email_verified": "true"}, {"email_verified": 1},
    {"email_verified": GONE}, {"email_verified": None}, {"email_verified": [True]},
    {"email_verified": False, "xms_edov": True}, {"email_verified": GONE, "xms_edov": "1"},
    {"email_verified": GONE, "xms_edov": False}, {"email_verified": GONE, "xms_edov": 1},
]  # fmt: skip


@pytest.mark.parametrize("claims", UNVERIFIED, ids=str)
def test_an_address_that_is_not_verified_is_nobodys_P7(peer, claims):
    peer.claims = claims
    assert "email_verified is" in refusal_of(peer)


@pytest.mark.parametrize(
    "address",
    [
        "ann", "ann@", "@acme.example", "ann@acme", "ann@@acme.example", "ann b@acme.example",
        "ann@acme.example,bo@acme.example", "Ann <ann@acme.example>", "ann@ac\u043ce.example",
        "\u0430nn@acme.example", "ann@acme.example\x00", "an\u212a@acme.example", "\ud800@a.ex",
        "x" * 5000 + "@acme.example", ["ann@acme.example"], {"a": 1}, 7, True,
    ],
    ids=lambda part: ascii(part)[:30],
)  # fmt: skip
def test_what_is_no_plain_address_is_nobodys_P7_XE4(peer, address):
    peer.claims = {"email": address}
    assert "email is" in refusal_of(peer)
