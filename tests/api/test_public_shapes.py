"""The surface of the Public API, walked as its clients walk it."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.conftest import secret_for
from tests.invited import ask as invite
from tests.world import OTHER, SYSTEM, build
from workspaces.api.public import limits
from workspaces.models.token import Token
from workspaces.operations import grants, groups, resources, tokens
from workspaces.operations.grants import NewGrant


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


def first_page(total):
    return {"current": "MA==", "totalEntries": total}


# --- Workspace, roles, catalogue ------------------------------------------------------


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


# --- Users and invites ----------------------------------------------------------------


def test_users_with_their_own_permissions(call, world):
    users = {user["email"]: user for user in call.data("GET", "/users")["users"]}
    assert users["ada@example.org"]["permissions"][0]["roleName"] == "Workspace Owner"
    assert users["bo@example.org"]["permissions"] == []  # his group's are not his own
    source = world.resource("source/a")
    assert users["cy@example.org"]["permissions"] == [
        {
            "roleId": "source-read-only",
            "roleName": "Source Read-only",
            "resources": [{"id": source.public_id, "type": "SOURCE", "labels": []}],
            "labels": [],
        }
    ]
    cy = call.data("GET", f"/users/{users['cy@example.org']['id']}")["user"]
    assert cy == users["cy@example.org"]


def test_the_groups_of_a_user(call, world):
    bo = world.member("bo").public_id
    data = call.data("GET", f"/users/{bo}/groups")
    assert data["groups"] == [{"id": world.group("growth").public_id, "name": "growth"}]
    assert data["pagination"] == first_page(1)


def labelled(*labels, role="source-read-only", ident="acme"):
    places = [dict(zip(("key", "value"), label.split(":"), strict=True)) for label in labels]
    return {"roleId": role, "resources": [{"id": ident, "type": "WORKSPACE", "labels": places}]}


def test_permissions_are_added_and_replaced(call, world):
    dee = world.member("dee")
    path = f"/users/{dee.public_id}/permissions"
    prod = labelled("environment:prod")
    added = call.data("POST", path, {"permissions": [prod]})["permissions"]
    assert added[0]["roleName"] == "Source Read-only"
    assert added[0]["resources"][0]["labels"][0]["value"] == "prod"
    call.data("POST", path, {"permissions": [prod]})
    assert dee.grants.count() == 1  # the same again changes nothing
    space = {"id": world.resource("space/eu").public_id, "type": "SPACE"}
    wanted = [{"roleId": "space-read-only", "resources": [space]}]
    call.data("PUT", path, {"permissions": wanted})
    assert [grant.role for grant in dee.grants.all()] == ["space-read-only"]
    call.data("PUT", path, {"permissions": []})
    assert not dee.grants.exists()


def test_the_end_of_a_grant_outlives_putting_back_what_was_read(call, world):

    dee = world.member("dee")
    ends = timezone.now() + timedelta(days=3)
    grants.give(dee, [NewGrant("source-read-only", "all", expires_at=ends)], by=SYSTEM)
    read = call.data("GET", f"/users/{dee.public_id}")["user"]["permissions"]
    call.data("PUT", f"/users/{dee.public_id}/permissions", {"permissions": read})
    assert dee.grants.get().expires_at == ends


def test_ownership_is_given_and_taken_and_the_last_owner_stays_R7(call, world):
    ada, dee = world.member("ada"), world.member("dee")
    owner = {"permissions": [labelled(role="workspace-owner")]}
    call.error("PUT", f"/users/{ada.public_id}/permissions", {"permissions": []}, status=409)
    call.data("POST", f"/users/{dee.public_id}/permissions", owner)
    assert world.member("dee").owner
    call.data("PUT", f"/users/{dee.public_id}/permissions", {"permissions": []})
    assert not world.member("dee").owner
    call.error("DELETE", f"/users?userIds[0]={ada.public_id}", status=409)


def whole(role, ident="acme"):
    return {"roleId": role, "resources": [{"id": ident, "type": "WORKSPACE"}]}


PLACE = "permissions[0].resources[0]"


@pytest.mark.parametrize(
    ("permission", "field"),
    [
        (whole("king"), "permissions[0].roleId"),
        ({"roleId": "source-admin", "resources": []}, "permissions[0].resources"),
        ({"roleId": "source-admin"}, "permissions[0].resources"),
        (
            {"roleId": "source-admin", "resources": [{"id": "x", "type": "SOURCE"}]},
            f"{PLACE}.id",
        ),
        (whole("source-admin", "other"), f"{PLACE}.id"),
        (labelled("no:such"), "permissions"),
        (labelled("1x:y"), f"{PLACE}.labels"),
        (labelled("environment:prod", role="workspace-owner"), f"{PLACE}.labels"),
    ],
    ids=range(8),
)
def test_what_is_not_understood_is_refused_and_never_widens(call, world, permission, field):
    dee = world.member("dee")
    body = {"permissions": [permission]}
    fault = call.error("POST", f"/users/{dee.public_id}/permissions", body, status=422)
    assert fault["field"] == field
    assert not dee.grants.exists()


@pytest.mark.parametrize(
    "permission",
    [
        labelled("environment:prod", role="warehouse-admin"),
        labelled("environment:prod", "environment:dev"),
    ],
)
def test_scopes_that_cannot_be_are_refused_B5_D8(call, world, permission):
    dee = world.member("dee")
    path = f"/users/{dee.public_id}/permissions"
    call.error("POST", path, {"permissions": [permission]}, status=422)
    assert not dee.grants.exists()


def test_removing_users_is_all_or_nobody_R8(call, world):
    bo, cy = world.member("bo").public_id, world.member("cy").public_id
    call.error("DELETE", f"/users?userIds[0]={bo}&userIds[1]=nobody", status=422)
    assert world.workspace.members.count() == 4
    assert call.data("DELETE", f"/users?userIds.0={bo}&userIds.1={cy}") == {"status": "SUCCESS"}
    assert world.workspace.members.count() == 2


def test_invites_by_address(call, world):
    body = {"invites": [{"email": "new@example.org", "permissions": [
        {"roleId": "source-read-only", "labels": [{"key": "environment", "value": "prod"}]},
    ]}]}  # fmt: skip
    assert call.data("POST", "/invites", body, status=201) == {"emails": ["new@example.org"]}
    assert call.data("GET", "/invites")["invites"] == ["new@example.org"]
    row = world.workspace.invites.get()
    assert row.grants.get().n_labels == 1
    assert row.sent_by_token is not None
    assert call.data("DELETE", "/invites?emails[0]=new%40example.org") == {"status": "SUCCESS"}
    assert call.data("GET", "/invites")["invites"] == []


@pytest.mark.parametrize(
    "entry",
    [
        {"email": "bo@example.org"},
        {"email": "no address"},
        {"email": "new@example.org", "permissions": [{"roleId": "source-admin"}]},
        {"email": "new@example.org", "permissions": [{
            "roleId": "source-admin", "resources": [{"id": "acme", "type": "SOURCE"}],
            "labels": [{"key": "environment", "value": "prod"}],
        }]},
    ],
    ids=range(4),
)  # fmt: skip
def test_invites_that_cannot_be_E8(call, world, entry):
    call.error("POST", "/invites", {"invites": [entry]}, status=422)
    assert not world.workspace.invites.exists()


def test_an_invite_ends_with_the_token_that_sent_it_I1(call, world):

    call.data("POST", "/invites", {"invites": [{"email": "new@example.org"}]}, status=201)
    tokens.revoke(Token.objects.get(name="owner"), by=SYSTEM)
    assert world.workspace.invites.get().voided_at is not None


# --- Groups ---------------------------------------------------------------------------


def test_a_group_from_making_to_deleting(call, world):
    made = call.data("POST", "/groups", {"name": "Analysts"})["userGroup"]
    assert made["memberCount"] == 0
    assert made["permissions"] == []
    path = f"/groups/{made['id']}"
    renamed = call.data("PATCH", path, {"name": "Data analysts"})["userGroup"]
    assert renamed["name"] == "Data analysts"
    granted = call.data("PUT", f"{path}/permissions", {"permissions": [labelled()]})
    assert granted["permissions"][0]["roleId"] == "source-read-only"
    more = call.data("POST", f"{path}/permissions", {"permissions": [
        labelled(role="workspace-owner"), labelled("environment:prod"),
    ]})  # fmt: skip
    assert len(more["permissions"]) == 3
    assert call.data("DELETE", path) == {"status": "SUCCESS"}
    call.error("GET", path, status=404)


def test_a_name_that_is_taken_is_a_clash(call, world):
    call.error("POST", "/groups", {"name": "GROWTH"}, status=409)
    call.error("POST", "/groups", {"name": ""}, status=422)


def test_people_of_a_group_are_members_and_invited_ones(call, world):
    invite(world, "new@example.org")
    path = f"/groups/{world.group('growth').public_id}"
    odd = path.replace("groups", "group")
    both = {"emails": ["dee@example.org", "New@Example.org"]}
    assert call.data("POST", f"{path}/users", both)["userGroup"]["memberCount"] == 3
    users = call.data("GET", f"{path}/users")["users"]
    assert [user["email"] for user in users] == ["bo@example.org", "dee@example.org"]
    assert call.data("GET", f"{path}/invites")["emails"] == ["new@example.org"]
    only = call.data("PUT", f"{odd}/users", {"emails": ["cy@example.org"]})["userGroup"]
    assert only["memberCount"] == 1
    call.data("DELETE", f"{odd}/users?emails[0]=cy@example.org")
    assert call.data("PUT", f"{path}/users", {"emails": []})["userGroup"]["memberCount"] == 0
    call.error("POST", f"{path}/users", {"emails": ["nobody@example.org"]}, status=422)


# --- Labels ---------------------------------------------------------------------------


def test_labels_from_making_to_deleting(call, world):
    label = {"key": "team", "value": "Blue", "description": "The blue one"}
    assert call.data("POST", "/labels", {"label": label}, status=201) == {"label": label}
    assert label in call.data("GET", "/labels")["labels"]
    call.error("POST", "/labels", {"label": {"key": "TEAM", "value": "blue"}}, status=409)
    assert call.data("DELETE", "/labels/team/blue") == {"status": "SUCCESS"}
    call.error("DELETE", "/labels/team/blue", status=404)
    call.error("DELETE", "/labels/environment/prod", status=409)


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("1team", "blue", "label.key"),
        ("team", "b b", "label.value"),
        ("team", "blue\n", "label.value"),
        ("te:am", "blue", "label.key"),
        ("team", " blue", "label.value"),
        ("", "blue", "label.key"),
    ],
)
def test_what_is_no_label_L1(call, key, value, field):
    body = {"label": {"key": key, "value": value}}
    assert call.error("POST", "/labels", body, status=422)["field"] == field


def test_the_labels_of_a_source(call, world):
    path = f"/sources/{world.resource('source/c').public_id}/labels"
    body = {"labels": [{"key": "product", "value": "truck"}]}
    call.error("POST", path, body, status=422)  # it has product:car (L3)
    put = call.data("PUT", path, body)["labels"]
    assert [(label["key"], label["value"]) for label in put] == [("product", "truck")]
    dev = {"labels": [{"key": "environment", "value": "dev"}]}
    assert len(call.data("POST", path, dev)["labels"]) == 2
    assert call.data("PUT", path, {"labels": []})["labels"] == []
    call.error("PUT", path, {"labels": [{"key": "no", "value": "such"}]}, status=422)


# --- Resources ------------------------------------------------------------------------


def test_a_source_from_making_to_deleting(call, world):
    body = {"slug": "shop", "enabled": True, "metadataId": "javascript", "settings": {"a": 1}}
    made = call.data("POST", "/sources", body, status=201)["source"]
    assert made["writeKeys"][0].startswith("wk_")
    assert made["metadata"]["name"] == "JavaScript"
    path = f"/sources/{made['id']}"
    assert call.data("GET", path) == {"source": made, "trackingPlanId": None}
    changed = call.data("PATCH", path, {"name": "Shop", "enabled": False})["source"]
    assert (changed["name"], changed["enabled"], changed["settings"]) == ("Shop", False, {"a": 1})
    call.error("PATCH", path, {"slug": "store"}, status=422)
    call.error("POST", "/sources", body, status=409)
    call.error("POST", "/sources", body | {"metadataId": "gopher", "slug": "x"}, status=422)
    assert call.data("DELETE", path) == {"status": "SUCCESS"}
    call.error("GET", path, status=404)


def test_write_keys_are_for_who_may_edit(call, call_as):
    body = {"slug": "shop", "enabled": True, "metadataId": "ios"}
    ident = call.data("POST", "/sources", body, status=201)["source"]["id"]
    reader = call_as("source-read-only")
    assert reader.data("GET", f"/sources/{ident}")["source"]["writeKeys"] == []
    assert call_as("source-admin").data("GET", f"/sources/{ident}")["source"]["writeKeys"]


def test_connections_and_what_is_connected(call, world):
    source, warehouse = world.resource("source/a"), world.resource("warehouse/bq")
    b, plan = world.resource("source/b"), world.resource("tracking_plan/web")
    sources = f"/sources/{source.public_id}"
    assert len(call.data("GET", f"{sources}/connected-destinations")["destinations"]) == 1
    found = call.data("GET", f"{sources}/connected-warehouses")["warehouses"]
    assert found[0]["settings"] == {"name": "BigQuery"}
    path = f"/warehouses/{warehouse.public_id}/connected-sources/{b.public_id}"
    assert call.data("POST", path) == {"status": "CONNECTED"}
    assert call.data("DELETE", path) == {"status": "SUCCESS"}
    plans = f"/tracking-plans/{plan.public_id}/sources"
    call.data("POST", plans, {"sourceId": source.public_id})
    assert [s["slug"] for s in call.data("GET", plans)["sources"]] == ["a"]
    assert call.data("GET", sources)["trackingPlanId"] == plan.public_id
    call.data("DELETE", f"{plans}?sourceId={source.public_id}")
    assert call.data("GET", plans)["sources"] == []


def test_destinations_warehouses_plans_and_functions_are_made_and_changed(call, world):
    source = world.resource("source/a").public_id
    made = call.data("POST", "/destinations", {
        "sourceId": source, "metadataId": "crm", "settings": {}, "name": "CRM",
    })["destination"]  # fmt: skip
    assert made["sourceId"] == source
    path = f"/destinations/{made['id']}"
    changed = call.data("PATCH", path, {"enabled": False})["destination"]
    assert not changed["enabled"]
    call.data("DELETE", path)

    body = {"metadataId": "postgres", "settings": {"name": "DWH", "host": "db"}}
    made = call.data("POST", "/warehouses", body, status=201)["warehouse"]
    assert made["settings"] == {"name": "DWH", "host": "db"}
    assert "name" not in made
    path = f"/warehouses/{made['id']}"
    changed = call.data("PATCH", path, {"settings": {"host": "new"}})["warehouse"]
    assert changed["settings"] == {"name": "DWH", "host": "new"}
    call.data("DELETE", path)

    made = call.data("POST", "/tracking-plans", {"name": "App", "type": "ENGAGE"})["trackingPlan"]
    path = f"/tracking-plans/{made['id']}"
    assert call.data("PATCH", path, {"name": "Apps"}) == {"status": "SUCCESS"}
    assert call.data("GET", path)["trackingPlan"]["name"] == "Apps"
    found = call.data("GET", "/tracking-plans?type=LIVE")["trackingPlans"]
    assert [plan["name"] for plan in found] == ["Web plan"]
    call.data("DELETE", path)

    body = {"code": "x = 1", "displayName": "Ingest", "resourceType": "DESTINATION"}
    made = call.data("POST", "/functions", body)["function"]
    path = f"/functions/{made['id']}"
    assert not made["isLatestVersion"]
    call.data("POST", f"{path}/deploy")
    assert call.data("GET", path)["function"]["isLatestVersion"]
    assert not call.data("PATCH", path, {"code": "x = 2"})["function"]["isLatestVersion"]
    listed = call.data("GET", "/functions?resourceType=DESTINATION")["functions"]
    assert [function["displayName"] for function in listed] == ["Ingest"]
    assert "code" not in listed[0]
    call.error("GET", "/functions", status=422)
    call.data("DELETE", path)


def test_spaces_are_read_only(call, world):
    spaces = call.data("GET", "/spaces")["spaces"]
    eu = world.resource("space/eu").public_id
    assert spaces == [{"id": eu, "slug": "eu", "name": "Europe"}]
    assert call.data("GET", f"/spaces/{eu}") == {"space": spaces[0]}
    assert call.error("POST", "/spaces", {}, status=405)["type"] == "method-not-allowed"


def test_the_trail_with_the_token_as_actor(call, world):
    call.data("POST", "/labels", {"label": {"key": "team", "value": "blue"}}, status=201)
    event = call.data("GET", "/audit-events")["events"][0]
    token = world.workspace.tokens.get(name="owner")
    assert event["type"] == "Label Created"
    assert (event["actor"], event["resourceId"]) == (token.public_id, "team:blue")
    assert "actorEmail" not in event
    assert call.data("GET", "/audit-events?resourceType=LABEL")["pagination"]["totalEntries"] == 1
    assert not call.data("GET", "/audit-events?endTime=2020-01-01T00:00:00Z")["events"]


# --- Who may call ---------------------------------------------------------------------


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
def test_statements_do_not_grow_with_rows(call, world, path):
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
