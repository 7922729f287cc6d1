import pytest

from tests.world import OTHER, SYSTEM, build
from workspaces.access.engine import Access
from workspaces.errors import Conflict, Refused
from workspaces.operations.groups import groups
from workspaces.operations.members import members


def test_whoever_joins_gets_what_the_group_gives_R1(world):
    dee = world.member("dee")
    groups.add_members(world.group("growth"), [dee], by=SYSTEM)
    assert Access.of(dee).check("edit", world.resource("source/a"))


def test_whoever_leaves_loses_it_at_the_next_check_R4(world):
    bo = world.member("bo")
    groups.remove_members(world.group("growth"), [bo], by=SYSTEM)
    assert not Access.of(bo).check("edit", world.resource("source/a"))


def test_joining_twice_adds_once(world):
    again = groups.add_members(world.group("growth"), [world.member("bo")], by=SYSTEM)
    assert again == []
    assert world.group("growth").memberships.count() == 1


def test_people_of_another_workspace_are_not_added_R5_XA2(world):
    other = build(OTHER)
    stranger = other.workspace.members.get(user__email="olga@example.net")
    assert groups.add_members(world.group("growth"), [stranger], by=SYSTEM) == []


def test_people_who_left_meanwhile_are_not_added(world):
    dee = world.member("dee")
    members.remove(world.member("dee"), by=SYSTEM)
    assert groups.add_members(world.group("growth"), [dee], by=SYSTEM) == []


def test_a_name_is_taken_in_any_case(world):
    with pytest.raises(Refused, match="already a group"):
        groups.create(world.workspace, "GROWTH", by=SYSTEM)


def test_a_group_may_keep_its_own_name_when_described(world):
    group = groups.describe(world.group("growth"), "Growth", "People who grow", by=SYSTEM)
    assert (group.name, group.description) == ("Growth", "People who grow")


def test_a_group_cannot_take_the_name_of_another(world):
    groups.create(world.workspace, "sales", by=SYSTEM)
    with pytest.raises(Refused):
        groups.describe(world.group("growth"), "Sales", "", by=SYSTEM)


def test_deleting_a_group_leaves_its_members_in_the_workspace(world):
    groups.delete(world.group("growth"), by=SYSTEM)
    assert world.member("bo")
    assert not Access.of(world.member("bo")).policy.held


def test_the_trail_says_what_a_deleted_group_gave(world):
    groups.delete(world.group("growth"), by=SYSTEM)
    before = world.workspace.events.newest_first().first().before
    assert before["members"] == ["bo@example.org"]
    assert {"role": "warehouse-read-only", "scope": {"all": True}} in before["grants"]


def test_a_group_that_has_gone_is_a_conflict(world):
    group = world.group("growth")
    groups.delete(world.group("growth"), by=SYSTEM)
    with pytest.raises(Conflict):
        groups.add_members(group, [world.member("dee")], by=SYSTEM)


def test_a_group_that_goes_leaves_no_request_half_done_XB10(world):
    """A request goes on with the policy it read; the next one begins without the group."""
    access = Access.of(world.member("bo"))
    assert access.check("edit", world.resource("source/a"))
    groups.delete(world.group("growth"), by=SYSTEM)
    assert access.check("edit", world.resource("source/b"))
    assert list(access.reach("edit", "source").by_name()) == [
        world.resource("source/a"), world.resource("source/b"),
    ]  # fmt: skip
    later = Access.of(world.member("bo"))
    assert not later.check("edit", world.resource("source/b"))
    assert not later.reach("edit", "source").exists()
