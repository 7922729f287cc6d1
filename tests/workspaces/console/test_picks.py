"""Pickers search on the server and show at most 20 hits (U9)."""

import pytest

from tests.world import OTHER, SYSTEM, build
from workspaces.operations.groups import groups


def test_people_are_found_by_name_and_told_by_address(see):
    found = see("ada", "pick/members?q=bo")
    assert 'data-value="bo@example.org"' in found.raw
    assert "Ada Lovelace" not in found


def test_more_than_twenty_hits_are_counted(world, see):
    for i in range(23):
        groups.create(world.workspace, f"crew {i}", by=SYSTEM)
    found = see("ada", "pick/groups?q=crew")
    assert found.raw.count('role="option"') == 20
    assert "and 3 more" in found


def test_resources_are_offered_to_whom_may_read_them_R9(see):
    found = see("cy", "pick/sources?q=source")
    assert "Source A" in found
    assert "Source B" not in found


@pytest.mark.parametrize("kind", ["members", "groups", "labels", "sources"])
def test_nothing_of_another_workspace_is_offered_XA3(see, kind):
    build(OTHER)
    assert "uixot" not in see("ada", f"pick/{kind}?q=uixot")


def test_what_was_typed_is_shown_as_text_XI1(see):
    assert "<b>" not in see("ada", "pick/labels?q=<b>x").raw
