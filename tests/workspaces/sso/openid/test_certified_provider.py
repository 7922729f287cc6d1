"""A provider that others have written and certified is understood as it is (P7, P9, P10)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest
from django.core.cache import cache
from django.http import QueryDict

from tests.peers import node_provider
from tests.peers.openid_provider import CLIENT, SECRET
from tests.peers.start_page import serving, shows
from tests.workspaces.sso.openid.conftest import CALLBACK, trust_in
from workspaces.operations.sso.openid import answers
from workspaces.operations.sso.openid.asking import ask
from workspaces.operations.sso.openid.logout import read_logout
from workspaces.operations.sso.openid.provider import read_provider
from workspaces.operations.sso.vouched import Unvouched

pytestmark = pytest.mark.any_database

PEOPLE = {
    "ann-1": {"email": "Ann@acme.example", "email_verified": True, "name": "Ann Acme"},
    "bo-1": {"email": "bo@acme.example", "email_verified": False, "name": "Bo"},
}


@pytest.fixture
def heard():
    """What the provider tells the console behind the browser's back."""
    return []


@pytest.fixture
def logout_url(heard):
    def answer(handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        heard.extend(parse_qs(body)["logout_token"])
        shows("")(handler)

    with serving(answer) as site:
        yield f"http://127.0.0.1:{site.port}/logout"


@pytest.fixture
def node(db, settings, logout_url):
    settings.LOOPBACK_PROVIDERS, settings.OUTSIDE_SECONDS = True, 10.0
    cache.clear()
    with node_provider.running(
        CALLBACK, PEOPLE, client=CLIENT, secret=SECRET, backchannel_logout_uri=logout_url,
        backchannel_logout_session_required=True,
    ) as provider:  # fmt: skip
        yield provider


@pytest.fixture
def browser():
    with httpx.Client(timeout=30) as client:
        yield client


def signed_in(node, browser, login, *, force=False, force_since=None):
    provider, trust = read_provider(node.issuer), trust_in(node)
    asked = ask(provider, trust, CALLBACK, force=force)
    back = QueryDict(node.sign_in(browser, asked.url, login).partition("?")[2])
    now = datetime.now(UTC)
    return answers.read(back, asked, provider, trust, CALLBACK, now=now, force_since=force_since)


def test_a_person_signs_in_at_a_certified_provider_P7(node, browser):
    vouched = signed_in(node, browser, "ann-1")
    assert (vouched.issuer, vouched.subject) == (node.issuer, "ann-1")
    assert (vouched.address, vouched.name) == ("ann@acme.example", "Ann Acme")
    assert vouched.session_id


def test_an_unverified_address_of_a_certified_provider_is_refused_P7(node, browser):
    with pytest.raises(Unvouched, match="email_verified is false"):
        signed_in(node, browser, "bo-1")


def test_a_certified_provider_asks_again_where_a_fresh_proof_is_wanted_P9(node, browser):
    signed_in(node, browser, "ann-1")
    since = datetime.now(UTC)
    with pytest.raises(Unvouched, match="auth_time"):
        signed_in(node, browser, "nobody-types-this", force_since=since + timedelta(minutes=2))
    vouched = signed_in(node, browser, "ann-1", force=True, force_since=since)
    assert vouched.authenticated_at >= since - timedelta(seconds=2)


def test_a_certified_provider_tells_of_a_sign_out_P10(node, browser, heard):
    vouched = signed_in(node, browser, "ann-1")
    node.sign_out(browser)
    (token,) = heard
    provider, trust = read_provider(node.issuer), trust_in(node)
    found = read_logout(token, provider, trust, now=datetime.now(UTC))
    assert (found.subject, found.session_id) == (vouched.subject, vouched.session_id)
    assert found.token_id
