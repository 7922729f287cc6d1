"""Northwind with its proved domain, and providers that others wrote and that run beside it.

They have another address than the site, so that a browser takes them for another site: cookies
stay behind as they do out there.
"""

from dataclasses import dataclass, field

import pytest

from tests.browser.conftest import MEMBER, OWNER
from tests.peers import node_provider, simplesamlphp
from tests.peers.openid_provider import CLIENT, SECRET
from tests.world import SYSTEM
from workspaces.models import ConnectionKind, ConnectionState, SsoConnection, Workspace
from workspaces.operations.sso import connections, places
from workspaces.operations.sso.openid.provider import OpenIdTrust
from workspaces.operations.sso.proving import domains
from workspaces.operations.sso.saml.metadata import read_metadata

ELSEWHERE = "sol@elsewhere.example"
PEOPLE = {"greta": MEMBER, "mara": OWNER, "nell": "nell.new@northwind.test", "sol": ELSEWHERE}


@dataclass
class BySaml:
    """A connection to a SimpleSAMLphp, and how a person signs in there."""

    provider: simplesamlphp.SimpleSaml
    connection: SsoConnection

    def sign_in(self, page, name):
        page.locator("[name=username]").fill(name)
        page.locator("[name=password]").fill(simplesamlphp.PASSWORD)
        page.keyboard.press("Enter")


@dataclass
class ByOpenId:
    """A connection to an `oidc-provider`, and how a person signs in there."""

    connection: SsoConnection
    agreed: set[str] = field(default_factory=set)  # whoever did is not asked again

    def sign_in(self, page, name):
        page.locator("[name=login]").fill(name)
        page.locator("[name=password]").fill("any")
        page.keyboard.press("Enter")
        if name not in self.agreed:
            self.agreed.add(name)
            page.get_by_role("button", name="Continue").click()


@pytest.fixture
def northwind(demo, live_server, settings):
    settings.SITE_URL = live_server.url
    settings.LOOPBACK_PROVIDERS, settings.OUTSIDE_SECONDS = True, 5.0
    workspace = Workspace.objects.get(slug="northwind")
    domains.prove_by_operator(workspace, "northwind.test", by=SYSTEM)
    return workspace


def trusting(connection, trust):
    """Let a connection trust a provider and be active, by the operator's word."""
    wanted = connections.trust(connection, trust, by=SYSTEM)
    return connections.switch(wanted, ConnectionState.ACTIVE, untested=True, by=SYSTEM)


@pytest.fixture
def simplesaml(tmp_path):
    with simplesamlphp.running(tmp_path, PEOPLE) as provider:
        yield provider


@pytest.fixture
def by_saml(northwind, simplesaml):
    draft = connections.add(northwind, "SimpleSAMLphp", ConnectionKind.SAML, None, by=SYSTEM)
    ours = places.saml_of(draft)
    simplesaml.knows({ours.entity_id: ours.acs_url})
    return BySaml(simplesaml, trusting(draft, read_metadata(simplesaml.metadata)))


@pytest.fixture
def by_openid(northwind):
    draft = connections.add(northwind, "Node", ConnectionKind.OPENID, None, by=SYSTEM)
    people = {
        name: {"email": email, "email_verified": True, "name": name.title()}
        for name, email in PEOPLE.items()
    }
    callback = places.of(draft, "callback")
    with node_provider.running(callback, people, client=CLIENT, secret=SECRET) as provider:
        yield ByOpenId(trusting(draft, OpenIdTrust(provider.issuer, CLIENT, SECRET)))
