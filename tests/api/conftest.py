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
