"""Types of which there is nothing stand behind *More*, unless there is nothing at all."""

import re

import pytest

from tests.world import SYSTEM
from workspaces.operations.resources import resources

pytestmark = pytest.mark.any_database
FOLDED = re.compile(r'<details class="nav-more">.*?</details>', re.DOTALL)


def folded(seen):
    """Return the words behind *More* in the sidebar of a page."""
    found = FOLDED.search(seen.raw)
    return re.findall(r"</svg><span>([^<]+)</span>", found[0]) if found else []


def without(world, *types):
    for thing in world.workspace.resources.filter(type__in=types):
        resources.delete(thing, by=SYSTEM)


def test_what_there_is_none_of_is_folded_and_still_a_link(world, see):
    assert folded(see("ada", "overview")) == []
    without(world, "tracking_plan", "function")
    seen = see("ada", "overview")
    assert folded(seen) == ["More", "Tracking plans", "Functions"]
    assert "/w/acme/functions" in seen.links()


def test_the_page_one_is_at_is_not_folded(world, see):
    without(world, "tracking_plan", "function")
    assert folded(see("ada", "functions")) == ["More", "Tracking plans"]
