"""What if I take this away: who loses what, what stays by which way, who else is left (R14)."""

import re
from html import unescape

import pytest

from tests.cast.directories import directory_of
from tests.workspaces.conftest import plain
from tests.world import acme, build, everything
from workspaces.forms.grants.ways import value_in, value_of
from workspaces.operations.directory import groups as directory_groups

pytestmark = pytest.mark.any_database

PEOPLE = "sources/a/people"
ADMIN, READER = "source-admin", "source-read-only"


@pytest.fixture
def ways(db):
    """Bo edits source A by a group and by name, and reads it by another group; so does Cy read."""
    document = acme()
    bo = next(one for one in document["members"] if one["email"].startswith("bo"))
    bo["grants"] = [{"role": ADMIN, "scope": {"resources": ["source/a"]}}]
    document["groups"].append(
        {"name": "readers", "members": ["bo@example.org", "cy@example.org"],
         "grants": [{"role": READER, "scope": {"labels": ["product:car"]}}]}
    )  # fmt: skip
    return build(document)


@pytest.fixture
def ticks(ways):
    """Return the query that ticks ways of somebody: `ticks("bo", "growth", "own")`."""

    def query(name, *named):
        member = ways.member(name)
        values = [
            value_of(member, member.grants.first()) if one == "own"
            else value_in(member, ways.group(one))
            for one in named
        ]  # fmt: skip
        return "&".join(f"way={value}" for value in values)

    return query


def panel(page):
    """What the panel says, as text; "" where none is open."""
    found = re.search(r'<aside id="panel" class="panel review.*?</aside>', page.raw, re.DOTALL)
    return plain(found[0]) if found else ""


def link(page, text):
    """Where the panel's link of these words leads."""
    found = re.search(rf'href="([^"]*)"[^>]*>\s*{text}', page.raw)
    return unescape(found[1]) if found else ""


def test_ways_together_are_answered_by_what_is_lost_what_stays_and_by_which_way_R14(see, ticks):
    said = panel(see("ada", f"{PEOPLE}?{ticks('bo', 'growth', 'own')}"))
    assert "What if Bo loses these 2 ways?" in said
    assert "Bo loses edit on Source A and keeps view." in said
    assert "1 destination" in said
    assert "View stays, by readers readers > Source Read-only > product:car" in said
    assert "Bo leaves growth, so elsewhere too" in said
    assert "1 source can no longer be edited or seen Source B" in said
    assert "1 warehouse can no longer be seen BigQuery" in said
    assert "If only one of them went growth → Edit stays by their own grant" in said
    assert "Direct → Edit stays by growth" in said
    assert "Nobody but owners could edit it. Ada Lovelace" in said
    assert "Bo never changed it, as far as the trail goes" in said


def test_what_several_ways_give_is_kept_by_the_others_and_there_is_nothing_to_review(see, ticks):
    page = see("ada", f"{PEOPLE}?{ticks('bo', 'own')}")
    assert "Bo keeps edit on Source A, by growth." in panel(page)
    assert not link(page, "Review this change")


def test_without_all_ways_nothing_is_left(see, ticks):
    page = see("ada", f"{PEOPLE}?{ticks('bo', 'growth', 'own', 'readers')}")
    assert "Bo can no longer edit or see Source A." in panel(page)
    assert page.raw.count(" checked") == 3


def test_several_people_are_answered_one_by_one(see, ticks):
    page = see("ada", f"{PEOPLE}?{ticks('bo', 'readers')}&{ticks('cy', 'readers')}")
    said = panel(page)
    assert "What if 2 people lose these 2 ways?" in said
    assert "Bo keeps edit on Source A, by" in said
    assert "Cy keeps view of Source A, by their own grant." in said


def test_the_review_is_the_ordinary_one_or_several_one_after_another(see, ticks):
    page = see("ada", f"{PEOPLE}?{ticks('bo', 'growth', 'own')}")
    first = link(page, "Review this change")
    said = panel(page)
    assert "Each is reviewed by itself, one after another" in said
    assert "Take Bo Diddley out of growth Take 1 grant from Bo Diddley" in said
    review = see("ada", first)
    assert "Take people out of growth" in review
    assert "Bo Diddley" in review
    own = see("ada", link(review, "Skip</a>"))
    assert "1 change" in own


def test_a_grant_that_the_editor_starts_without_is_off_until_saved(see, ways):
    grant = ways.member("bo").grants.get()
    page = see("ada", f"members/{ways.member('bo').public_id}/access?without={grant.pk}")
    assert "1 change" in page
    assert "View of 1 source stays" in page
    assert ways.member("bo").grants.exists()
    group = ways.group("growth")
    dropped = group.grants.get(role=ADMIN)
    page = see("ada", f"groups/{group.public_id}/access?without={dropped.pk}")
    assert "Bo Diddley" in page


@pytest.mark.parametrize("unknown", ["0", "soon", "{theirs}"])
def test_an_editor_without_what_is_none_of_theirs_leads_nowhere_404_N4(ways, as_user, unknown):
    theirs = ways.group("growth").grants.first().pk
    path = f"/w/acme/members/{ways.member('bo').public_id}/access"
    answer = as_user("ada").get(path, {"without": unknown.format(theirs=theirs)})
    assert answer.status_code == 404


def test_asking_writes_nothing(as_user, ways, ticks):
    ada, bo = as_user("ada"), ways.member("bo")
    before = everything()
    ada.get(f"/w/acme/{PEOPLE}?{ticks('bo', 'growth', 'own')}")
    ada.get(f"/w/acme/members/{bo.public_id}/what-if?{ticks('bo', 'growth')}")
    ada.get(f"/w/acme/members/{bo.public_id}/access?without={bo.grants.get().pk}")
    assert everything() == before


@pytest.mark.parametrize(
    "way", ["bogus", "a.b.c", "nobody.grant.1", "x.group.y", "{cy}.grant.{bo}"]
)
def test_a_way_that_nobody_has_is_left_out_and_said_N4(see, ways, way):
    way = way.format(cy=ways.member("cy").public_id, bo=ways.member("bo").grants.get().pk)
    page = see("ada", f"{PEOPLE}?way={way}")
    assert page.answer.status_code == 422
    assert "is nobody’s here" in page
    assert panel(page) == ""


def test_who_edits_and_owns_nothing_sees_ways_and_asks_nothing(see, ticks):
    page = see("bo", f"{PEOPLE}?{ticks('bo', 'growth')}")
    assert "growth" in page
    assert panel(page) == ""
    assert 'name="way"' not in page.raw


def test_own_ownership_and_what_a_directory_decides_are_not_taken_from_here_R7(see, ways, ticks):
    directory_groups.change(ways.group("growth"), external_id="g1", by=directory_of(ways))
    page = see("ada", f"{PEOPLE}?{ticks('bo', 'growth')}")
    assert "By own role, not changed from here" in page
    assert "The directory decides who is in it" in page
    assert "The directory decides who is in growth." in panel(page)
    assert not link(page, "Review this change")


def test_the_page_of_a_member_answers_for_everything_they_reach(see, ways, ticks):
    bo = ways.member("bo")
    page = see("ada", f"members/{bo.public_id}/what-if?{ticks('bo', 'growth')}")
    said = panel(page)
    assert "Bo loses edit on 1 source" in said
    assert "1 warehouse can no longer be seen BigQuery" in said
    assert "Who else" not in said
    named = see("ada", f"members/{bo.public_id}/what-if?{ticks('bo', 'growth')}&on=source/a")
    assert "Bo keeps edit on Source A, by their own grant." in panel(named)


def test_the_page_of_a_member_answers_for_nobody_else_and_for_nothing_unknown_N4(see, ways, ticks):
    address = f"members/{ways.member('bo').public_id}/what-if"
    for said in (ticks("cy", "own"), f"{ticks('bo', 'own')}&on=source/nothing", "way=bogus"):
        page = see("ada", f"{address}?{said}")
        assert (page.answer.status_code, panel(page)) == (422, "")


@pytest.mark.parametrize(
    "path",
    ["members/{bo}", "members/{bo}?tab=groups", "check?who=bo@example.org&do=edit&which=source/a"],
)
def test_every_path_leads_to_the_question(see, ways, path):
    page = see("ada", path.format(bo=ways.member("bo").public_id))
    asked = see("ada", link(page, "What if I take this away"))
    assert "What if Bo loses this way?" in panel(asked)


def test_a_check_of_a_group_leads_to_its_editor_and_of_oneself_nowhere(see, ways):
    page = see("ada", "check?who=growth&do=edit&which=source/a")
    assert "/access?without=" in link(page, "What if I take this away")
    assert not link(see("bo", "check?do=edit&which=source/a"), "What if I take this away")


def test_ticking_answers_with_the_list_and_the_panel(see, ticks):
    page = see("ada", f"{PEOPLE}?{ticks('bo', 'growth', 'own')}", **FRAGMENT)
    assert "<html" not in page.raw
    assert 'hx-swap-oob="true"' in page.raw
    assert "Then" in page


FRAGMENT = {"HX-Request": "true", "HX-Target": "people"}
