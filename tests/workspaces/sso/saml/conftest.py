"""A provider, what is trusted of it, and one way to read its answers."""

from datetime import UTC, datetime

import pytest

from tests.peers.saml_provider import Provider, made_key
from workspaces.operations.sso.saml import answers
from workspaces.operations.sso.saml.ours import Ours
from workspaces.operations.sso.saml.trust import SamlTrust

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ASKED = "_0a1b2c3d"
OURS = Ours("https://console.example/saml/c1", "https://console.example/saml/c1/answer")
PROVIDER = Provider(OURS.entity_id, OURS.acs_url, made_key("provider"))
TRUST = SamlTrust(PROVIDER.issuer, PROVIDER.sign_in_url, (PROVIDER.key.certificate,))


def read(answer, *, asked=ASKED, trust=TRUST, now=NOW):
    return answers.read(answer, trust, OURS, asked=asked, now=now)


@pytest.fixture(scope="session")
def good():
    return PROVIDER.answer(NOW, ASKED)
