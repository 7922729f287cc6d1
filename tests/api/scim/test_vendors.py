"""What Okta and Entra send from the first connection test on, in their order."""

from uuid import uuid4

import pytest

from workspaces.api.scim.schemas import GROUP, USER

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ADSCIM = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
PATCH = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]


def okta_user(address, given, family, *, active=True):
    return {
        "schemas": [USER], "userName": address,
        "name": {"givenName": given, "familyName": family},
        "emails": [{"primary": True, "value": address, "type": "work"}],
        "displayName": f"{given} {family}", "locale": "en-US", "externalId": f"00u{given}",
        "groups": [], "password": "1mz050nq", "active": active,
    }  # fmt: skip


def test_okta_keeps_people_and_groups(scim, world):
    for path in ("/Users?startIndex=1&count=2", "/Groups?startIndex=1&count=100"):
        assert scim.ok("GET", path)["totalResults"] > 0

    # Somebody new is looked for, then made.
    page = {"startIndex": 1, "count": 100}
    assert scim.found("/Users", 'userName eq "ann@acme.test"', **page) == []
    ann = scim.ok("POST", "/Users", okta_user("ann@acme.test", "Ann", "Lee"), status=201)
    # Somebody who is there is looked for, then put.
    (bo,) = scim.found("/Users", 'userName eq "bo@example.org"', **page)
    put = scim.ok("PUT", f"/Users/{bo['id']}", bo | {"externalId": "00uBo", "active": True})
    assert (put["active"], put["externalId"]) == (True, "00uBo")

    # A group is pushed, renamed, its members changed, and pushed as a whole.
    assert scim.found("/Groups", 'displayName eq "Analysts"', **page) == []
    group = scim.ok("POST", "/Groups", {
        "schemas": [GROUP], "displayName": "Analysts", "members": []
    }, status=201)  # fmt: skip
    path = f"/Groups/{group['id']}"
    rename = {"op": "replace", "value": {"id": group["id"], "displayName": "Analysis"}}
    assert scim.patch(path, rename)["displayName"] == "Analysis"
    both = [{"value": one["id"], "display": one["userName"]} for one in (ann, bo)]
    scim.patch(path, {"op": "add", "path": "members", "value": both})
    scim.patch(path, {"op": "remove", "path": f'members[value eq "{ann["id"]}"]'})
    assert [m["value"] for m in scim.ok("GET", path)["members"]] == [bo["id"]]
    scim.patch(path, {"op": "replace", "path": "members", "value": both[:1]})
    assert [m["value"] for m in scim.ok("GET", path)["members"]] == [ann["id"]]
    whole = {"schemas": [GROUP], "id": group["id"], "displayName": "Analysis", "members": both}
    assert len(scim.ok("PUT", path, whole)["members"]) == 2

    # Somebody leaves, and comes back; their groups are pushed anew.
    off = scim.patch(f"/Users/{ann['id']}", {"op": "replace", "value": {"active": False}})
    assert (off["id"], off["active"], off["groups"]) == (ann["id"], False, [])
    assert [m["value"] for m in scim.ok("GET", path)["members"]] == [bo["id"]]
    (again,) = scim.found("/Users", 'userName eq "ann@acme.test"', **page)
    back = scim.patch(f"/Users/{again['id']}", {"op": "replace", "value": {"active": True}})
    assert (back["active"], back["groups"]) == (True, [])

    assert scim.ok("DELETE", path, status=204) is None
    assert world.member("ann@acme.test").public_id == ann["id"]


def entra_user(address):
    return {
        "schemas": [USER, ENTERPRISE], "externalId": "0a21f0f2", "userName": address,
        "active": True, "addresses": None, "displayName": "Cleo Park", "meta": {
            "resourceType": "User"
        }, "emails": [{"primary": True, "type": "work", "value": address}],
        "name": {"formatted": "Cleo Park", "familyName": "Park", "givenName": "Cleo"},
        "phoneNumbers": None, "roles": [], "title": None,
        ENTERPRISE: {"department": "Ops", "manager": None},
    }  # fmt: skip


def entra(scim, path, *operations):
    """Patch as Entra does, for which 204 is as good as the group."""
    return scim.patch(f"{path}?aadOptscim062020", *operations)


def test_entra_keeps_people_and_groups(scim, world):
    assert scim.found("/Users", f'userName eq "{uuid4()}"') == []
    cleo = scim.ok("POST", "/Users", entra_user("cleo@acme.test"), status=201)
    path = f"/Users/{cleo['id']}"
    for text in ('externalId eq "0a21f0f2"', 'emails[type eq "work"].value eq "CLEO@acme.test"'):
        assert [user["id"] for user in scim.found("/Users", text)] == [cleo["id"]]

    # Attributes change one by one; those that are not kept change nothing.
    same = entra(
        scim, path,
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "other@acme.test"},
        {"op": "Replace", "path": "name.familyName", "value": "Parker"},
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": [{"value": "26118915"}]},
        {"op": "Add", "path": "nickName", "value": "Babs"},
        {"op": "replace", "value": {"displayName": "x", f"{ENTERPRISE}:employeeNumber": "1"}},
    )  # fmt: skip
    assert {**same, "meta": None} == {**cleo, "meta": None}

    # A group: found without its members, made without any, filled and emptied.
    assert scim.found(
        "/Groups", 'displayName eq "Ops"', excludedAttributes="members"
    ) == []  # fmt: skip
    made = scim.ok("POST", "/Groups", {
        "schemas": [GROUP, ADSCIM], "externalId": "8aa1a0c0", "displayName": "Ops",
        "meta": {"resourceType": "Group"},
    }, status=201)  # fmt: skip
    group = f"/Groups/{made['id']}"
    (found,) = scim.found("/Groups", 'externalId eq "8aa1a0c0"', excludedAttributes="members")
    assert (found["id"], "members" in found) == (made["id"], False)
    member = [{"$ref": None, "value": cleo["id"]}]
    entra(scim, group, {"op": "Add", "path": "members", "value": member})
    for text in (
        f'id eq "{made["id"]}" and members eq "{cleo["id"]}"',
        f'members eq "{cleo["id"]}" and id eq "{made["id"]}"',
    ):
        assert scim.found("/Groups", text, attributes="id") == [
            {"schemas": [GROUP], "id": made["id"]}
        ]
    bo = world.member("bo").public_id
    entra(scim, group, {"op": "Add", "path": "members", "value": [{"$ref": None, "value": bo}]})
    entra(scim, group, {"op": "Remove", "path": "members", "value": member})
    assert [m["value"] for m in scim.ok("GET", group)["members"]] == [bo]
    entra(scim, group, {"op": "Replace", "path": "displayName", "value": "Operations"})
    assert world.group("Operations").public_id == made["id"]

    # Switched off, on again, off, and deleted for good.
    for value, active in (("False", False), ("True", True), ("False", False)):
        said = entra(scim, path, {"op": "Replace", "path": "active", "value": value})
        assert said["active"] is active
    scim.ok("DELETE", path, status=204)
    scim.error("GET", path, status=404)
    assert scim.found("/Users", 'userName eq "cleo@acme.test"') == []


@pytest.mark.parametrize("media_type", ["application/scim+json; charset=utf-8", "application/json"])
def test_both_media_types_that_are_sent(scim, media_type):
    answer = scim("POST", "/Users", entra_user("cleo@acme.test"), content_type=media_type)
    assert answer.status_code == 201
