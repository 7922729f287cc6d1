"""A token that may ask, and a caller that sends JSON with it."""

import json
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.web import cache
from tests.peers.called import asked
from tests.world import SYSTEM
from workspaces.catalogue import DECISION_READER, Scope
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

DECIDES = Terms(DECISION_READER, Scope.ALL)


def secret_for(workspace, *roles, name="gateway", **options):
    """Make a token with roles on everything; return its secret."""
    policy = [Terms(role, Scope.ALL) for role in roles]
    return tokens.create(workspace, name, policy=policy, **{"by": SYSTEM, **options})[1]


@pytest.fixture
def secret(world):
    return secret_for(world.workspace, DECISION_READER)


@pytest.fixture
def served(world):
    """The application, on the connection of the test: as Django's own test client serves it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def ask(secret):
    """Post a body to an address of the decision API, by the way on which the server in front
    calls the site; the answer as status and JSON."""

    def post(path, body, *, bearer=secret, **headers):
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        sent = text.encode() if isinstance(text, str) else text
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        told = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        told = {"CONTENT_TYPE": told.pop("HTTP_CONTENT_TYPE", "application/json"), **told}
        answer = asked(f"/access/v1/{path}", method="POST", body=sent, **told)
        return answer["status"], json.loads(answer["body"])

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


@pytest.fixture
def unlimited(monkeypatch):
    """Let each call of a token be the first one in its minute."""
    monkeypatch.setattr(cache, "count", lambda *_: 1)


class Directory:
    """Calls the SCIM interface with a token, as an identity provider does."""

    MEDIA_TYPE = "application/scim+json"

    def __init__(self, client, secret):
        self.client, self.secret = client, secret

    def __call__(self, method, path, body=None, *, content_type=MEDIA_TYPE, **headers):
        if self.secret:
            headers = {"Authorization": f"Bearer {self.secret}"} | headers
        sent = {} if body is None else {"content_type": content_type, "data": self._text(body)}
        answer = self.client.generic(method, f"/scim/v2{path}", headers=headers, **sent)
        assert answer.headers["Content-Type"] == self.MEDIA_TYPE
        return answer

    def _text(self, body):
        return body if isinstance(body, str | bytes) else json.dumps(body)

    def ok(self, method, path, body=None, *, status=200):
        answer = self(method, path, body)
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    def error(self, method, path, body=None, *, status, scim_type=None, **options):
        answer = self(method, path, body, **options)
        assert answer.status_code == status, answer.content
        said = answer.json()
        assert said["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
        assert (said["status"], said.get("scimType")) == (str(status), scim_type)
        assert said["detail"]
        return said

    def found(self, path, text, **query):
        """Return the resources that a filter finds."""
        answer = self.ok("GET", f"{path}?{urlencode({'filter': text, **query})}")
        assert answer["totalResults"] == len(answer["Resources"])
        return answer["Resources"]

    def patch(self, path, *operations, status=200):
        message = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
        return self.ok(
            "PATCH", path, {"schemas": [message], "Operations": list(operations)}, status=status
        )


@pytest.fixture
def scim(client, world):
    """A directory that provisions acme."""
    return Directory(client, secret_for(world.workspace, name="directory", kind="scim"))


def labelled(*labels, role="source-read-only", ident="acme"):
    places = [dict(zip(("key", "value"), label.split(":"), strict=True)) for label in labels]
    return {"roleId": role, "resources": [{"id": ident, "type": "WORKSPACE", "labels": places}]}
