"""Every operation of the Public API as every kind of token: none, one without rights, a reader."""

import json
import re

import pytest
from django.test import Client

from tests.api.conftest import secret_for
from tests.test_doors import nothing_changes
from tests.world import OTHER, build
from workspaces.api.public.api import api
from workspaces.catalogue import ADMINISTER

pytestmark = pytest.mark.any_database

OPERATIONS = [
    (method, path, operation.view_func)
    for _prefix, router in api._routers
    for path, view in router.path_operations.items()
    for operation in view.operations
    for method in operation.methods
]
WRITES = [one for one in OPERATIONS if one[0] != "GET"]
# What is sent where a body is asked for; each is whole, so that only the right is missing.
BODIES = {
    "add_permissions_to_user": {"permissions": []},
    "replace_permissions_for_user": {"permissions": []},
    "add_permissions_to_user_group": {"permissions": []},
    "replace_permissions_for_user_group": {"permissions": []},
    "create_invites": {"invites": [{"email": "new@example.org"}]},
    "create_user_group": {"name": "x"},
    "update_user_group": {"name": "x"},
    "add_users_to_user_group": {"emails": ["dee@example.org"]},
    "replace_users_in_user_group": {"emails": []},
    "create_label": {"label": {"key": "a", "value": "b"}},
    "add_labels_to_source": {"labels": []},
    "replace_labels_in_source": {"labels": []},
    "add_labels_to_space": {"labels": []},
    "replace_labels_in_space": {"labels": []},
    "create_source": {"slug": "x", "enabled": True, "metadataId": "ios"},
    "update_source": {"name": "x"},
    "create_destination": {"sourceId": "{source}", "metadataId": "crm", "settings": {}},
    "update_destination": {"name": "x"},
    "create_warehouse": {"metadataId": "postgres", "settings": {}},
    "update_warehouse": {"settings": {}},
    "create_tracking_plan": {"name": "x", "type": "LIVE"},
    "update_tracking_plan": {"name": "x"},
    "replace_rules_in_tracking_plan": {"rules": []},
    "update_schema_settings_in_source": {},
    "add_source_to_tracking_plan": {"sourceId": "{source}"},
    "create_function": {"code": "", "displayName": "x", "resourceType": "SOURCE"},
    "update_function": {"code": "x"},
    "make_take_up": {"userId": "{user}", "eligibleId": "grant-1", "minutes": 5, "reason": "x"},
    "answer_take_up": {"agreed": True},
}
QUERIES = {
    "delete_users": "userIds=x",
    "delete_invites": "emails=new@example.org",
    "remove_users_from_user_group": "emails=bo@example.org",
    "remove_source_from_tracking_plan": "sourceId={source}",
    "list_functions": "resourceType=SOURCE",
}


def name_of(operation):
    return f"{operation[0]} {operation[1]}"


def call(world, operation, secret):
    """Call an operation on what is there in a world."""
    method, path, view = operation
    words = {
        "user_id": world.member(world.workspace.members.first().user.email).public_id,
        "group_id": world.workspace.groups.first().public_id,
        "key": "environment", "value": "prod", "metadata_id": "other", "take_up_id": "none",
        "review_id": "none",
    }  # fmt: skip
    for noun in ("source", "destination", "warehouse", "space", "tracking_plan", "function"):
        row = world.workspace.resources.filter(type=noun).first()
        words[f"{noun}_id"] = row.public_id if row else "none"
    words["plan_id"] = words["tracking_plan_id"]
    filled = re.sub(r"{(\w+)}", lambda found: words[found[1]], path)
    source = words["source_id"]
    query = QUERIES.get(view.__name__, "").replace("{source}", source)
    body = json.dumps(BODIES.get(view.__name__, {})).replace("{source}", source)
    body = body.replace("{user}", words["user_id"])
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    sent = {"data": body} if view.__name__ in BODIES else {}
    return Client().generic(
        method,
        f"/api{filled}?{query}",
        content_type="application/json",
        headers=headers,
        **sent,
    )


def test_every_operation_carries_the_mark_of_its_guard():
    assert [view.__name__ for _, _, view in OPERATIONS if not hasattr(view, "needs")] == []
    assert len({view.__name__ for _, _, view in OPERATIONS}) > 60


@pytest.mark.parametrize("operation", OPERATIONS, ids=name_of)
def test_nothing_without_a_token(world, operation):
    with nothing_changes():
        answer = call(world, operation, "")
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["type"] == "unauthorized"


@pytest.mark.parametrize("operation", OPERATIONS, ids=name_of)
def test_owners_operations_are_for_tokens_that_own_XH4(world, operation):
    secret = secret_for(world.workspace, "source-admin", "space-admin")
    answer = call(world, operation, secret)
    if operation[2].needs == ADMINISTER:
        assert answer.status_code == 403
    else:
        assert answer.status_code < 500
    assert "errors" in answer.json() or "data" in answer.json()


@pytest.mark.parametrize("operation", WRITES, ids=name_of)
def test_a_reader_writes_nothing_XB11(world, operation):
    roles = ("source-read-only", "warehouse-read-only", "destination-read-only")
    secret = secret_for(world.workspace, *roles, "tracking-plan-read-only", "function-read-only")
    call(world, ("GET", "/", lambda: None), secret)  # the first use is noted
    with nothing_changes():
        answer = call(world, operation, secret)
    assert answer.status_code in {403, 404}


@pytest.mark.parametrize("operation", OPERATIONS, ids=name_of)
def test_what_is_in_another_workspace_is_not_there_XA1(world, operation):
    if "{" not in operation[1] or "catalog" in operation[1] or "{key}" in operation[1]:
        return  # it names nothing of a workspace
    other = build(OTHER)
    secret = secret_for(other.workspace, "workspace-owner")
    call(other, ("GET", "/", lambda: None), secret)
    with nothing_changes():
        answer = call(world, operation, secret)
    assert answer.status_code == 404
