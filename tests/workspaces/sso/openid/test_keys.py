"""Published keys are kept for all nodes, and read again at most once a minute (P7)."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection

from tests.peers.openid_provider import GONE, changed
from tests.peers.start_page import shows
from tests.peers.tokens import P256_BYTES, b64, b64_number, edwards, elliptic, of_rsa
from tests.workspaces.sso.openid.conftest import refusal_of, signed_in
from workspaces.operations.sso.openid.keys import key_of

pytestmark = pytest.mark.any_database


@pytest.fixture
def clock():
    with time_machine.travel(time.time(), tick=True) as clock:
        yield clock


def fetched(peer):
    return peer.asked.count("/keys")


def test_keys_are_read_once_for_many_P7(peer):
    for _ in range(3):
        signed_in(peer)
    assert fetched(peer) == 1


def test_keys_are_read_again_for_an_unknown_one_once_a_minute_P7(peer, clock):
    signed_in(peer)
    clock.shift(timedelta(seconds=61))
    peer.token = lambda claims: elliptic("unknown").token(claims)
    for _ in range(3):
        assert "no published key" in refusal_of(peer)
    assert fetched(peer) == 2
    clock.shift(timedelta(seconds=61))
    for _ in range(3):
        refusal_of(peer)
    assert fetched(peer) == 3


def test_a_new_key_counts_within_a_minute_and_an_old_one_no_more_P7(peer, clock):
    signed_in(peer)
    old, peer.key = peer.key, elliptic("two")
    assert "no published key" in refusal_of(peer)
    clock.shift(timedelta(seconds=61))
    assert signed_in(peer).subject == "ann-1"
    peer.token = old.token
    assert "no published key" in refusal_of(peer)


def test_a_key_that_is_withdrawn_counts_for_an_hour_at_most_P7(peer, clock):
    signed_in(peer)
    peer.keys = []
    assert signed_in(peer)
    clock.shift(timedelta(minutes=61))
    assert "no published key" in refusal_of(peer)


@pytest.mark.parametrize("answer", [shows("", 500), shows("<html>"), shows("[]"), shows("")])
def test_keys_that_cannot_be_read_are_tried_once_a_minute_P7(peer, clock, answer):
    peer.answers["/keys"] = answer
    for _ in range(3):
        assert "no published key" in refusal_of(peer)
    assert fetched(peer) == 1
    del peer.answers["/keys"]
    refusal_of(peer)
    clock.shift(timedelta(seconds=61))
    assert signed_in(peer).subject == "ann-1"


def test_keys_that_cannot_be_read_leave_those_that_are_known_P7(peer, clock):
    signed_in(peer)
    peer.answers["/keys"] = shows("", 500)
    clock.shift(timedelta(seconds=61))
    assert key_of(f"{peer.issuer}/keys", "unknown", "ES256") is None
    assert signed_in(peer).subject == "ann-1"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_read_keys_once_and_all_get_them_P7(peer):
    def ask(_number):
        try:
            return key_of(f"{peer.issuer}/keys", "one", "ES256")
        finally:
            connection.close()

    def slowly(handler):
        time.sleep(0.3)
        del peer.answers["/keys"]
        peer.answer(handler)(handler)
        peer.asked.pop()

    peer.answers["/keys"] = slowly
    with ThreadPoolExecutor(4) as threads:
        keys = list(threads.map(ask, range(4)))
    assert all(keys)
    assert fetched(peer) == 1


SMALL = pytest.mark.filterwarnings("ignore:Key size should be")
UNFIT = {
    "symmetric": lambda key: {"kty": "oct", "k": b64("x" * 32), "kid": key.kid},
    "for encryption": lambda key: key.published(use="enc"),
    "use of no text": lambda key: key.published(use=["sig"]),
    "to sign with": lambda key: key.published(key_ops=["sign"]),
    "uses of no list": lambda key: key.published(key_ops="verify"),
    "of another algorithm": lambda key: key.published(alg="ES384"),
    "of a symmetric one": lambda key: key.published(alg="HS256"),
    "on another curve": lambda key: key.published(crv="P-384"),
    "without a curve": lambda key: changed(key.published(), {"crv": GONE}),
    "not on its curve": lambda key: key.published(x=b64("x" * 32)),
    "with its private half": lambda key: key.published(
        d=b64_number(key.private.private_numbers().private_value, P256_BYTES)
    ),
    "without a type": lambda key: changed(key.published(), {"kty": GONE}),
    "of an unknown type": lambda key: key.published(kty="AKP"),
    "numbers of no text": lambda key: key.published(x=7),
    "of RSA": lambda key: of_rsa(key.kid).published(),
    "Edwards": lambda key: edwards(key.kid).published(),
    "no object": lambda _key: "key",
    "null": lambda _key: None,
}


@pytest.mark.parametrize("unfit", UNFIT)
def test_what_is_published_and_does_not_fit_is_no_key_P7(peer, unfit):
    peer.keys = [UNFIT[unfit](peer.key)]
    assert "no published key" in refusal_of(peer)
    cache.clear()
    peer.keys = [UNFIT[unfit](peer.key), peer.key.published()]
    assert signed_in(peer).subject == "ann-1"


@pytest.mark.parametrize("keys", [GONE, None, "x", {}, 7])
def test_what_is_no_list_of_keys_has_none_P7(peer, keys):
    peer.published = lambda: changed({"keys": []}, {"keys": keys})
    assert "no published key" in refusal_of(peer)


@SMALL
def test_a_short_key_is_none_P7(peer):
    peer.key = of_rsa(bits=1024)
    assert "no published key" in refusal_of(peer)


def test_two_keys_of_one_name_are_none_P7(peer):
    peer.keys = [peer.key.published(), elliptic(peer.key.kid).published()]
    assert "no published key" in refusal_of(peer)


def test_a_bare_key_may_sign_P7(peer):
    peer.keys = [changed(peer.key.published(), {"use": GONE, "alg": GONE})]
    assert signed_in(peer).subject == "ann-1"
