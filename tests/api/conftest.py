"""A token that may ask, and a caller that sends JSON with it."""

import json

import pytest

from tests.world import SYSTEM
from workspaces.catalogue import DECISION_READER, Scope
from workspaces.operations import tokens
from workspaces.operations.grants import NewGrant

DECIDES = NewGrant(DECISION_READER, Scope.ALL)


def secret_for(workspace, *roles, name="gateway", **options):
    """Make a token with roles on everything; return its secret."""
    policy = [NewGrant(role, Scope.ALL) for role in roles]
    return tokens.create(workspace, name, policy=policy, by=SYSTEM, **options)[1]


@pytest.fixture
def secret(world):
    return secret_for(world.workspace, DECISION_READER)


@pytest.fixture
def ask(client, secret):
    """Post a body to an address of the decision API; the answer as status and JSON."""

    def post(path, body, *, bearer=secret, **headers):
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        answer = client.post(
            f"/access/v1/{path}", text, content_type="application/json", headers=headers
        )
        return answer.status_code, answer.json()

    return post


class Caller:
    """Calls the Public API with a token, as the official client does."""

    def __init__(self, client, secret):
        self.client, self.secret = client, secret

    def __call__(self, method, path, body=None, **headers):
        headers = {"Authorization": f"Bearer {self.secret}", "Accept": "application/json"} | headers
        sent = {} if body is None else {"data": json.dumps(body)}
        return self.client.generic(
            method, f"/api{path}", content_type="application/json", headers=headers, **sent
        )

    def data(self, method, path, body=None, *, status=200):
        answer = self(method, path, body)
        assert answer.status_code == status, answer.content
        assert set(answer.json()) == {"data"}
        return answer.json()["data"]

    def error(self, method, path, body=None, *, status):
        answer = self(method, path, body)
        assert answer.status_code == status, answer.content
        assert set(answer.json()) == {"errors"}
        first = answer.json()["errors"][0]
        assert first["status"] == status
        return first


@pytest.fixture
def call(client, world):
    """The token of an owner."""
    return Caller(client, secret_for(world.workspace, "workspace-owner", name="owner"))


@pytest.fixture
def call_as(client, world):
    return lambda *roles: Caller(client, secret_for(world.workspace, *roles, name=roles[0]))


def labelled(*labels, role="source-read-only", ident="acme"):
    places = [dict(zip(("key", "value"), label.split(":"), strict=True)) for label in labels]
    return {"roleId": role, "resources": [{"id": ident, "type": "WORKSPACE", "labels": places}]}
