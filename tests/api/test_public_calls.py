"""What every call of the Public API has in common: pages, errors, limits, tokens."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Caller, secret_for
from tests.invited import ask as invite
from tests.world import OTHER, SYSTEM, build
from workspaces.api import bearer
from workspaces.api.public import limits
from workspaces.operations import grants, groups, resources
from workspaces.operations.grants import NewGrant


def test_the_workspace_of_the_token(call):
    assert call.data("GET", "/") == {"workspace": {"id": "acme", "slug": "acme", "name": "Acme"}}


def test_roles_are_found_by_name(call):
    roles = {role["name"]: role for role in call.data("GET", "/roles")["roles"]}
    assert {"Workspace Owner", "Source Admin", "Minimal Workspace Access"} <= roles.keys()
    assert all(set(role) == {"id", "name", "description"} for role in roles.values())


def test_pages_by_cursor(call):
    first = call.data("GET", "/roles?pagination[count]=2&pagination[cursor]=MA==")
    assert first["pagination"] == {"current": "MA==", "next": "Mg==", "totalEntries": 21}
    second = call.data("GET", "/roles?pagination.count=2&pagination.cursor=Mg==")
    assert second["pagination"]["previous"] == "MA=="
    assert not {r["id"] for r in first["roles"]} & {r["id"] for r in second["roles"]}
    last = call.data("GET", "/roles?pagination[count]=1000")
    assert "next" not in last["pagination"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("pagination[count]=0", "pagination.count"),
        ("pagination[count]=1001", "pagination.count"),
        ("pagination[count]=x", "pagination.count"),
        ("pagination[cursor]=!!", "pagination.cursor"),
        ("pagination[cursor]=LTE=", "pagination.cursor"),
        ("pagination[cursor]=OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "pagination.cursor"),
    ],
)
def test_pages_that_cannot_be_H9(call, query, field):
    assert call.error("GET", f"/users?{query}", status=422)["field"] == field


@pytest.mark.parametrize("kind", ["source", "destination", "warehouse"])
def test_the_catalogue(call, kind):
    found = call.data("GET", f"/catalog/{kind}s")[f"{kind}sCatalog"]
    one = call.data("GET", f"/catalog/{kind}s/{found[0]['id']}")[f"{kind}Metadata"]
    assert one == found[0]
    assert {"id", "name", "slug", "description", "logos", "options"} <= one.keys()
    call.error("GET", f"/catalog/{kind}s/nothing", status=404)


def test_without_a_good_token_401(client, call, world):
    for secret in ("", "junk", call.secret[:-1], call.secret.upper()):
        fault = Caller(client, secret).error("GET", "/users", status=401)
        assert fault["type"] == "unauthorized"
    scim = secret_for(world.workspace, name="directory", kind="scim")
    Caller(client, scim).error("GET", "/", status=401)


def test_a_cookie_never_counts_H6(as_user):
    client = as_user("ada")
    assert client.get("/api/users").status_code == 401
    junk = client.get("/api/users", headers={"Authorization": "Bearer junk"})
    assert junk.status_code == 401


def test_a_member_token_sees_what_its_roles_reach_H4(call_as, world):
    reader = call_as("source-read-only")
    assert len(reader.data("GET", "/sources")["sources"]) == 3
    assert reader.data("GET", "/warehouses")["warehouses"] == []
    for path in ("/users", "/groups", "/invites", "/audit-events", "/labels"):
        assert reader.error("GET", path, status=403)["type"] == "forbidden"
    source = world.resource("source/a").public_id
    reader.error("PATCH", f"/sources/{source}", {"name": "x"}, status=403)
    reader.error("DELETE", f"/sources/{source}", status=403)
    body = {"slug": "shop", "enabled": True, "metadataId": "ios"}
    reader.error("POST", "/sources", body, status=403)
    warehouse = world.resource("warehouse/bq").public_id
    reader.error("GET", f"/warehouses/{warehouse}", status=404)


def test_ids_of_another_workspace_are_not_there_A1(call):
    other = build(OTHER)
    olga, source = other.member("olga@example.net").public_id, other.resource("source/a").public_id
    group = other.group("quixotic").public_id
    call.error("GET", f"/users/{olga}", status=404)
    call.error("GET", f"/sources/{source}", status=404)
    call.error("DELETE", f"/sources/{source}", status=404)
    call.error("GET", f"/groups/{group}", status=404)
    call.error("PUT", f"/group/{group}/users", {"emails": []}, status=404)


def test_every_error_is_json(call, client):
    assert call.error("GET", "/nowhere", status=404)["type"] == "not-found"
    refused = call("PUT", "/labels", {})
    assert refused.status_code == 405
    assert "GET" in refused.headers["Allow"]
    assert refused.json()["errors"][0]["type"] == "method-not-allowed"
    broken = client.post(
        "/api/groups", "{", content_type="application/json",
        headers={"Authorization": f"Bearer {call.secret}"},
    )  # fmt: skip
    assert (broken.status_code, broken.json()["errors"][0]["status"]) == (400, 400)
    form = client.post(
        "/api/groups", {"name": "x"}, headers={"Authorization": f"Bearer {call.secret}"}
    )
    assert form.status_code == 415


def test_a_vendor_media_type_is_answered_in_kind(call):
    answer = call("GET", "/", Accept="application/vnd.segment.v1+json")
    assert answer.headers["Content-Type"] == "application/vnd.segment.v1+json"


def test_limits_are_told_and_held(call, monkeypatch):
    label = {"label": {"key": "team", "value": "blue"}}
    answer = call("POST", "/labels", label)
    assert answer.headers["X-RateLimit-Consumed"] == "1"
    assert answer.headers["X-RateLimit-Remaining"] == "59"
    assert answer.headers["X-RateLimit-Reset"].endswith("GMT")
    monkeypatch.setattr(limits, "WRITES", 0)
    refused = call("POST", "/labels", label)
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["type"] == "RequestError"
    assert int(refused.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/users", "/groups", "/sources", "/audit-events", "/invites"])
def test_statements_do_not_grow_with_rows(call, world, path, monkeypatch):
    monkeypatch.setattr(limits, "WINDOW", 10**9)  # no minute begins in between
    monkeypatch.setattr(bearer, "NOTED_EVERY", timedelta(days=1))

    def statements():
        with CaptureQueriesContext(connection) as found:
            call.data("GET", path)
        return len(found)

    add_one_of_each(world, 0)
    call.data("GET", path)
    few = statements()
    for i in range(1, 4):
        add_one_of_each(world, i)
    assert statements() == few


def add_one_of_each(world, i):
    group = groups.create(world.workspace, f"group {i}", by=world.actor("ada"))
    grants.give(group, [NewGrant("source-read-only", "all")], by=SYSTEM)
    resources.create(world.workspace, "source", f"more-{i}", f"More {i}", by=SYSTEM)
    grants.give(world.member("dee"), [NewGrant("function-admin", "all")], by=SYSTEM)
    invite(world, f"new{i}@example.org")
