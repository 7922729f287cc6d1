"""Not active, and yet in a group: kept as the directory said, and giving nothing."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models.user import User
from tests.cast.directories import somebody
from tests.cast.invited import ask
from tests.world import SYSTEM, give_grants
from workspaces.access.engine import Access
from workspaces.models import Invite, WaitingMember
from workspaces.operations.directory import pushed_groups
from workspaces.operations.directory.pushed_groups import open_to_directory
from workspaces.operations.invites import acceptance
from workspaces.operations.members import members
from workspaces.terms import Terms

ON, OFF = ({"op": "replace", "value": {"active": active}} for active in (True, False))
OWNING = Terms("workspace-owner", "all")


def refs(*idents):
    return [{"value": ident} for ident in idents]


@pytest.fixture
def ids(world):
    return {name: world.member(name).public_id for name in ("bo", "cy", "dee")}


@pytest.fixture
def group(scim, world, ids):
    """Analysts, with bo in it and source-admin on everything; cy is not active."""
    said = scim.ok("POST", "/Groups", {"displayName": "Analysts", "members": refs(ids["bo"])},
                   status=201)  # fmt: skip
    give_grants(world.group("Analysts"), [Terms("source-admin", "all")], by=SYSTEM)
    scim.patch(f"/Users/{ids['cy']}", OFF)
    return f"/Groups/{said['id']}"


PUSHES = {
    "PATCH add": lambda scim, path, idents: scim.patch(
        path, {"op": "add", "path": "members", "value": refs(*idents)}
    ),
    "PATCH replace": lambda scim, path, idents: scim.patch(
        path, {"op": "replace", "value": {"members": refs(*idents)}}
    ),
    "PUT": lambda scim, path, idents: scim.ok(
        "PUT", path, {"displayName": "Analysts", "members": refs(*idents)}
    ),
}


def named(scim, path):
    return {member["value"] for member in scim.ok("GET", path)["members"]}


def inside(world):
    people = world.workspace.members.in_group(world.group("Analysts"))
    return {email.partition("@")[0] for email in people.values_list("user__email", flat=True)}


def invited(world, name):
    """Let somebody come back by an owner's invite."""
    email = f"{name}@example.org"
    user = User.objects.get(email=email)
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    acceptance.accept(ask(world, email), user, by=SYSTEM)


@pytest.mark.parametrize("push", PUSHES)
def test_a_push_with_somebody_not_active_is_taken_as_it_is(scim, world, group, ids, push):
    PUSHES[push](scim, group, (ids["bo"], ids["cy"], ids["dee"]))
    assert named(scim, group) == {ids["bo"], ids["cy"], ids["dee"]}
    assert inside(world) == {"bo", "dee"}
    assert not world.workspace.members.filter(user__email="cy@example.org").exists()
    found = scim.found("/Groups", f'displayName eq "Analysts" and members eq "{ids["cy"]}"')
    assert [f"/Groups/{one['id']}" for one in found] == [group]
    assert [one["display"] for one in scim.ok("GET", f"/Users/{ids['cy']}")["groups"]] == [
        "Analysts"
    ]


def test_a_new_group_may_hold_them(scim, world, ids):
    scim.patch(f"/Users/{ids['cy']}", OFF)
    body = {"displayName": "New", "members": refs(ids["cy"], ids["bo"])}
    assert len(scim.ok("POST", "/Groups", body, status=201)["members"]) == 2
    assert world.workspace.members.in_group(world.group("New")).count() == 1


@pytest.mark.parametrize("push", PUSHES)
def test_they_count_when_the_directory_puts_them_back(scim, world, group, ids, push):
    PUSHES[push](scim, group, (ids["bo"], ids["cy"]))
    scim.patch(f"/Users/{ids['cy']}", ON)
    assert inside(world) == {"bo", "cy"}
    assert Access.of(world.member("cy")).check("edit", world.resource("source/a"))
    assert named(scim, group) == {ids["bo"], ids["cy"]}
    assert not WaitingMember.objects.exists()
    event = world.workspace.events.filter(action="group.members_added").latest("number")
    assert event.after == ["cy@example.org"]


def test_they_count_when_they_are_posted_again(scim, world, group, ids):
    PUSHES["PATCH add"](scim, group, (ids["cy"],))
    scim.ok("POST", "/Users", {"userName": "cy@example.org"}, status=201)
    assert inside(world) == {"bo", "cy"}


def test_what_was_held_before_leaving_does_not_come_back(scim, world, group, ids):
    scim.patch(f"/Users/{ids['bo']}", OFF)
    scim.patch(f"/Users/{ids['bo']}", ON)
    assert inside(world) == set()


def test_coming_back_by_another_door_is_minimal_access_R8(scim, world, group, ids):
    PUSHES["PATCH add"](scim, group, (ids["cy"],))
    invited(world, "cy")
    assert inside(world) == {"bo"}
    assert not Access.of(world.member("cy")).check("edit", world.resource("source/a"))
    scim.patch(group, {"op": "replace", "path": "displayName", "value": "Analysts"})
    scim.patch(group, {"op": "add", "path": "members", "value": refs(ids["dee"])})
    assert inside(world) == {"bo", "dee"}
    PUSHES["PATCH add"](scim, group, (ids["cy"],))
    assert inside(world) == {"bo", "cy", "dee"}
    assert named(scim, group) == set(ids.values())


def test_the_directory_says_that_they_are_active_and_so_they_join(scim, world, group, ids):
    PUSHES["PATCH add"](scim, group, (ids["cy"],))
    invited(world, "cy")
    scim.patch(f"/Users/{ids['cy']}", ON)
    assert inside(world) == {"bo", "cy"}


def test_they_are_taken_out_like_anybody(scim, world, group, ids):
    PUSHES["PATCH add"](scim, group, (ids["cy"],))
    scim.patch(group, {"op": "remove", "path": f'members[value eq "{ids["cy"]}"]'})
    assert named(scim, group) == {ids["bo"]}
    scim.patch(f"/Users/{ids['cy']}", ON)
    assert inside(world) == {"bo"}


@pytest.mark.parametrize(
    "empty",
    [
        {"op": "remove", "path": "members"},
        {"op": "replace", "path": "members", "value": None},
        {"op": "replace", "value": {"members": []}},
    ],
)
def test_an_emptied_group_waits_for_nobody(scim, world, group, ids, empty):
    PUSHES["PATCH add"](scim, group, (ids["cy"],))
    scim.patch(group, empty)
    assert named(scim, group) == set()
    assert not WaitingMember.objects.exists()


def test_to_push_the_same_again_changes_nothing(scim, world, group, ids):
    PUSHES["PUT"](scim, group, (ids["bo"], ids["cy"]))
    events = world.workspace.events.count()
    for push in PUSHES.values():
        push(scim, group, (ids["bo"], ids["cy"]))
    assert world.workspace.events.count() == events


def test_whoever_the_directory_deletes_waits_no_longer(scim, world, group, ids):
    PUSHES["PATCH add"](scim, group, (ids["cy"],))
    scim.ok("DELETE", f"/Users/{ids['cy']}", status=204)
    assert named(scim, group) == {ids["bo"]}
    body = {"op": "add", "path": "members", "value": refs(ids["cy"])}
    operations = {"Operations": [body]}
    scim.error("PATCH", group, operations, status=400, scim_type="invalidValue")
    scim.ok("POST", "/Users", {"userName": "cy@example.org"}, status=201)
    assert inside(world) == {"bo"}


@pytest.mark.parametrize("push", PUSHES)
def test_what_is_no_id_of_ours_refuses_all_of_it(scim, world, group, ids, push):
    with pytest.raises(AssertionError, match="There is no user nobody"):
        PUSHES[push](scim, group, (ids["cy"], ids["dee"], "nobody"))
    assert named(scim, group) == {ids["bo"]}


def test_a_group_that_makes_owners_lets_nobody_wait_for_it_XL7(scim, world, group, ids):
    give_grants(world.group("Analysts"), [OWNING], by=SYSTEM)
    body = {"Operations": [{"op": "add", "path": "members", "value": refs(ids["cy"])}]}
    scim.error("PATCH", group, body, status=403)


def test_a_group_that_came_to_make_owners_goes_on_waiting_XL7(scim, world, group, ids):
    PUSHES["PATCH add"](scim, group, (ids["cy"],))
    give_grants(world.group("Analysts"), [OWNING], by=SYSTEM)
    scim.patch(f"/Users/{ids['cy']}", ON)
    assert inside(world) == {"bo"}
    assert named(scim, group) == {ids["bo"], ids["cy"]}
    open_to_directory(world.group("Analysts"), opened=True, by=world.actor("ada"))
    PUSHES["PATCH add"](scim, group, (ids["cy"],))
    assert inside(world) == {"bo", "cy"}


def test_a_group_taken_over_waits_for_nobody(scim, world, group, ids):
    PUSHES["PATCH add"](scim, group, (ids["cy"],))
    pushed_groups.take_over(world.group("Analysts"), by=world.actor("ada"), though_live=True)
    scim.patch(f"/Users/{ids['cy']}", ON)
    assert inside(world) == {"bo"}


def test_whoever_is_asked_first_joins_when_they_accept(scim, world, group):
    nina = somebody()
    said = scim.ok("POST", "/Users", {"userName": nina.email, "active": False}, status=201)
    PUSHES["PATCH add"](scim, group, (said["id"],))
    scim.patch(f"/Users/{said['id']}", ON)
    assert inside(world) == {"bo"}
    acceptance.accept(Invite.objects.get(email=nina.email), nina, by=SYSTEM)
    assert inside(world) == {"bo", "nina"}


def test_the_console_shows_them_apart(scim, world, group, ids, as_user):
    PUSHES["PATCH add"](scim, group, (ids["cy"],))
    where = f"/w/acme/groups/{world.group('Analysts').public_id}?tab=members"
    page = as_user("ada").get(where).content.decode()
    inside, heading, waiting = page.partition("Not active, so not in it yet")
    assert heading
    assert ("bo@example.org" in inside, "bo@example.org" in waiting) == (True, False)
    assert ("cy@example.org" in inside, "cy@example.org" in waiting) == (False, True)


def test_removed_in_the_console_and_pushed_again(scim, world, group, ids):
    members.remove(world.member("bo"), by=world.actor("ada"))
    PUSHES["PUT"](scim, group, (ids["bo"], ids["dee"]))
    assert named(scim, group) == {ids["bo"], ids["dee"]}
    assert inside(world) == {"dee"}
