"""What proves a domain: name servers and start pages that a test sets."""

import ssl

import pytest
import trustme

from tests.peers import name_server, start_page
from workspaces.change import Actor, Right
from workspaces.models import ActorKind
from workspaces.operations.sso.proving.looking import SIGN, Look, look_at, record_of, tag_of

NAME, WORD = "acme.example", "wordOfAcme"


@pytest.fixture(scope="session")
def _dnsmasq(tmp_path_factory):
    with name_server.running(tmp_path_factory.mktemp("dnsmasq")) as server:
        yield server


@pytest.fixture
def names(_dnsmasq, settings):
    """A name server that the console asks; `names.knows(…)` sets its records."""
    settings.DNS_RESOLVERS = [("127.0.0.1", _dnsmasq.port)]
    settings.OUTSIDE_SECONDS = 2.0
    _dnsmasq.knows()
    return _dnsmasq


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture
def certificate(authority, monkeypatch, tmp_path):
    """A certificate that the console trusts, for acme.example and www.acme.example."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return served_with(authority, NAME, f"www.{NAME}")


def served_with(authority, *hosts):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*hosts).configure_cert(context)
    return context


@pytest.fixture
def site(names, certificate, settings):
    """The start page of acme.example, over TLS; a test sets what it answers."""
    names.knows(f"host-record={NAME},127.0.0.1", f"host-record=www.{NAME},127.0.0.1")
    with start_page.serving(start_page.shows(page()), certificate) as site:
        settings.LOOPBACK_PAGES = f"https:{site.port}"
        yield site


@pytest.fixture
def acting(world):
    """Let somebody of acme act as whoever administers it, whether they still may or not."""

    def act(name, *, proved=True):
        member = world.member(name)
        right = Right(member, "administer")
        return Actor(ActorKind.USER, member.user.email, member.user, right=right, proved=proved)

    return act


def page(head="", body="Welcome"):
    return f"<!doctype html><html><head><title>Acme</title>{head}</head><body>{body}</body></html>"


def txt(word, name=NAME):
    """Return the line by which dnsmasq serves the record with a word."""
    return f'txt-record={name},"{record_of(word)}"'


__all__ = [
    "NAME", "SIGN", "WORD", "Look", "look_at", "page", "record_of", "served_with", "tag_of", "txt",
]  # fmt: skip
