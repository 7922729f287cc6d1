"""Providers are asked at public addresses by https alone, within a time, up to a size (P6)."""

import time

import pytest
import trustme

from tests.peers.name_server import changing_its_mind
from tests.peers.start_page import leads_to, serving, shows
from tests.workspaces.sso.conftest import NAME, served_with
from workspaces.operations.sso.network.outside import (
    MOST_BYTES,
    Answer,
    Unreached,
    Why,
    get,
    post_form,
)

INSIDE = [
    "10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "0.0.0.1", "::1",
    "100.64.0.1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1",
]  # fmt: skip


@pytest.fixture
def nothing_is_connected_to(monkeypatch):
    monkeypatch.setattr("httpcore.ConnectionPool", None)


def why_not(url):
    with pytest.raises(Unreached) as caught:
        get(url)
    return caught.value.why


@pytest.fixture
def here(authority, certificate, settings):
    """A server of this machine, over TLS, by the name localhost."""
    settings.LOOPBACK_PROVIDERS, settings.OUTSIDE_SECONDS = True, 2.0
    with serving(shows("hello"), served_with(authority, "localhost", "127.0.0.1")) as site:
        yield site


def test_a_provider_is_asked_at_any_port_P6(here):
    assert get(f"https://localhost:{here.port}/a?b=c") == Answer(200, b"hello")
    assert here.asked == [(f"localhost:{here.port}", "/a?b=c")]


def test_no_redirect_is_followed_P6(here):
    here.answer = leads_to("/other")
    assert get(f"https://localhost:{here.port}/").status == 302
    assert len(here.asked) == 1


def test_a_certificate_of_others_is_not_trusted_P6(settings, certificate):
    settings.LOOPBACK_PROVIDERS, settings.OUTSIDE_SECONDS = True, 2.0
    with serving(shows("hello"), served_with(trustme.CA(), "localhost")) as site:
        assert why_not(f"https://localhost:{site.port}/") == Why.UNTRUSTED
        assert site.asked == []


@pytest.mark.parametrize("more", [0, 1])
def test_an_answer_is_read_up_to_its_size_P6(here, more):
    here.answer = shows("x" * (MOST_BYTES + more))
    if more:
        assert why_not(f"https://localhost:{here.port}/") == Why.ENDLESS
    else:
        assert len(get(f"https://localhost:{here.port}/").body) == MOST_BYTES


def test_an_answer_is_waited_for_up_to_its_time_P6(here, settings):
    settings.OUTSIDE_SECONDS = 0.6

    def slowly(handler):
        handler.send_response(200)
        handler.end_headers()
        for _ in range(20):
            time.sleep(0.1)
            handler.wfile.write(b"x")

    here.answer = slowly
    began = time.monotonic()
    assert why_not(f"https://localhost:{here.port}/") == Why.SILENT
    assert time.monotonic() - began < 1.8


@pytest.mark.parametrize("address", INSIDE)
def test_no_provider_is_in_a_network_of_ours_P6(names, settings, nothing_is_connected_to, address):
    settings.LOOPBACK_PROVIDERS = False
    names.knows(f"host-record={NAME},{address}", f"host-record={NAME},8.8.8.8")
    assert why_not(f"https://{NAME}/keys") == Why.INSIDE
    host = f"[{address}]" if ":" in address else address
    assert why_not(f"https://{host}:8443/keys") == Why.INSIDE


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "nobody.example"])
def test_other_ways_to_write_this_machine_lead_nowhere_P6(
    names, settings, nothing_is_connected_to, host
):
    settings.LOOPBACK_PROVIDERS = False
    assert why_not(f"https://{host}/") in {Why.NOWHERE, Why.SILENT, Why.INSIDE}


def test_in_development_a_name_for_this_machine_is_none_of_it_P6(names, nothing_is_connected_to):
    names.knows(f"host-record={NAME},127.0.0.1")
    assert why_not(f"https://{NAME}/") == Why.INSIDE
    assert why_not(f"http://{NAME}/") == Why.UNFIT


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "/keys", "http://acme.example/", "ftp://acme.example/", "file:///etc/passwd",
        "https://", "https://ann@acme.example/", "https://acme.example/#x",
        "https://acme.example:x", "https://acme.example/a b", "https://acme.example/\r\nX: y", "https://acme.example/\u00e9",
        "https://\u0430cme.example/", "https://[::1", "https://acme.example/" + "x" * 2000,
        "http://127.0.0.2/", "http://[::ffff:127.0.0.1]/", "HTTP://10.0.0.1/",
    ],
    ids=lambda part: ascii(part)[:40],
)  # fmt: skip
def test_what_is_no_https_address_is_not_asked_P6(names, nothing_is_connected_to, url):
    assert why_not(url) == Why.UNFIT


def test_a_provider_that_changes_its_mind_leads_nowhere_else_P6(settings):
    """What was not looked at is not connected to, whatever the name says a moment later."""
    with (
        serving(shows("inside"), host="127.0.0.2") as inside,
        changing_its_mind(["10.0.0.1", "127.0.0.2"]) as (port, asked),
    ):
        settings.DNS_RESOLVERS, settings.OUTSIDE_SECONDS = [("127.0.0.1", port)], 2.0
        assert why_not(f"https://{NAME}:{inside.port}/") == Why.INSIDE
        assert (asked, inside.asked) == (["10.0.0.1"], [])


def test_a_client_is_named_in_a_header_as_oauth_quotes_it_P6(settings):
    heard = []

    def answer(handler):
        length = int(handler.headers["Content-Length"])
        heard.append((handler.headers["Authorization"], handler.rfile.read(length)))
        shows("{}")(handler)

    settings.OUTSIDE_SECONDS = 2.0
    with serving(answer) as site:
        url = f"http://127.0.0.1:{site.port}/token"
        assert post_form(url, {"code": "a&b"}, ("a:b", "c d%")).status == 200
    assert heard == [("Basic YSUzQWI6YytkJTI1", b"code=a%26b")]
