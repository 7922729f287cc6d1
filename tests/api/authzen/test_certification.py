"""The certification scenario of AuthZEN 1.0, with its literal names: Basic, Batch and Search
Core, and Discovery (openid/authzen, authorization-api-1_0-scenario).

Its fixture – `alice` and `bob`, `record-1` and `record-2`, `read`, `write` and `delete` – is a
workspace whose name map has those words.
"""

import json
from urllib.parse import urlsplit

import pytest

from tests.api.conftest import secret_for
from tests.world import SYSTEM
from workspaces.catalogue import DECISION_READER
from workspaces.operations.documents import load_document

FIXTURE = {
    "format": "gatehouse/workspace@1",
    "workspace": {"slug": "certified", "name": "Certified"},
    "resources": [
        {"type": "source", "slug": "first", "name": "The first record"},
        {"type": "source", "slug": "second", "name": "The second record"},
    ],
    "members": [
        {"email": "owner@example.org", "owner": True},
        {"email": "alice@example.org", "grants": [
            {"role": "source-admin", "scope": {"resources": ["source/first"]}},
        ]},
        {"email": "bob@example.org", "grants": [
            {"role": "source-read-only", "scope": {"all": True}},
        ]},
    ],
    "decision_names": {
        "types": {"record": "source"},
        "actions": {"write": "edit"},
        "subjects": {"alice": "alice@example.org", "bob": "bob@example.org"},
        "resources": {"record-1": "source/first", "record-2": "source/second"},
    },
}  # fmt: skip
EVALUATION, EVALUATIONS = "/access/v1/evaluation", "/access/v1/evaluations"
SUBJECTS, RESOURCES, ACTIONS = (
    f"/access/v1/search/{what}" for what in ("subject", "resource", "action")
)
ALICE, BOB = ({"type": "user", "id": name} for name in ("alice", "bob"))
READ, WRITE = ({"name": name} for name in ("read", "write"))
FIRST, SECOND = ({"type": "record", "id": name} for name in ("record-1", "record-2"))
ASKED = {"subject": ALICE, "action": READ, "resource": FIRST}
CONTEXT = {"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}


@pytest.fixture
def harness(client, db):
    """Post as the harness does; every answer of 200 is JSON."""
    secret = secret_for(load_document(FIXTURE, by=SYSTEM), DECISION_READER)

    def post(path, body, **headers):
        text = body if isinstance(body, str) else json.dumps(body)
        kind = headers.pop("content_type", "application/json")
        headers |= {"Authorization": f"Bearer {secret}"}
        answer = client.generic("POST", path, text, content_type=kind, headers=headers)
        if answer.status_code == 200:
            assert answer.headers["Content-Type"] == "application/json"
        return answer

    return post


def said(harness, path, body):
    answer = harness(path, body)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.parametrize(
    ("subject", "action", "decision"),
    [(ALICE, READ, True), (ALICE, WRITE, True), (BOB, READ, True), (BOB, WRITE, False)],
)
def test_the_four_decisions_of_basic_core(harness, subject, action, decision):
    body = {"subject": subject, "action": action, "resource": FIRST}
    for _ in range(3):
        assert said(harness, EVALUATION, body) == {"decision": decision}


@pytest.mark.parametrize("more", [
    {"context": CONTEXT},
    {"foo": "bar", "futureField": {"nested": True}},
    {
        "subject": ALICE | {"properties": {"department": "Sales", "role": "manager"}},
        "action": READ | {"properties": {"method": "GET"}},
        "resource": FIRST | {"properties": {"status": "active", "owner": "bob"}},
    },
])  # fmt: skip
def test_what_else_is_sent_changes_no_decision(harness, more):
    assert said(harness, EVALUATION, ASKED | more)["decision"] is True


@pytest.mark.parametrize("body", [
    *({key: value for key, value in ASKED.items() if key != left} for left in ASKED),
    ASKED | {"subject": {"id": "alice"}}, ASKED | {"subject": {"type": "user"}},
    ASKED | {"action": {}}, ASKED | {"resource": {"id": "record-1"}},
    ASKED | {"resource": {"type": "record"}}, ASKED | {"subject": "alice"},
    ASKED | {"action": {"name": 123}}, "", "{", '{"subject": ',
])  # fmt: skip
def test_what_is_malformed_is_400(harness, body):
    answer = harness(EVALUATION, body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/json")


@pytest.mark.parametrize("kind", [
    "text/plain", "application/xml", "application/x-www-form-urlencoded", "", "nonsense",
    "application/json-patch+json", "application/json; charset=utf-16",
    "application/json; charset=hex", "application/json; charset=latin-1",
])  # fmt: skip
@pytest.mark.parametrize("path", [EVALUATION, EVALUATIONS, SUBJECTS, RESOURCES, ACTIONS])
def test_another_content_type_is_400(harness, path, kind):
    assert harness(path, ASKED, content_type=kind).status_code == 400


@pytest.mark.parametrize("kind", [
    "application/json; charset=utf-8", 'application/json;charset="UTF-8"', "APPLICATION/JSON",
])  # fmt: skip
def test_json_in_utf8_is_taken_however_it_is_called(harness, kind):
    assert harness(EVALUATION, ASKED, content_type=kind).json() == {"decision": True}


def test_the_id_of_a_request_is_echoed(harness):
    answer = harness(EVALUATION, ASKED, **{"X-Request-ID": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"})
    assert answer.headers["X-Request-ID"] == "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"
    assert harness(EVALUATION, ASKED).status_code == 200


def decisions(harness, body):
    return [one["decision"] for one in said(harness, EVALUATIONS, body)["evaluations"]]


def test_batches(harness):
    two = [{"resource": FIRST}, {"resource": SECOND}]
    asked = {"subject": ALICE, "action": READ}
    assert len(decisions(harness, asked | {"evaluations": two})) == 2
    asked = {"subject": BOB, "resource": FIRST}
    by_action = [{"action": READ}, {"action": WRITE}]
    assert decisions(harness, asked | {"evaluations": by_action}) == [True, False]
    whole = [ASKED, {"subject": BOB, "action": WRITE, "resource": FIRST}]
    assert decisions(harness, {"evaluations": whole}) == [True, False]
    own = [{"resource": FIRST}, {"resource": SECOND, "context": {"source": "batch-override"}}]
    body = {"subject": ALICE, "action": READ, "context": CONTEXT, "evaluations": own}
    assert decisions(harness, body)[0] is True


def test_a_fault_in_a_batch_is_a_no(harness):
    body = {"subject": ALICE, "action": READ, "evaluations": [{"resource": FIRST}, {}]}
    assert decisions(harness, body) == [True, False]


def test_a_batch_of_none_is_a_single_question(harness):
    assert said(harness, EVALUATIONS, ASKED) == {"decision": True}
    assert said(harness, EVALUATIONS, ASKED | {"evaluations": []}) == {"decision": True}


SEARCHES = {
    SUBJECTS: {"subject": {"type": "user"}, "action": READ, "resource": FIRST},
    RESOURCES: {"subject": ALICE, "action": READ, "resource": {"type": "record"}},
    ACTIONS: {"subject": ALICE, "resource": FIRST},
}
EXPECTED = {SUBJECTS: [ALICE, BOB], RESOURCES: [FIRST], ACTIONS: [READ, WRITE]}


@pytest.mark.parametrize("path", SEARCHES)
@pytest.mark.parametrize("more", [{}, {"context": CONTEXT}], ids=["plain", "context"])
def test_searches_find_what_the_fixture_has(harness, path, more):
    results = said(harness, path, SEARCHES[path] | more)["results"]
    assert all(one in results for one in EXPECTED[path])
    keys = {"name"} if path == ACTIONS else {"type", "id"}
    assert all(one.keys() == keys for one in results)
    assert {one.get("type") for one in results} == {EXPECTED[path][0].get("type")}


def test_pages_of_a_search(harness):
    body, seen = SEARCHES[SUBJECTS], []
    found = said(harness, SUBJECTS, body | {"page": {"limit": 1}})
    while found["page"]["next_token"]:
        seen += found["results"]
        found = said(harness, SUBJECTS, body | {"page": {"token": found["page"]["next_token"]}})
    seen += found["results"]
    assert found["page"]["next_token"] == ""
    assert all(one in seen for one in (ALICE, BOB))


@pytest.mark.parametrize(("path", "body"), [
    (ACTIONS, {"subject": {"type": "user", "id": "nonexistent-user"}, "resource": FIRST}),
    (SUBJECTS, {"subject": {"type": "spaceship"}, "action": READ, "resource": FIRST}),
])  # fmt: skip
def test_nothing_found_is_an_empty_list(harness, path, body):
    assert said(harness, path, body)["results"] == []


@pytest.mark.parametrize(("path", "body"), [
    (SUBJECTS, {"subject": {"type": "user"}, "resource": FIRST}),
    (RESOURCES, {"action": READ, "resource": {"type": "record"}}),
    (ACTIONS, {"subject": ALICE}),
    (SUBJECTS, {"subject": {"type": "user"}, "action": READ, "resource": {"type": "record"}}),
    (RESOURCES, {"subject": {"type": "user"}, "action": READ, "resource": {"type": "record"}}),
])  # fmt: skip
def test_a_search_that_lacks_what_it_needs_is_400(harness, path, body):
    assert harness(path, body).status_code == 400


def test_discovery(client, settings):
    settings.SITE_URL = "https://gate.example"
    answer = client.get("/.well-known/authzen-configuration")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    found = answer.json()
    assert found.pop("policy_decision_point") == "https://gate.example"
    assert {urlsplit(url).path for url in found.values()} == {
        EVALUATION, EVALUATIONS, SUBJECTS, RESOURCES, ACTIONS
    }  # fmt: skip
    assert all(url.startswith("https://gate.example/") for url in found.values())
