"""Groups of a directory: names and members are its, permissions are not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast.invited import ask as invite
from tests.workspaces.access.test_time import go_by
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.api.scim.schemas import GROUP
from workspaces.operations.directory import groups as directory_groups
from workspaces.operations.directory.pushed_groups import open_to_directory
from workspaces.operations.groups import groups, people
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import members
from workspaces.spans import Span
from workspaces.terms import Terms


@pytest.fixture
def ids(world):
    return {name: world.member(name).public_id for name in ("ada", "bo", "cy", "dee")}


@pytest.fixture
def who(scim, ids):
    """Tell by name who is in a group."""
    names = {ident: name for name, ident in ids.items()}

    def look(group):
        return {names[m["value"]] for m in scim.ok("GET", f"/Groups/{group}")["members"]}

    return look


def refs(*idents):
    return [{"value": ident, "$ref": None, "display": "x"} for ident in idents]


def pushed(scim, *idents, name="Analysts", **more):
    body = {"displayName": name, "members": refs(*idents), **more}
    return scim.ok("POST", "/Groups", body, status=201)


def test_a_new_group_as_it_is_made_and_read(scim, world, ids, settings):
    settings.SITE_URL = "https://gate.example"
    body = {
        "schemas": [GROUP, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
        "externalId": "8aa1a0c0", "displayName": "Analysts", "members": refs(ids["bo"]),
    }  # fmt: skip
    answer = scim("POST", "/Groups", body)
    made, group = answer.json(), world.group("Analysts")
    where = f"https://gate.example/scim/v2/Groups/{group.public_id}"
    assert (answer.status_code, answer.headers["Location"]) == (201, where)
    assert {made["meta"].pop("created")[-1], made["meta"].pop("lastModified")[-1]} == {"Z"}
    assert made == {
        "schemas": [GROUP], "id": group.public_id, "externalId": "8aa1a0c0",
        "displayName": "Analysts",
        "members": [{
            "value": ids["bo"], "type": "User",
            "$ref": f"https://gate.example/scim/v2/Users/{ids['bo']}",
        }],
        "meta": {"resourceType": "Group", "location": where},
    }  # fmt: skip
    assert not group.grants.exists()


def test_names_are_taken_without_regard_to_case(scim, ids):
    pushed(scim)
    for name in ("growth", "ANALYSTS"):
        scim.error("POST", "/Groups", {"displayName": name}, status=409, scim_type="uniqueness")
    other = pushed(scim, name="Other")["id"]
    rename = {"Operations": [{"op": "replace", "value": {"displayName": "Analysts"}}]}
    scim.error("PATCH", f"/Groups/{other}", rename, status=409, scim_type="uniqueness")


@pytest.mark.parametrize("body", [
    {}, {"displayName": ""}, {"displayName": 1}, {"displayName": "x" * 200},
    {"displayName": "a\u202eb"}, {"displayName": "G", "members": "u1"},
    {"displayName": "G", "members": [{"value": "nobody"}]},
    {"displayName": "G", "externalId": "x" * 300},
])  # fmt: skip
def test_groups_that_cannot_be(scim, world, body):
    scim.error("POST", "/Groups", body, status=400, scim_type="invalidValue")
    assert world.workspace.groups.count() == 1


def test_members_come_and_go_in_each_form(scim, ids, who):
    group = pushed(scim, ids["bo"])["id"]
    path = f"/Groups/{group}"
    scim.patch(path, {"op": "Add", "path": "members", "value": refs(ids["cy"], ids["bo"])})
    assert who(group) == {"bo", "cy"}
    scim.patch(path, {"op": "add", "path": "members", "value": {"value": ids["dee"]}})
    scim.patch(path, {"op": "remove", "path": f'members[value eq "{ids["bo"]}"]'})
    assert who(group) == {"cy", "dee"}
    scim.patch(path, {"op": "Remove", "path": "members", "value": refs(ids["cy"])})
    assert who(group) == {"dee"}
    scim.patch(path, {"op": "replace", "path": "members", "value": refs(ids["bo"], ids["cy"])})
    assert who(group) == {"bo", "cy"}
    scim.patch(path, {"op": "remove", "path": "members"})
    assert who(group) == set()


def test_a_change_in_several_steps_is_taken_in_order(scim, ids, who):
    group = pushed(scim, ids["bo"])["id"]
    said = scim.patch(
        f"/Groups/{group}",
        {"op": "remove", "path": f'members[value eq "{ids["bo"]}"]'},
        {"op": "add", "path": "members", "value": refs(ids["cy"])},
        {"op": "replace", "value": {"id": "x", "displayName": "New"}},
    )
    assert (said["displayName"], who(group)) == ("New", {"cy"})


def test_all_of_a_change_or_nothing(scim, ids, who):
    group = pushed(scim, ids["bo"])["id"]
    steps = [
        {"op": "replace", "path": "displayName", "value": "New"},
        {"op": "add", "path": "members", "value": refs(ids["cy"], "nobody")},
    ]
    scim.error(
        "PATCH", f"/Groups/{group}", {"Operations": steps}, status=400, scim_type="invalidValue"
    )
    assert who(group) == {"bo"}
    assert scim.ok("GET", f"/Groups/{group}")["displayName"] == "Analysts"


def test_whoever_is_not_in_it_can_be_taken_out(scim, ids, who):
    group = pushed(scim, ids["bo"])["id"]
    for ident in (ids["cy"], "nobody"):
        scim.patch(f"/Groups/{group}", {"op": "remove", "path": f'members[value eq "{ident}"]'})
    assert who(group) == {"bo"}


def test_put_is_the_whole_group_and_leaves_permissions_alone(scim, world, ids, who):
    growth = world.group("growth")
    path, held = f"/Groups/{growth.public_id}", growth.grants.count()
    said = scim.ok("PUT", path, {"displayName": "Growth", "members": refs(ids["cy"])})
    assert (said["displayName"], who(growth.public_id)) == ("Growth", {"cy"})
    said = scim.ok("PUT", path, {"displayName": "Growth", "externalId": "9"})
    assert (said["members"], said["externalId"]) == ([], "9")
    assert "externalId" not in scim.ok("PUT", path, {"displayName": "Growth"})
    assert growth.grants.count() == held > 0


def test_a_group_made_by_hand_is_linked_and_found(scim, world):
    growth = world.group("growth").public_id
    scim.patch(f"/Groups/{growth}", {"op": "add", "path": "externalId", "value": "8aa"})
    (found,) = scim.found("/Groups", 'externalId eq "8aa"')
    assert (found["id"], found["displayName"], len(found["members"])) == (growth, "growth", 1)
    assert scim.found("/Groups", 'externalId eq "8AA"') == []


def test_who_is_in_a_group_is_who_is_in_it_now_W1(scim, world, ids):
    growth = world.group("growth")
    later = timezone.now() + timedelta(days=3)
    people.join(growth, ["cy@example.org"], by=SYSTEM, span=Span(starts=later))
    people.join(growth, ["dee@example.org"], by=SYSTEM, span=Span(ends=later))

    def shown():
        listed = {one["value"] for one in scim.ok("GET", f"/Groups/{growth.public_id}")["members"]}
        for ident in ids.values():
            found = scim.found("/Groups", f'members.value eq "{ident}"')
            groups_of = scim.ok("GET", f"/Users/{ident}").get("groups", [])
            assert bool(found) == bool(groups_of) == (ident in listed)
        return {name for name, ident in ids.items() if ident in listed}

    assert shown() == {"bo", "dee"}
    go_by(world, timedelta(days=4))
    assert shown() == {"bo", "cy"}


def test_a_deleted_group_is_gone_and_its_people_stay(scim, world, ids):
    group = pushed(scim, ids["bo"])["id"]
    assert scim.ok("DELETE", f"/Groups/{group}", status=204) is None
    for method in ("GET", "DELETE"):
        scim.error(method, f"/Groups/{group}", status=404)
    scim.error("PATCH", f"/Groups/{group}", {"Operations": []}, status=404)
    assert world.workspace.members.count() == 4


def test_nobody_becomes_an_owner_unless_an_owner_opened_the_group_XL7(scim, world, ids, who):
    chiefs = groups.create(world.workspace, "chiefs", by=SYSTEM)
    give_grants(chiefs, [Terms("workspace-owner", "all")], by=SYSTEM)
    path, add = (
        f"/Groups/{chiefs.public_id}",
        {"op": "add", "path": "members", "value": refs(ids["cy"])},
    )
    scim.error("PATCH", path, {"Operations": [add]}, status=403)
    scim.error("PUT", path, {"displayName": "chiefs", "members": refs(ids["cy"])}, status=403)
    assert who(chiefs.public_id) == set()
    open_to_directory(chiefs, opened=True, by=world.actor("ada"))
    scim.patch(path, add)
    assert who(chiefs.public_id) == {"cy"}


def test_who_is_asked_first_is_in_the_group_as_the_directory_said(scim, world):
    build(OTHER)
    asked = scim.ok("POST", "/Users", {"userName": "olga@example.net"}, status=201)
    group = pushed(scim, asked["id"])["id"]
    (member,) = scim.ok("GET", f"/Groups/{group}")["members"]
    assert member["value"] == asked["id"]
    (joined,) = scim.ok("GET", f"/Users/{asked['id']}")["groups"]
    assert joined["value"] == group
    text = f'id eq "{group}" and members eq "{asked["id"]}"'
    assert len(scim.found("/Groups", text)) == 1
    assert not world.workspace.members.filter(user__email="olga@example.net").exists()


def test_people_others_invited_are_none_of_the_directorys(scim, world):
    growth = world.group("growth")
    invite(world, "new@example.org", Offer(groups=(growth,)))
    assert len(scim.ok("GET", f"/Groups/{growth.public_id}")["members"]) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('displayName eq "GROWTH"', {"growth"}),
        ('displayName eq "grow"', set()),
        ('members eq "{bo}"', {"growth"}),
        ('members.value eq "{bo}"', {"growth"}),
        ('members[value eq "{bo}"]', {"growth"}),
        ('members eq "{cy}"', set()),
        ('members eq "{bo}" and members eq "{cy}"', {"both"}),
        ('id eq "{growth}" and members eq "{bo}"', {"growth"}),
        ('members eq "{cy}" and id eq "{growth}"', set()),
        ('externalId eq ""', set()),
    ],
)
def test_filters_find_what_they_say(scim, world, ids, text, found):
    if found == {"both"}:
        pushed(scim, ids["bo"], ids["cy"], name="both")
    for name, ident in {**ids, "growth": world.group("growth").public_id}.items():
        text = text.replace(f"{{{name}}}", ident)
    assert {group["displayName"] for group in scim.found("/Groups", text)} == found


def test_pages_and_attributes_of_groups(scim, ids):
    made = [pushed(scim, ids["bo"], name=f"G{i}")["id"] for i in range(3)]
    answer = scim.ok("GET", "/Groups?startIndex=2&count=2&excludedAttributes=members")
    assert [group["id"] for group in answer["Resources"]] == made[:2]
    assert (answer["totalResults"], answer["itemsPerPage"]) == (4, 2)
    assert all("members" not in group for group in answer["Resources"])
    only = scim.ok("GET", f"/Groups/{made[0]}?attributes=members")
    assert set(only) == {"schemas", "id", "members"}


def test_groups_and_people_of_another_workspace_are_not_there_R5_XA1_XA2(scim, world, ids):
    other = build(OTHER)
    foreign, olga = other.group("quixotic").public_id, other.member("olga@example.net").public_id
    body = {"displayName": "x"}
    for method, sent in (
        ("GET", None),
        ("PUT", body),
        ("DELETE", None),
        ("PATCH", {"Operations": []}),
    ):
        elsewhere = scim.error(method, f"/Groups/{foreign}", sent, status=404)
        assert elsewhere == scim.error(method, "/Groups/nowhere", sent, status=404)
    assert scim.found("/Groups", 'displayName eq "quixotic"') == []
    assert scim.found("/Groups", f'members eq "{olga}"') == []
    said = scim.error(
        "POST", "/Groups", {"displayName": "x", "members": refs(olga)},
        status=400, scim_type="invalidValue",
    )  # fmt: skip
    assert "olga" not in said["detail"].lower()
    assert other.workspace.groups.count() == 1


def test_a_group_that_went_meanwhile_is_not_there(scim, world, monkeypatch):
    growth = world.group("growth")
    found = directory_groups.change

    def gone_first(group, **options):
        groups.delete(world.group("growth"), by=SYSTEM)
        found(group, **options)

    monkeypatch.setattr(directory_groups, "change", gone_first)
    scim.error("PUT", f"/Groups/{growth.public_id}", {"displayName": "x"}, status=404)


def test_who_was_removed_meanwhile_refuses_no_push(scim, world, ids):
    members.remove(world.member("cy"), by=SYSTEM)
    body = {"displayName": "x", "members": refs(ids["cy"], ids["bo"])}
    made = scim.ok("POST", "/Groups", body, status=201)
    assert {one["value"] for one in made["members"]} == {ids["cy"], ids["bo"]}
    assert [m.user.email for m in world.workspace.members.in_group(world.group("x"))] == [
        "bo@example.org"
    ]
