"""People of a resource are narrowed by name, level and way, and sorted (R14, U9, W8)."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.world import SYSTEM, give_grants
from workspaces.access.who import who, who_could
from workspaces.catalogue import EDIT, READ
from workspaces.operations.groups import groups
from workspaces.terms import Eligible, Terms

PEOPLE = "sources/a/people"


@pytest.fixture
def eligible(world):
    """acme, where dee could take up editing every source, and cy reading by a second way."""
    give_grants(
        world.member("dee"),
        [Terms("source-admin", "all", eligible=Eligible(proof=False))],
        by=SYSTEM,
    )
    give_grants(world.group("growth"), [Terms("source-read-only", "all")], by=SYSTEM)
    groups.add_members(world.group("growth"), [world.member("cy")], by=SYSTEM)
    return world


def names(page):
    return [row.member.user.get_short_name() for row in page.answer.context["people"] or ()]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ada", "Bo", "Cy", "Dee"]),
        ("sort=-name", ["Dee", "Cy", "Bo", "Ada"]),
        ("q=CY", ["Cy"]),
        ("q=bo%40example.org", ["Bo"]),
        ("level=reaches", ["Ada", "Bo", "Cy"]),
        ("level=edits", ["Ada", "Bo", "Cy"]),
        ("level=could-reach", ["Dee"]),
        ("level=could-edit", ["Dee"]),
        ("by=owner", ["Ada"]),
        ("by=own", ["Cy", "Dee"]),
        ("by=group", ["Bo", "Cy"]),
        ("by=own&level=edits&sort=-name", ["Cy"]),
        ("by=own&q=ada", []),
        ("level=none", []),
    ],
)
def test_the_address_narrows_and_sorts_the_people_U9(eligible, see, query, found):
    page = see("ada", f"{PEOPLE}?{query}")
    assert names(page) == found
    assert page.answer.context["page"].paginator.count == len(found)


def test_each_level_holds_whom_the_engine_names_R9(eligible, see):
    thing = eligible.resource("source/c")
    reach, edit = {*who(READ, thing)}, {*who(EDIT, thing)}
    could_reach, could_edit = {*who_could(READ, thing)}, {*who_could(EDIT, thing)}
    expected = {
        "reaches": reach, "edits": edit, "views": reach - edit,
        "could-reach": could_reach - reach, "could-edit": could_edit - edit,
    }  # fmt: skip
    for level, people in expected.items():
        page = see("ada", f"sources/c/people?level={level}")
        assert {row.member for row in page.answer.context["people"]} == people, level
    assert all(expected[level] for level in ("views", "could-edit"))


def test_ticks_and_pages_go_on_with_what_is_narrowed_U2(eligible, see):
    page = see("ada", f"{PEOPLE}?q=cy&by=own&sort=-name&back=q%3Dx")
    form = page.raw.split('<form id="ways"')[1].split("</form>")[0]
    for name, value in (("q", "cy"), ("by", "own"), ("sort", "-name"), ("back", "q=x")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in form
    [every] = [row.every for row in page.answer.context["people"]]
    said = parse_qs(urlsplit(every).query)
    assert (said["q"], said["by"], len(said["way"])) == (["cy"], ["own"], 2)
    ticked = see("ada", every)
    assert names(ticked) == ["Cy"]
    assert ticked.answer.context["what_if"].n_ways == 2
    assert "way" not in ticked.answer.context["leave_url"]
    assert "by=own" in ticked.answer.context["leave_url"]


def test_nobody_matching_is_said_and_can_be_cleared(eligible, see):
    page = see("ada", f"{PEOPLE}?q=zzz")
    assert "Nobody matches." in page
    assert "/w/acme/sources/a/people" in page.links()


def test_who_sees_numbers_alone_has_nothing_to_narrow_R14(world, see):
    give_grants(world.member("dee"), [Terms("source-read-only", "all")], by=SYSTEM)
    page = see("dee", f"{PEOPLE}?q=bo&level=edits")
    assert 'class="filters"' not in page.raw
    assert page.answer.context["people"] is None
