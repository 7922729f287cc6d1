"""A provider on this machine, and the way of a browser through it."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.http import QueryDict

from tests.peers import openid_provider
from tests.peers.openid_provider import CLIENT, SECRET, sent_back
from workspaces.operations.sso.openid import answers
from workspaces.operations.sso.openid.asking import ask
from workspaces.operations.sso.openid.provider import OpenIdTrust, discover
from workspaces.operations.sso.vouched import Unvouched

CALLBACK = "https://gatehouse.example/sign-in/back"


@pytest.fixture
def peer(db, settings):
    """A provider that says what is right, until a test changes it."""
    settings.LOOPBACK_PROVIDERS = True
    settings.OUTSIDE_SECONDS = 5.0
    cache.clear()
    with openid_provider.running() as provider:
        yield provider


def trust_in(peer, secret=SECRET):
    return OpenIdTrust(peer.issuer, CLIENT, secret)


def browse(peer, *, force=False, trust=None):
    """Walk a browser to the provider and back; return what it asked, and the query it brings."""
    asked = ask(discover(peer.issuer), trust or trust_in(peer), CALLBACK, force=force)
    return asked, QueryDict(sent_back(asked.url).partition("?")[2])


def read(peer, asked, query, *, now=None, trust=None, **more):
    """Read the answer a browser brings, as a console that knows the provider."""
    return answers.read(
        query, asked, discover(peer.issuer), trust or trust_in(peer), CALLBACK,
        now=now or datetime.now(UTC), **more,
    )  # fmt: skip


def signed_in(peer, **more):
    return read(peer, *browse(peer), **more)


def refusal_of(peer, **more):
    """Return the raw reason for which a whole sign-in is refused."""
    with pytest.raises(Unvouched) as caught:
        signed_in(peer, **more)
    assert caught.value.sentence
    return caught.value.raw
