"""What every call of the Public API has in common: pages, errors, limits, tokens."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.web import cache
from tests.api.conftest import Caller, secret_for
from tests.cast.invited import ask as invite
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.api import bearer
from workspaces.operations.groups import groups
from workspaces.operations.resources import resources
from workspaces.terms import Terms


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
def test_pages_that_cannot_be_XH9(call, query, field):
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


def test_a_cookie_never_counts_XH6(as_user):
    client = as_user("ada")
    assert client.get("/api/users").status_code == 401
    junk = client.get("/api/users", headers={"Authorization": "Bearer junk"})
    assert junk.status_code == 401


def test_a_member_token_sees_what_its_roles_reach_XH4(call_as, world):
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


def test_ids_of_another_workspace_are_not_there_XA1(call):
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
    monkeypatch.setattr(cache, "count", lambda *_: 61)
    refused = call("POST", "/labels", label)
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["type"] == "RequestError"
    assert int(refused.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/users", "/groups", "/sources", "/audit-events", "/invites"])
def test_statements_do_not_grow_with_rows(call, world, path, unlimited, monkeypatch):
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
    give_grants(group, [Terms("source-read-only", "all")], by=SYSTEM)
    resources.create(world.workspace, "source", f"more-{i}", f"More {i}", by=SYSTEM)
    give_grants(world.member("dee"), [Terms("function-admin", "all")], by=SYSTEM)
    invite(world, f"new{i}@example.org")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("ordering=password", "ordering"),
        ("filter[user__password__startswith]=x", "filter.user__password__startswith"),
        ("q=ada", "q"),
        ("pagination=5", "pagination"),
        ("pagination[page]=5", "pagination.page"),
        ("pagination[count]=5&pagination.count=1000", "pagination.count"),
        ("pagination[count]=5&pagination[count]=1000", "pagination.count"),
        ("Pagination[count]=5", "Pagination.count"),
        ("userIds[" + "1" * 5000 + "]=x", "userIds[" + "1" * 92),
    ],
)
def test_parameters_that_are_not_known_are_refused_by_name_N4_XH9(call, query, field):
    assert call.error("GET", f"/users?{query}", status=422)["field"] == field


@pytest.mark.parametrize(
    "query",
    [
        "startTime=31.12.2026",
        "endTime=1",
        "startTime=",
        "since=2026-01-01",
        "startTime[0]=2026-01-01",
        "startTime=9999-12-31T23:59:59-23:00",
        "endTime=0001-01-01T00:00:00%2B14:00",
    ],
)
def test_times_that_are_none_are_refused_N4(call, query):
    call.error("GET", f"/audit-events?{query}", status=422)


def test_a_filter_written_as_a_list_is_refused_N4(call):
    call.data("GET", "/tracking-plans?type=LIVE")
    assert call.error("GET", "/tracking-plans?type[0]=LIVE", status=422)["field"] == "type[0]"


@pytest.mark.parametrize("enabled", ["false", "", 0, 1, None, [], "no"])
def test_a_yes_or_no_is_a_boolean_N4(call, enabled):
    body = {"slug": "shop", "enabled": enabled, "metadataId": "ios"}
    assert call.error("POST", "/sources", body, status=422)["field"] == "enabled"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"name": 1e400}', 400),
        (b'{"name": "a", "x": 1e400}', 400),
        (b'{"name": "a", "x": ' + b"[" * 900 + b"]" * 900 + b"}", 400),
        (b'{"name": "a", "x": ' + b"[" * 100_000, 400),
        (b'{"name": "a", "name": "b"}', 400),
        (b'{"name": "\\u0000"}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"name": "\xff"}', 400),
        (b'{"name": 99999999999999999999}', 400),
        (b'{"name": "' + b"x" * 10_000_000 + b'"}', 413),
        (b'["name"]', 400),
        (b"", 422),
    ],
    ids=range(12),
)
def test_a_body_that_cannot_be_taken_XH8(call, client, world, body, status):
    answer = client.post(
        "/api/groups", body, content_type="application/json",
        headers={"Authorization": f"Bearer {call.secret}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["errors"][0]["status"]) == (status, status)
    assert world.workspace.groups.count() == 1


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "text/plain; charset=hex", "application/json; charset=hex", "", "json",
     "application/json; charset=utf-16", "application/json, text/plain", "multipart/form-data"],
)  # fmt: skip
def test_another_content_type_is_refused_as_json_XH8(call, client, world, kind):
    answer = client.generic(
        "POST", "/api/groups", b'{"name": "x"}', content_type=kind,
        headers={"Authorization": f"Bearer {call.secret}"},
    )  # fmt: skip
    assert answer.status_code in {400, 415}, answer.content
    assert answer.json()["errors"][0]["status"] == answer.status_code
    assert world.workspace.groups.count() == 1


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize(
    "path", ["/users", "/users?pagination[count]=1", "/", "/nowhere/", "/x?%ff"]
)
@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain; charset=x", "multipart/form-data; boundary=x"]
)
def test_whatever_fails_is_an_error_of_the_interface_XH8(call, client, method, path, kind):
    answer = client.generic(
        method, f"/api{path}", b'{"a": "+AAA-"}', content_type=kind,
        headers={"Authorization": f"Bearer {call.secret}"},
    )  # fmt: skip
    assert answer.status_code < 500
    assert answer.headers["Content-Type"].partition(";")[0] == "application/json"
    assert answer.json().keys() == ({"data"} if answer.status_code == 200 else {"errors"})
    if answer.status_code != 200:
        assert answer.json()["errors"][0]["status"] == answer.status_code
