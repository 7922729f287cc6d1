"""A logout token ends sessions where the provider made it, for us, lately (P10)."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.peers.openid_provider import CLIENT, GONE, SECRET, changed
from tests.peers.tokens import by_secret, elliptic, unsigned
from tests.workspaces.sso.openid.conftest import trust_in
from workspaces.operations.sso.openid.logout import EVENT, read_logout
from workspaces.operations.sso.openid.provider import discover
from workspaces.operations.sso.vouched import Unvouched

pytestmark = pytest.mark.any_database


def claims_of(peer, **changes):
    now = int(time.time())
    proper = {
        "iss": peer.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": "logout-1",
        "sub": "ann-1", "sid": "session-1", "events": {EVENT: {}},
    }  # fmt: skip
    return changed(proper, changes)


def read(peer, token, now=None):
    now = now or datetime.now(UTC)
    return read_logout(token, discover(peer.issuer), trust_in(peer), now=now)


def refused(peer, token, now=None):
    with pytest.raises(Unvouched) as caught:
        read(peer, token, now)
    return caught.value.raw


@pytest.mark.parametrize("kind", ["logout+jwt", "LOGOUT+JWT", "JWT", None])
def test_a_good_token_names_a_subject_and_a_session_P10(peer, kind):
    found = read(peer, peer.key.token(claims_of(peer), typ=kind))
    assert (found.subject, found.session_id) == ("ann-1", "session-1")
    assert found.token_id == "logout-1"
    assert datetime.now(UTC) < found.ends


@pytest.mark.parametrize("gone", ["sub", "sid", "exp"])
def test_one_of_the_two_is_enough_P10(peer, gone):
    found = read(peer, peer.key.token(claims_of(peer, **{gone: GONE})))
    assert found.subject or found.session_id


def test_once_its_end_is_over_a_token_is_refused_for_its_age_P10(peer):
    for end in ({}, {"exp": GONE}, {"exp": int(time.time()) + 10**6}):
        token = peer.key.token(claims_of(peer, **end))
        ends = read(peer, token).ends
        assert refused(peer, token, ends)


UNFIT = [
    ("iss", "https://other.example"), ("iss", GONE), ("aud", "other"), ("aud", GONE),
    ("aud", [CLIENT, "other"]), ("iat", GONE), ("iat", "x"), ("iat", 10**12), ("iat", 0),
    ("exp", 1), ("exp", "x"), ("jti", GONE), ("jti", ""), ("jti", 7), ("jti", "x" * 256),
    ("events", GONE), ("events", {}), ("events", [EVENT]), ("events", EVENT),
    ("events", {EVENT: None}), ("events", {"http://other.example": {}}),
    ("nonce", "x"), ("nonce", None), ("sub", 7), ("sid", ["x"]), ("sub", "x" * 256),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), UNFIT, ids=lambda part: ascii(part)[:30])
def test_an_unfit_token_ends_nothing_P10(peer, name, value):
    assert refused(peer, peer.key.token(claims_of(peer, **{name: value})))


def test_a_token_that_names_nobody_ends_nothing_P10(peer):
    for changes in ({"sub": GONE, "sid": GONE}, {"sub": "", "sid": ""}):
        assert "neither" in refused(peer, peer.key.token(claims_of(peer, **changes)))


def test_a_token_of_the_future_ends_nothing_P10(peer):
    token = peer.key.token(claims_of(peer))
    assert "future" in refused(peer, token, datetime.now(UTC) - timedelta(minutes=5))


def test_a_token_that_others_signed_ends_nothing_P10(peer):
    claims = claims_of(peer)
    for token in (
        unsigned(claims), by_secret(claims, SECRET.encode()), elliptic().token(claims), "", "a.b.c",
        peer.key.token(claims, typ="at+jwt"), peer.key.token(claims, typ=["logout+jwt"]),
    ):  # fmt: skip
        assert refused(peer, token)


def test_an_id_token_is_no_logout_token_P10(peer):
    claims = peer.proper_claims({"nonce": "x"})
    assert "events" in refused(peer, peer.key.token(claims))
