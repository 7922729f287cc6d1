"""Users, their permissions and invites, over the Public API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.conftest import labelled
from tests.world import SYSTEM, give_grants
from workspaces.models import Token
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms


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
    assert data["pagination"] == {"current": "MA==", "totalEntries": 1}


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
    give_grants(dee, [Terms("source-read-only", "all", ends=ends)], by=SYSTEM)
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
        (labelled("no:such"), f"{PLACE}.labels"),
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
def test_scopes_that_cannot_be_are_refused_XB5_XD8(call, world, permission):
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
    dee = world.member("dee").public_id
    assert call.data("DELETE", f"/users?userIds={bo}&userIds={dee}") == {"status": "SUCCESS"}
    assert world.workspace.members.count() == 1


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
    assert call.data("DELETE", "/invites?emails=NEW%40example.org") == {"status": "SUCCESS"}
    call.error("DELETE", "/invites?emails=never%40example.org", status=422)
    call.error("DELETE", "/invites?emails=new", status=422)


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
def test_invites_that_cannot_be_XE8(call, world, entry):
    call.error("POST", "/invites", {"invites": [entry]}, status=422)
    assert not world.workspace.invites.exists()


def test_an_invite_ends_with_the_token_that_sent_it_I1(call, world):

    call.data("POST", "/invites", {"invites": [{"email": "new@example.org"}]}, status=201)
    tokens.revoke(Token.objects.get(name="owner"), by=SYSTEM)
    assert world.workspace.invites.get().voided_at is not None


PROD, DEV = ({"key": "environment", "value": value} for value in ("prod", "dev"))
SENT_BACK = {"roleName": "King", "policyId": "p", "subjectId": ["s"], "subjectType": None}


@pytest.mark.parametrize("inner", [[], [PROD], [{"key": "ENVIRONMENT", "value": "Prod"}], None])
def test_labels_beside_the_resources_narrow_in_every_body_N4(call, world, inner):
    dee = world.member("dee")
    place = {"id": "acme", "type": "WORKSPACE"} | ({} if inner is None else {"labels": inner})
    narrowed = {"roleId": "source-admin", "resources": [place], "labels": [PROD]} | SENT_BACK
    path = f"/users/{dee.public_id}/permissions"
    for method in ("PUT", "POST"):
        shown = call.data(method, path, {"permissions": [narrowed]})["permissions"]
        assert shown[0]["resources"][0]["labels"] == [PROD | {"description": ""}]
    assert dee.grants.get().n_labels == 1
    body = {"invites": [{"email": "new@example.org", "permissions": [narrowed]}]}
    call.data("POST", "/invites", body, status=201)
    assert world.workspace.invites.get().grants.get().n_labels == 1


def test_labels_of_a_resource_narrow_in_an_invite_too_N4(call, world):
    permission = labelled("environment:prod", role="source-admin")
    body = {"invites": [{"email": "new@example.org", "permissions": [permission]}]}
    call.data("POST", "/invites", body, status=201)
    assert world.workspace.invites.get().grants.get().n_labels == 1


@pytest.mark.parametrize(
    "permission",
    [
        labelled("environment:prod") | {"labels": [DEV]},
        labelled("environment:prod") | {"labels": [PROD, DEV]},
        whole("workspace-owner") | {"labels": [PROD]},
        whole("minimal-workspace-access") | {"labels": [PROD]},
        whole("warehouse-admin") | {"labels": [PROD]},
        whole("source-admin") | {"labels": None},
        {"roleId": "source-admin", "resources": [{"id": "acme", "type": "SOURCE"}],
         "labels": [PROD]},
    ],
    ids=range(7),
)  # fmt: skip
def test_labels_that_disagree_or_cannot_narrow_are_refused_N4(call, world, permission):
    dee = world.member("dee")
    body = {"permissions": [permission]}
    call.error("PUT", f"/users/{dee.public_id}/permissions", body, status=422)
    invited = {"invites": [{"email": "new@example.org", "permissions": [permission]}]}
    call.error("POST", "/invites", invited, status=422)
    assert not dee.grants.exists()
    assert not world.workspace.invites.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda body: body.update(expiresAt="2027-01-01"), "expiresAt"),
        (lambda body: body["permissions"][0].update(expiresAt="2027-01-01"), "[0].expiresAt"),
        (lambda body: body["permissions"][0].update(role_id="x"), "[0].role_id"),
        (lambda body: body["permissions"][0].update(Labels=[]), "[0].Labels"),
        (lambda body: body["permissions"][0]["resources"][0].update(label=[]), "[0].label"),
        (lambda body: body["permissions"][0]["resources"][0]["labels"][0].update(not_=1), ".not_"),
    ],
)
def test_an_unknown_key_is_named_with_its_place_N4(call, world, change, field):
    dee = world.member("dee")
    body = {"permissions": [labelled("environment:prod", role="source-admin")]}
    change(body)
    fault = call.error("PUT", f"/users/{dee.public_id}/permissions", body, status=422)
    assert fault["field"].endswith(field)
    assert not dee.grants.exists()
