import pytest

from tests.world import SYSTEM, give_grants
from workspaces.operations.groups import groups
from workspaces.terms import Terms


@pytest.fixture
def three(world):
    groups.create(world.workspace, "Alpha", by=SYSTEM, description="First of all")
    groups.add_members(
        groups.create(world.workspace, "zulu", by=SYSTEM),
        [world.member("cy"), world.member("dee")],
        by=SYSTEM,
    )
    return world


def first_words(page):
    return [row.split()[0] for row in page.rows()]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Alpha", "growth", "zulu"]),
        ("sort=-name", ["zulu", "growth", "Alpha"]),
        ("sort=-people", ["zulu", "growth", "Alpha"]),
        ("sort=people", ["Alpha", "growth", "zulu"]),
        ("q=FIRST", ["Alpha"]),
        ("q=none", []),
    ],
)
def test_the_address_narrows_and_sorts_the_list(see, three, query, found):
    assert first_words(see("ada", f"groups?{query}")) == found


def test_the_panel_says_what_the_group_gives(see, world):
    page = see("ada", f"groups/{world.group('growth').public_id}")
    assert "Whoever is in it can edit 3 things and view 1 more" in page
    assert "Source Admin" in page
    assert "Warehouse Read-only" in page


def test_the_members_tab_lists_who_is_in_it(see, world):
    page = see("ada", f"groups/{world.group('growth').public_id}?tab=members")
    assert "Bo Diddley" in page
    assert "Dee Dee" not in page


def test_an_empty_group_says_so(see, three):
    path = f"groups/{three.group('Alpha').public_id}"
    assert "It grants nothing" in see("ada", path)
    assert "Nobody is in it" in see("ada", f"{path}?tab=members")


def test_a_group_that_owns_shows_as_owner(see, world):
    give_grants(world.group("growth"), [Terms("workspace-owner", "all")], by=SYSTEM)
    assert "Owner" in see("ada", "groups").rows()[0]


def test_no_group_yet_is_said_kindly(see, world):
    groups.delete(world.group("growth"), by=SYSTEM)
    page = see("ada", "groups")
    assert page.rows() == []
    assert "no group" in page.text.lower()


def test_the_activity_tab_tells_what_was_changed(see, world):
    groups.add_members(world.group("growth"), [world.member("dee")], by=world.actor("ada"))
    page = see("ada", f"groups/{world.group('growth').public_id}?tab=activity")
    assert "ada@example.org added people to growth" in page


def test_the_activity_of_a_group_begins_with_what_made_it_A1(see, world):
    page = see("ada", f"groups/{world.group('growth').public_id}?tab=activity")
    assert "made the workspace" in page
