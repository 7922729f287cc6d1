"""Users of a directory: their life, and what it may say of them."""

import pytest

from accounts.models.mail import Mail
from accounts.models.user import User
from tests.cast.invited import ask as invite
from tests.world import OTHER, SYSTEM, build
from workspaces.api.scim.schemas import USER
from workspaces.operations.groups import groups
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import members
from workspaces.terms import Terms

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ANN = {"schemas": [USER], "userName": "ann@acme.test", "displayName": "Ann Lee", "externalId": "7"}


def person(scim, **changes):
    return scim.ok("POST", "/Users", ANN | changes, status=201)


def test_a_new_user_as_it_is_made_and_read(scim, world, settings):
    settings.SITE_URL = "https://gate.example"
    answer = scim("POST", "/Users", ANN)
    made = answer.json()
    ident = world.member("ann@acme.test").public_id
    where = f"https://gate.example/scim/v2/Users/{ident}"
    assert (answer.status_code, answer.headers["Location"]) == (201, where)
    times = made["meta"].pop("created"), made["meta"].pop("lastModified")
    assert all(time.endswith("Z") for time in times)
    assert made == {
        "schemas": [USER], "id": ident, "externalId": "7", "userName": "ann@acme.test",
        "displayName": "Ann Lee", "active": True,
        "name": {"formatted": "Ann Lee", "givenName": "Ann", "familyName": "Lee"},
        "emails": [{"value": "ann@acme.test", "type": "work", "primary": True}], "groups": [],
        "meta": {"resourceType": "User", "location": where},
    }  # fmt: skip
    again = scim.ok("GET", f"/Users/{ident}")
    assert (again["meta"].pop("created"), again["meta"].pop("lastModified")) == times
    assert again == made


def test_who_is_new_has_minimal_access_and_is_told_of_nothing_else(scim, world):
    person(scim, active="True", password="hunter2", roles=[{"value": "workspace-owner"}])
    ann = world.member("ann@acme.test")
    assert not ann.owner
    assert not ann.grants.exists()
    assert not ann.user.has_usable_password()
    assert ann.user.name == "Ann Lee"


def test_who_was_taken_out_by_others_is_put_back_under_their_own_name(scim, world):
    bo = world.member("bo").public_id
    members.remove(world.member("bo"), by=SYSTEM)
    said = person(scim, userName="bo@example.org", displayName="Bo Sent")
    assert (said["id"], said["active"], said["displayName"]) == (bo, True, "Bo Diddley")
    assert world.member("bo").public_id == bo


def test_who_left_by_themself_is_asked_first_and_shown_as_sent(scim, world):
    members.leave(world.member("bo"), by=world.actor("bo"))
    said = person(scim, userName="bo@example.org")
    assert said["active"] is True
    assert not world.workspace.members.filter(user__email="bo@example.org").exists()
    assert world.workspace.invites.open().get().email == "bo@example.org"


def test_an_open_invite_is_void_and_gives_nothing(scim, world):
    offer = Offer(owner=True, grants=(Terms("source-admin", "all"),))
    invite(world, "ann@acme.test", offer)
    assert person(scim)["active"] is True
    assert not world.workspace.invites.open().exists()
    ann = world.member("ann@acme.test")
    assert (ann.owner, ann.grants.count()) == (False, 0)


def test_what_only_the_service_says_is_passed_over(scim, world):
    said = person(scim, id="mine", meta={"resourceType": "Group"}, groups=[
        {"value": world.group("growth").public_id}
    ])  # fmt: skip
    assert said["id"] != "mine"
    assert (said["meta"]["resourceType"], said["groups"]) == ("User", [])


def test_a_member_already_is_a_clash_in_any_case(scim, world):
    for address in ("bo@example.org", "BO@Example.org"):
        scim.error(
            "POST", "/Users", ANN | {"userName": address}, status=409, scim_type="uniqueness"
        )
    person(scim)
    scim.error("POST", "/Users", ANN, status=409, scim_type="uniqueness")


@pytest.mark.parametrize("address", [
    "ann", "ann@", "@acme.test", "ann@acme", "änn@acme.test", "ann @acme.test", "a" * 300 + "@x.io",
    "K@acme.test\u200b", "ann@\u0430cme.test",
])  # fmt: skip
def test_what_is_no_address_is_an_invalid_value_XE4(scim, address):
    scim.error("POST", "/Users", ANN | {"userName": address}, status=400, scim_type="invalidValue")


@pytest.mark.parametrize("changes", [
    {"displayName": "x" * 200}, {"displayName": "Ann\u202e"}, {"externalId": "x" * 300},
    {"active": "maybe"}, {"userName": None},
])  # fmt: skip
def test_values_that_cannot_be_are_refused_XF6(scim, changes):
    scim.error("POST", "/Users", ANN | changes, status=400, scim_type="invalidValue")
    assert not User.objects.filter(email="ann@acme.test").exists()


def test_deactivated_by_patch_they_are_out_and_still_listed_inactive(scim, world):
    ident = person(scim)["id"]
    said = scim.patch(f"/Users/{ident}", {"op": "replace", "value": {"active": False}})
    assert (said["active"], said["id"], said["externalId"]) == (False, ident, "7")
    assert not world.workspace.members.filter(user__email="ann@acme.test").exists()
    assert User.objects.get(email="ann@acme.test").is_active
    assert scim.ok("GET", f"/Users/{ident}")["active"] is False
    assert scim.found("/Users", 'userName eq "ann@acme.test"')[0]["active"] is False
    assert scim.found("/Users", "active eq false")[0]["id"] == ident


def test_put_back_they_have_the_same_id_and_minimal_access_XL5(scim, world):
    bo = world.member("bo").public_id
    scim.patch(f"/Users/{bo}", {"op": "Replace", "path": "active", "value": "False"})
    said = scim.ok("PUT", f"/Users/{bo}", {"userName": "bo@example.org", "active": True})
    assert (said["id"], said["active"], said["groups"]) == (bo, True, [])
    assert world.member("bo").public_id == bo
    assert not world.member("bo").grants.exists()


def test_deleted_they_are_not_there_and_may_come_back(scim, world):
    ident = person(scim)["id"]
    assert scim.ok("DELETE", f"/Users/{ident}", status=204) is None
    for method in ("GET", "DELETE"):
        scim.error(method, f"/Users/{ident}", status=404)
    scim.error("PUT", f"/Users/{ident}", ANN, status=404)
    assert scim.found("/Users", 'externalId eq "7"') == []
    assert not world.workspace.members.filter(user__email="ann@acme.test").exists()
    back = person(scim)
    assert (back["active"], back["externalId"]) == (True, "7")


def test_an_inactive_user_can_be_deleted(scim):
    ident = person(scim)["id"]
    scim.patch(f"/Users/{ident}", {"op": "replace", "value": {"active": False}})
    scim.ok("DELETE", f"/Users/{ident}", status=204)
    scim.error("GET", f"/Users/{ident}", status=404)


def test_made_inactive_they_are_known_and_outside(scim, world):
    said = person(scim, active=False)
    assert said["active"] is False
    assert not world.workspace.members.filter(user__email="ann@acme.test").exists()
    assert scim.ok("GET", f"/Users/{said['id']}")["displayName"] == "Ann Lee"
    assert scim.patch(f"/Users/{said['id']}", {"op": "replace", "value": {"active": True}})[
        "active"
    ]
    assert world.member("ann@acme.test").public_id == said["id"]


def test_removed_in_the_console_they_are_inactive_to_the_directory(scim, world):
    bo = world.member("bo").public_id
    members.remove(world.member("bo"), by=SYSTEM)
    assert scim.ok("GET", f"/Users/{bo}")["active"] is False


def test_address_and_name_of_an_account_stay_what_they_are_XL6(scim, world):
    bo = world.member("bo").public_id
    said = scim.ok("PUT", f"/Users/{bo}", ANN | {"userName": "evil@example.org"})
    assert (said["userName"], said["displayName"]) == ("bo@example.org", "Bo Diddley")
    scim.patch(f"/Users/{bo}", {"op": "Replace", "path": "userName", "value": "evil@example.org"})
    said = scim.patch(f"/Users/{bo}", {"op": "Replace", "path": "displayName", "value": "Evil"})
    assert (said["userName"], said["displayName"]) == ("bo@example.org", "Bo Diddley")
    assert not User.objects.filter(email="evil@example.org").exists()


def test_a_name_is_taken_later_while_there_is_none(scim):
    ident = person(scim, displayName=None)["id"]
    path = f"/Users/{ident}"
    assert "displayName" not in scim.ok("GET", path)
    said = scim.patch(path, {"op": "add", "path": "displayName", "value": "Ann"})
    assert said["displayName"] == "Ann"
    said = scim.patch(path, {"op": "replace", "path": "displayName", "value": "Eve"})
    assert said["displayName"] == "Ann"


def test_put_keeps_active_where_it_is_not_sent_and_clears_an_external_id(scim):
    ident = person(scim)["id"]
    said = scim.ok("PUT", f"/Users/{ident}", {"userName": "ann@acme.test"})
    assert (said["active"], "externalId" in said) == (True, False)
    scim.patch(f"/Users/{ident}", {"op": "replace", "value": {"active": False}})
    said = scim.ok("PUT", f"/Users/{ident}", {"userName": "ann@acme.test", "externalId": "8"})
    assert (said["active"], said["externalId"]) == (False, "8")


def test_an_external_id_links_an_ordinary_member(scim, world):
    bo = world.member("bo").public_id
    scim.patch(f"/Users/{bo}", {"op": "add", "path": "externalId", "value": "00u"})
    (found,) = scim.found("/Users", 'externalId eq "00u"')
    assert (found["id"], found["active"]) == (bo, True)
    assert scim.found("/Users", 'externalId eq "00U"') == []


def test_the_last_owner_stays_R7_XL8(scim, world):
    ada = f"/Users/{world.member('ada').public_id}"
    for method, body in (
        ("PATCH", {"Operations": [{"op": "replace", "value": {"active": False}}]}),
        ("PUT", {"userName": "ada@example.org", "active": False}),
        ("DELETE", None),
    ):
        scim.error(method, ada, body, status=409)
    assert world.member("ada").owner
    assert scim.ok("GET", ada)["active"] is True
    assert Mail.objects.filter(to="ada@example.org").count() == 1  # owners are told, once a day


def test_all_of_a_patch_or_nothing(scim):
    ident = person(scim)["id"]
    scim.error(
        "PATCH", f"/Users/{ident}", status=400, scim_type="invalidValue",
        body={"Operations": [
            {"op": "replace", "path": "externalId", "value": "8"},
            {"op": "replace", "path": "active", "value": "perhaps"},
        ]},
    )  # fmt: skip
    assert scim.ok("GET", f"/Users/{ident}")["externalId"] == "7"


def test_users_know_their_groups(scim, world):
    bo, growth = world.member("bo").public_id, world.group("growth").public_id
    groups.create(world.workspace, "Alpha", by=SYSTEM)
    groups.add_members(world.group("Alpha"), [world.member("bo")], by=SYSTEM)
    found = scim.ok("GET", f"/Users/{bo}")["groups"]
    assert [group["display"] for group in found] == ["Alpha", "growth"]
    assert found[1]["value"] == growth
    assert found[1]["$ref"].endswith(f"/scim/v2/Groups/{growth}")


def test_the_list_is_the_members_and_those_the_directory_knows(scim, world):
    ident = person(scim)["id"]
    scim.patch(f"/Users/{ident}", {"op": "replace", "value": {"active": False}})
    answer = scim.ok("GET", "/Users")
    active = {user["userName"]: user["active"] for user in answer["Resources"]}
    assert active == {
        "ada@example.org": True, "bo@example.org": True, "cy@example.org": True,
        "dee@example.org": True, "ann@acme.test": False,
    }  # fmt: skip
    assert answer["schemas"] == [LIST]
    assert (answer["totalResults"], answer["itemsPerPage"], answer["startIndex"]) == (5, 5, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('userName eq "BO@example.org"', {"bo"}),
        ('userName eq "8f0a3c52-6a6b-4a0e-9a1e-6f1f1f1f1f1f"', set()),
        ('emails[type eq "work"].value eq "bo@example.org"', {"bo"}),
        ('emails[type eq "home"].value eq "bo@example.org"', set()),
        ('emails.value eq "bo@example.org" and emails.primary eq true', {"bo"}),
        ('displayName eq "bo diddley"', {"bo"}),
        ('displayName eq "bo"', set()),
        ("active eq true", {"ada", "bo", "cy", "dee"}),
        ("active eq false", set()),
        ('active eq true and userName eq "cy@example.org"', {"cy"}),
        ('userName eq "cy@example.org" and userName eq "bo@example.org"', set()),
        ('externalId eq ""', set()),
        ('id eq "nobody"', set()),
    ],
)
def test_filters_find_what_they_say(scim, text, found):
    names = {user["userName"].partition("@")[0] for user in scim.found("/Users", text)}
    assert names == found


def test_pages_follow_on_each_other(scim, world):
    made = [person(scim, userName=f"p{i}@acme.test", externalId=f"{i}")["id"] for i in range(3)]
    scim.patch(f"/Users/{made[1]}", {"op": "replace", "value": {"active": False}})
    whole = [user["id"] for user in scim.ok("GET", "/Users")["Resources"]]
    assert whole[-3:] == made
    seen = []
    for start in (1, 4, 7):
        answer = scim.ok("GET", f"/Users?startIndex={start}&count=3")
        assert (answer["totalResults"], answer["startIndex"]) == (7, start)
        assert answer["itemsPerPage"] == len(answer["Resources"])
        seen += [user["id"] for user in answer["Resources"]]
    assert seen == whole


@pytest.mark.parametrize(
    ("query", "start", "count"),
    [
        ("startIndex=0", 1, 4), ("startIndex=-9", 1, 4), ("count=0", 1, 0), ("count=-1", 1, 0),
        ("startIndex=99", 99, 0), ("count=1000000", 1, 4), ("startIndex=3&count=1", 3, 1),
        ("startIndex=99999999999999999999999&count=99999999999999999999999", 10**9, 0),
        ("aadOptscim062020&ordering=password&sortBy=userName", 1, 4),
    ],
)  # fmt: skip
def test_pages_beyond_what_there_is_XH9(scim, query, start, count):
    answer = scim.ok("GET", f"/Users?{query}")
    assert (answer["startIndex"], answer["itemsPerPage"]) == (start, count)
    assert (answer["totalResults"], len(answer["Resources"])) == (4, count)


@pytest.mark.parametrize("query", ["count=x", "startIndex=1.5", "count=", "startIndex=1e3"])
def test_pages_that_are_no_numbers_XH9(scim, query):
    scim.error("GET", f"/Users?{query}", status=400, scim_type="invalidValue")


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("attributes=userName", {"schemas", "id", "userName"}),
        ("attributes=USERNAME,active", {"schemas", "id", "userName", "active"}),
        (f"attributes={USER}:userName", {"schemas", "id", "userName"}),
        ("attributes=emails.value", {"schemas", "id", "emails"}),
        ("attributes=nothing", {"schemas", "id"}),
        (
            "excludedAttributes=groups,emails,id,schemas",
            {"schemas", "id", "userName", "displayName", "name", "active", "meta"},
        ),
        ("attributes=active&excludedAttributes=active", {"schemas", "id", "active"}),
    ],
)
def test_only_the_attributes_that_are_asked_for(scim, world, query, keys):
    bo = world.member("bo").public_id
    assert set(scim.ok("GET", f"/Users/{bo}?{query}")) == keys
    for user in scim.ok("GET", f"/Users?{query}")["Resources"]:
        assert set(user) == keys


def test_only_the_part_of_an_attribute_that_is_asked_for(scim, world):
    path = f"/Users/{world.member('bo').public_id}"
    only = scim.ok("GET", f"{path}?attributes=emails.value")["emails"]
    assert only == [{"value": "bo@example.org"}]
    rest = scim.ok("GET", f"{path}?excludedAttributes=emails.value")["emails"]
    assert rest == [{"type": "work", "primary": True}]


def test_users_of_another_workspace_are_not_there_R5_XA1(scim, world):
    other = build(OTHER)
    for name in ("olga@example.net", "bo@example.org"):
        ident = other.member(name).public_id
        for method, body in (
            ("GET", None),
            ("PUT", ANN),
            ("DELETE", None),
            ("PATCH", {"Operations": []}),
        ):
            elsewhere = scim.error(method, f"/Users/{ident}", body, status=404)
            assert elsewhere == scim.error(method, "/Users/nowhere", body, status=404)
    assert scim.found("/Users", 'userName eq "olga@example.net"') == []
    assert b"olga" not in scim("GET", "/Users").content
    assert other.workspace.members.count() == 2


JDOE = {"userName": "jdoe", "emails": [{"value": "J.Doe@Acme.test", "primary": True}]}


def test_a_user_name_that_is_no_address_is_kept_as_it_was_sent(scim, world):
    said = scim.ok("POST", "/Users", JDOE, status=201)
    assert (said["userName"], said["emails"][0]["value"]) == ("jdoe", "j.doe@acme.test")
    assert world.member("j.doe@acme.test").public_id == said["id"]
    for text in ('userName eq "JDoe"', 'userName eq "j.doe@acme.test"',
                 'emails.value eq "j.doe@acme.test"'):  # fmt: skip
        assert [one["id"] for one in scim.found("/Users", text)] == [said["id"]]
    assert scim.found("/Users", 'userName eq "doe"') == []
    path = f"/Users/{said['id']}"
    assert scim.ok("PUT", path, {"userName": "jdoe", "active": False})["userName"] == "jdoe"
    assert scim.ok("PUT", path, {"userName": "other"})["userName"] == "jdoe"


def test_the_spelling_of_an_address_is_answered_as_it_was_sent(scim):
    said = person(scim, userName="Ann@ACME.test")
    assert (said["userName"], said["emails"][0]["value"]) == ("Ann@ACME.test", "ann@acme.test")
    assert scim.found("/Users", 'userName eq "ann@acme.TEST"') == [said]


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u3164"])
def test_to_look_for_no_name_finds_nobody_N4(scim, text):
    assert scim.found("/Users", f'userName eq "{text}"') == []


def test_two_people_are_not_called_the_same_N2(scim):
    first = scim.ok("POST", "/Users", JDOE, status=201)
    other = JDOE | {"emails": [{"value": "other@acme.test"}]}
    for name in ("jdoe", "JDOE", "\uff4aDoe", "j\u034fdoe"):
        status = 409 if "\u034f" not in name else 400
        kind = "uniqueness" if status == 409 else "invalidValue"
        body = other | {"userName": name}
        scim.error("POST", "/Users", body, status=status, scim_type=kind)
    scim.ok("DELETE", f"/Users/{first['id']}", status=204)
    assert scim.ok("POST", "/Users", other, status=201)["userName"] == "jdoe"


@pytest.mark.parametrize("user_name", ["j\x07doe", "j\u202edoe", "\u2800", "x" * 300])
def test_a_user_name_that_no_line_can_be_is_refused_N1(scim, user_name):
    body = JDOE | {"userName": user_name}
    scim.error("POST", "/Users", body, status=400, scim_type="invalidValue")
    assert not User.objects.filter(email="j.doe@acme.test").exists()


def test_who_comes_back_is_called_what_is_sent_then(scim):
    said = scim.ok("POST", "/Users", JDOE, status=201)
    scim.patch(f"/Users/{said['id']}", {"op": "replace", "value": {"active": False}})
    again = scim.ok("POST", "/Users", JDOE | {"userName": "john"}, status=201)
    assert (again["id"], again["userName"]) == (said["id"], "john")


def test_a_name_stays_when_null_is_sent_for_it(scim):
    ident = person(scim)["id"]
    for op in (
        {"op": "remove", "path": "displayName"},
        {"op": "add", "value": {"displayName": None}},
    ):
        body = {"Operations": [op]}
        scim.error("PATCH", f"/Users/{ident}", body, status=400, scim_type="mutability")
    body = {"userName": "ann@acme.test", "displayName": None}
    scim.error("PUT", f"/Users/{ident}", body, status=400, scim_type="mutability")
    unnamed = scim.ok(
        "POST", "/Users", {"userName": "b@acme.test", "displayName": None}, status=201
    )
    assert "name" not in unnamed
    scim.ok("PUT", f"/Users/{unnamed['id']}", {"userName": "b@acme.test", "displayName": None})


@pytest.mark.parametrize("body", [
    {"userName": "ann@acme.test", USER: {"active": False}},
    {"userName": "ann@acme.test", f"{USER}:active": "false"},
])  # fmt: skip
def test_put_takes_what_stands_under_the_urn_of_the_schema(scim, world, body):
    ident = person(scim)["id"]
    assert scim.ok("PUT", f"/Users/{ident}", body)["active"] is False
    assert not world.workspace.members.filter(user__email="ann@acme.test").exists()


def test_put_with_null_for_active_changes_nothing(scim):
    ident = person(scim)["id"]
    body = {"userName": "ann@acme.test", "active": None, "externalId": "8"}
    scim.error("PUT", f"/Users/{ident}", body, status=400, scim_type="invalidValue")
    assert scim.ok("GET", f"/Users/{ident}")["externalId"] == "7"


@pytest.mark.parametrize(("name", "parts"), [
    ("Ann Mary Lee", {"formatted": "Ann Mary Lee", "givenName": "Ann Mary", "familyName": "Lee"}),
    ("Plato", {"formatted": "Plato", "givenName": "Plato"}),
])  # fmt: skip
def test_the_name_is_made_of_the_display_name(scim, name, parts):
    assert person(scim, displayName=name)["name"] == parts
