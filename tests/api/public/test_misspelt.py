"""Misspelt calls of every writing operation: whatever is not understood gives nothing (N4).

A few in the suite; `pytest tests/api/public/test_misspelt.py --cases 1000` tries as many of
each operation as one likes.
"""

import copy
import json
import random
from urllib.parse import urlencode

import pytest
from django.db import transaction

from labels.models import ResourceLabel
from labels.operations import making
from labels.syntax import LabelName
from tests.api.conftest import labelled
from tests.cast.invited import ask as invite
from tests.world import SYSTEM, give_grants
from workspaces.api.public.document import document
from workspaces.models import (
    Grant,
    GrantLabel,
    GrantResource,
    GroupMember,
    Invite,
    InviteGroup,
    Member,
    TakeUp,
)
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import takable
from workspaces.terms import Eligible, Terms

GIVING = (
    Grant, GrantLabel, GrantResource, GroupMember, Invite, InviteGroup, Member, ResourceLabel,
    TakeUp,
)  # fmt: skip
IGNORED = frozenset({"roleName", "policyId", "subjectId", "subjectType", "description"})
EXTRA = (
    "expiresAt", "expires", "starts", "label", "Labels", "resource", "only", "except", "deny",
    "role_id", "conditions", "dryRun", "effect", "scope", "eligible", "workspace", "filter",
)  # fmt: skip
VALUES = ("false", "", 0, 1, True, None, [], {}, [[]], {"a": "b"}, 1.5, "x")

LABEL = {"key": "environment", "value": "prod"}
SENT_BACK = {
    "roleName": "Source Read-only", "policyId": "p", "subjectId": "s", "subjectType": "USER",
}  # fmt: skip


def permissions(world):
    source = {"id": world.resource("source/a").public_id, "type": "SOURCE", "labels": []}
    return {"permissions": [
        labelled("environment:prod", "product:car") | SENT_BACK,
        {"roleId": "source-admin", "resources": [source], "labels": []},
        {"roleId": "space-admin", "labels": [LABEL | {"description": "d"}],
         "resources": [{"id": "acme", "type": "WORKSPACE"}]},
    ]}  # fmt: skip


def invites(world):
    return {"invites": [
        {"email": "new@example.org", "permissions": permissions(world)["permissions"]},
        {"email": "newer@example.org",
         "permissions": [{"roleId": "source-read-only", "labels": [LABEL]}]},
    ]}  # fmt: skip


def people(world):
    return {"emails": ["dee@example.org", "asked@example.org"]}


def carried(world):
    return {"labels": [{"key": "team", "value": "blue", "description": "sent back"}]}


def agreement(world):
    return {"agreed": True}


# What gives access, by operation: address and a good body. All else of each is refused.
USER, GROUP = "/users/{dee}/permissions", "/groups/{growth}/permissions"
GIVES = {
    "add_permissions_to_user": ("POST", USER, permissions),
    "replace_permissions_for_user": ("PUT", USER, permissions),
    "add_permissions_to_user_group": ("POST", GROUP, permissions),
    "replace_permissions_for_user_group": ("PUT", GROUP, permissions),
    "create_invites": ("POST", "/invites", invites),
    "add_users_to_user_group": ("POST", "/groups/{growth}/users", people),
    "replace_users_in_user_group": ("PUT", "/group/{growth}/users", people),
    "add_labels_to_source": ("POST", "/sources/{bare}/labels", carried),
    "replace_labels_in_source": ("PUT", "/sources/{bare}/labels", carried),
    "add_labels_to_space": ("POST", "/spaces/{space}/labels", carried),
    "replace_labels_in_space": ("PUT", "/spaces/{space}/labels", carried),
    "answer_take_up": ("POST", "/x/take-ups/{waiting}/answer", agreement),
}
# What gives none, however it is written: it may do what it is for.
SOURCE = {"slug": "shop", "enabled": True, "metadataId": "ios", "settings": {}, "name": "Shop"}
FUNCTION = {
    "code": "", "displayName": "F", "resourceType": "SOURCE", "settings": [], "description": "",
}  # fmt: skip
PLAN = {"name": "Plan", "type": "LIVE", "description": ""}
GIVES_NONE = {
    "create_user_group": ("POST", "/groups", {"name": "New"}),
    "update_user_group": ("PATCH", "/groups/{growth}", {"name": "New"}),
    "create_label": ("POST", "/labels", {"label": {"key": "k", "value": "v", "description": ""}}),
    "create_source": ("POST", "/sources", SOURCE),
    "update_source": ("PATCH", "/sources/{a}", {"name": "x", "enabled": False, "settings": {}}),
    "create_destination": (
        "POST", "/destinations",
        {"sourceId": "{a}", "metadataId": "crm", "settings": {}, "enabled": True, "name": "x"},
    ),
    "update_destination": ("PATCH", "/destinations/{ads}", {"enabled": False, "settings": {}}),
    "create_warehouse": (
        "POST", "/warehouses",
        {"metadataId": "postgres", "settings": {"name": "x"}, "enabled": True, "name": "x"},
    ),
    "update_warehouse": ("PATCH", "/warehouses/{bq}", {"settings": {}, "enabled": False}),
    "create_tracking_plan": ("POST", "/tracking-plans", PLAN),
    "update_tracking_plan": ("PATCH", "/tracking-plans/{web}", {"name": "x", "description": ""}),
    "update_schema_settings_in_source": (
        "PATCH", "/sources/{a}/settings", {"track": {"allowUnplannedEvents": False}},
    ),
    "replace_rules_in_tracking_plan": (
        "PUT", "/tracking-plans/{web}/rules",
        {"rules": [{"type": "TRACK", "key": "Bought", "version": 1, "jsonSchema": {}}]},
    ),
    "add_source_to_tracking_plan": ("POST", "/tracking-plans/{web}/sources", {"sourceId": "{a}"}),
    "create_function": ("POST", "/functions", FUNCTION),
    "update_function": ("PATCH", "/functions/{clean}", {"code": "x", "settings": []}),
}  # fmt: skip
WITHOUT_BODY = frozenset({
    "create_function_deployment", "add_connection_from_source_to_warehouse",
    "end_take_up", "take_review_report",
})  # fmt: skip
# What people do for themselves alone: to a program it is 403 whatever it sends (W2).
REFUSED = frozenset({"make_take_up"})
# What takes away, by its query: names that are not known choose nobody.
TAKES = {
    "delete_users": ("/users", {"userIds[0]": "{dee}", "userIds[1]": "{bo}"}),
    "delete_invites": ("/invites", {"emails[0]": "asked@example.org"}),
    "remove_users_from_user_group": ("/group/{growth}/users", {"emails.0": "bo@example.org"}),
}


@pytest.fixture
def named(world, unlimited):
    """Ids by short name; nothing is limited."""
    invite(world, "asked@example.org")
    making.create(world.workspace, LabelName("team", "blue"), by=SYSTEM)
    ids = {name: world.member(name).public_id for name in ("bo", "dee")}
    ids["growth"] = world.group("growth").public_id
    ids["waiting"] = asked_for(world).public_id
    with_names = (
        ("a", "source/a"), ("bare", "source/c"), ("space", "space/eu"), ("ads", "destination/ads"),
        ("bq", "warehouse/bq"), ("web", "tracking_plan/web"), ("clean", "function/clean"),
    )  # fmt: skip
    return ids | {name: world.resource(ref).public_id for name, ref in with_names}


def asked_for(world):
    """Return what dee asks to take up, to which an owner has to agree."""
    dee = world.member("dee")
    eligible = Eligible(proof=False, approvers=frozenset())
    give_grants(dee, [Terms("source-admin", "all", eligible=eligible)])
    (what,) = takable(dee)
    return take_ups.take_up(dee, what.name, 30, "Pager", by=world.actor("dee"))


def filled(sent, ids):
    text = json.dumps(sent)
    for name, ident in ids.items():
        text = text.replace(f"{{{name}}}", ident)
    return json.loads(text)


def given():
    return [list(model._base_manager.order_by("pk").values_list()) for model in GIVING]


class _Undo(Exception):
    pass


def tried(call, method, path, body=None):
    """Call, undo what it did, and return the status and what there was to give afterwards."""
    try:
        with transaction.atomic():
            status = call(method, path, body).status_code
            after = given()
            raise _Undo
    except _Undo:
        return status, after


def objects(tree):
    if tree and isinstance(tree, dict):
        yield tree
    for child in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(child, dict | list):
            yield from objects(child)


def misspelt(key, dice):
    i = dice.randrange(len(key))
    choices = [
        key[:-1], key + "s", key + "_", " " + key, key.upper(), key.capitalize(), key.lower(),
        key[:i] + key[i + 1 :], key[:i] + key[i] + key[i:], key[:i] + "\u200b" + key[i:],
        "".join(f"_{c.lower()}" if c.isupper() else c for c in key), key + "[]", key + ".0",
    ]  # fmt: skip
    return dice.choice([choice for choice in choices if choice != key])


def mistaken(body, dice, ignored=frozenset()):
    """Return a body with one mistake: a key misspelt, one too many, or a value of another type."""
    body = copy.deepcopy(body)
    there = dice.choice(list(objects(body)))
    kind = dice.choice(("misspelt", "extra", "type"))
    if kind == "misspelt":
        key = dice.choice(sorted(there))
        there[misspelt(key, dice)] = there.pop(key)
    elif kind == "extra":
        there[dice.choice([name for name in EXTRA if name not in there])] = dice.choice(VALUES)
    else:
        key = dice.choice(sorted(there.keys() - ignored))
        there[key] = dice.choice([v for v in VALUES if type(v) is not type(there[key])])
    return body


@pytest.mark.parametrize("name", GIVES)
def test_a_mistaken_body_gives_nothing_N4(call, world, named, request, name):
    method, path, build = GIVES[name]
    path, good = path.format(**named), build(world)
    before = given()
    status, after = tried(call, method, path, good)
    assert status in {200, 201}, call(method, path, good).content
    assert after != before
    dice = random.Random(name)  # noqa: S311 – dice, not secrets
    for _ in range(request.config.getoption("--cases")):
        bad = mistaken(good, dice, IGNORED)
        status, after = tried(call, method, path, bad)
        assert status == 422, bad
        assert after == before, bad


@pytest.mark.parametrize("name", GIVES_NONE)
def test_what_gives_no_access_never_does_N4(call, named, request, name):
    method, path, good = GIVES_NONE[name]
    path, good = path.format(**named), filled(good, named)
    before = given()
    assert tried(call, method, path, good) in ((200, before), (201, before))
    dice = random.Random(name)  # noqa: S311 – dice, not secrets
    for _ in range(request.config.getoption("--cases")):
        bad = mistaken(good, dice)
        status, after = tried(call, method, path, bad)
        assert status in {200, 201, 409, 422}, bad
        assert after == before, bad


@pytest.mark.parametrize("name", TAKES)
def test_a_mistaken_query_takes_nobody_N4(call, named, request, name):
    path, query = TAKES[name]
    path, query = path.format(**named), filled(query, named)
    before = given()
    status, after = tried(call, "DELETE", f"{path}?{urlencode(query)}")
    assert status == 200
    assert after != before
    dice = random.Random(name)  # noqa: S311 – dice, not secrets
    for _ in range(request.config.getoption("--cases")):
        key = dice.choice(sorted(query))
        bad = dict(query)
        if dice.random() < 0.5:
            wrong = misspelt(key.rstrip("[].01"), dice).rstrip("[].0")
            bad[wrong if wrong not in key else f"{wrong}_"] = bad.pop(key)
        else:
            bad[dice.choice(EXTRA)] = "x"
        status, after = tried(call, "DELETE", f"{path}?{urlencode(bad)}")
        assert (status, after) == (422, before), bad


def test_every_writing_operation_is_tried():
    """A new operation must say whether it gives access."""
    writing = {
        operation["operationId"]
        for operations in document()["paths"].values()
        for method, operation in operations.items()
        if method in {"post", "put", "patch"}
    }
    known = (*GIVES, *GIVES_NONE, *WITHOUT_BODY, *REFUSED)
    assert [name for name in writing if not name.endswith(known)] == []
