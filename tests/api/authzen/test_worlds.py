"""Evaluations and searches agree with the oracle, and so with one another, in random worlds."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.api.conftest import secret_for
from tests.oracle import ACTIONS, Oracle
from tests.workspaces.access.test_property import in_many_worlds
from tests.workspaces.access.test_time import AFTER, go_by, moments_in
from tests.world import SYSTEM, World
from workspaces.catalogue import Scope
from workspaces.models import Token
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

pytestmark = pytest.mark.any_database

ASKED = ("read", "edit", "view_pii", "fly", "administer")


@pytest.mark.django_db
def test_every_interface_gives_the_oracles_answer_R9(request):
    in_many_worlds(agree, request.config.getoption("--worlds") // 20)


@pytest.mark.django_db
def test_every_interface_answers_what_is_so_by_then_W1(request):
    def later(world: World, oracle: Oracle) -> None:
        moments = moments_in(oracle.document)
        if moments:
            gone = moments[len(moments) // 2] + AFTER - datetime.now(UTC)
            go_by(world, gone)
            agree(world, Oracle(oracle.document, gone))

    in_many_worlds(later, request.config.getoption("--worlds") // 50)


class Caller:
    """Puts questions as a gateway does."""

    def __init__(self, workspace):
        self.client = Client()
        self.secret = secret_for(workspace, "decision-reader")

    def __call__(self, path, body):
        answer = self.client.post(
            f"/access/v1/{path}",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}"},
        )
        assert answer.status_code == 200, answer.content
        return answer.json()


def agree(world: World, oracle: Oracle) -> None:
    ask = Caller(world.workspace)
    subjects = subjects_of(world, oracle)
    things = [{"type": r.type, "id": r.slug} for r in world.workspace.resources.all()]
    things.append({"type": "workspace", "id": world.workspace.slug})
    for action in ASKED:
        may = {}
        for subject, held in subjects:
            expected = [allowed(oracle, subject, held, action, thing) for thing in things]
            said = ask("evaluations", batch(subject, action, things))["evaluations"]
            assert [entry["decision"] for entry in said] == expected, (subject, action)
            allows = [thing for thing, yes in zip(things, expected, strict=True) if yes]
            assert on_what(ask, subject, action) == sorted(allows, key=str)
            may[subject["type"], subject["id"]] = allows
        for thing in things:
            expected = sorted(key for key, allows in may.items() if thing in allows)
            assert whom(ask, action, thing) == expected, (action, thing)


def subjects_of(world: World, oracle: Oracle):
    """Return users, groups and two tokens, each with the grants the oracle gives them."""
    found = [
        ({"type": "user", "id": m["email"]}, oracle.grants_of(m["email"]))
        for m in oracle.document["members"]
    ]
    found += [
        ({"type": "group", "id": g["name"]}, oracle.grants_of_group(g["name"]))
        for g in oracle.document["groups"]
    ]
    for role in ("source-admin", "workspace-owner"):
        policy = [Terms(role, Scope.ALL)]
        token, _ = tokens.create(world.workspace, role, policy=policy, by=SYSTEM)
        held = [{"role": role, "scope": {"all": True}}]
        found.append(({"type": "token", "id": token.public_id}, held))
    return found


def allowed(oracle, subject, held, action, thing):
    if thing["type"] != "workspace":
        return oracle.allowed(held, action, f"{thing['type']}/{thing['id']}")
    if subject["type"] == "token" and action == "read":
        return bool(held)  # a token is in no membership: it reads by what it holds
    return oracle.allowed_on_workspace(held, action)


def batch(subject, action, things):
    entries = [{"resource": thing} for thing in things]
    return {"subject": subject, "action": {"name": action}, "evaluations": entries}


def on_what(ask, subject, action):
    found = []
    for type_ in ACTIONS:
        body = {"subject": subject, "action": {"name": action}, "resource": {"type": type_}}
        found += ask("search/resource", body)["results"]
    return sorted(found, key=str)


def whom(ask, action, thing):
    found = []
    for type_ in ("user", "group", "token"):
        body = {"subject": {"type": type_}, "action": {"name": action}, "resource": thing}
        found += [(r["type"], r["id"]) for r in ask("search/subject", body)["results"]]
    gateway = Token.objects.get(name="gateway").public_id
    return sorted(pair for pair in found if pair != ("token", gateway))
