"""Acme's people sign in by a provider: a program on this machine that says what a test wants."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.core.cache import cache
from django.test import Client

from tests.peers import openid_provider
from tests.peers.openid_provider import CLIENT, SECRET, OpenIdProvider
from tests.world import SYSTEM, World
from workspaces.models import ConnectionKind, ConnectionState, SsoConnection
from workspaces.operations.sso import connections
from workspaces.operations.sso.openid.provider import OpenIdTrust
from workspaces.operations.sso.proving import domains


@dataclass
class Company:
    """Acme with its proved domain, and one active connection to its provider."""

    world: World
    provider: OpenIdProvider
    connection: SsoConnection

    def names(self, email: str, sub: str | None = None, **more: Any) -> None:
        """Let the provider name another person from now on."""
        self.provider.claims = {"email": email, "sub": sub or f"id of {email}", **more}

    def to_provider(self, client: Client, path: str = "") -> str:
        """Begin at a page of ours and come back from the provider; return where one arrives."""
        answer = client.get(path or self.connection.url("start"))
        assert answer.status_code == 302, answer.status_code
        there = httpx.get(answer["Location"])
        back = urlsplit(there.headers["Location"])
        return f"{back.path}?{back.query}"

    def enters(self, client: Client, email: str = "", path: str = "", **more: Any) -> Any:
        """Sign somebody in by the provider; return our answer to what came."""
        if email:
            self.names(email, **more)
        return client.get(self.to_provider(client, path))


@pytest.fixture
def provider(settings):
    settings.LOOPBACK_PROVIDERS = True
    settings.OUTSIDE_SECONDS = 5.0
    cache.clear()
    with openid_provider.running() as running:
        yield running


def connected(workspace, provider, name="Okta"):
    """Return an active connection of a workspace to a provider."""
    trust = OpenIdTrust(provider.issuer, CLIENT, SECRET)
    draft = connections.add(workspace, name, ConnectionKind.OPENID, trust, by=SYSTEM)
    return connections.switch(draft, ConnectionState.ACTIVE, untested=True, by=SYSTEM)


@pytest.fixture
def company(world, provider):
    domains.prove_by_operator(world.workspace, "example.org", by=SYSTEM)
    return Company(world, provider, connected(world.workspace, provider))
