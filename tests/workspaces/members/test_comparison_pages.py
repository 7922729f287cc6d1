"""Two people side by side, and the workspace as somebody else sees it (R14, R9)."""

import pytest

from tests.workspaces.access.test_property import in_many_worlds
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.access.counts.comparison import compare
from workspaces.access.engine import Access
from workspaces.models import Event
from workspaces.operations.members import members
from workspaces.terms import Terms


def about(world, name, verb):
    return f"members/{world.member(name).public_id}/{verb}"


def test_what_each_reaches_stands_side_by_side(see, world):
    page = see("ada", f"{about(world, 'bo', 'compare')}?with=cy@example.org")
    sources = next(row for row in page.rows() if row.startswith("Sources"))
    assert "Edit 2" in sources
    assert "View 1" in sources
    assert "Only Bo 1 Source B" in sources
    assert "Both 1 Source A" in sources
    assert "Group growth" in page
    assert "Source Read-only" in page


@pytest.mark.parametrize("text", ["nobody@example.org", "olga@example.net", "", "a,b"])
def test_whom_nobody_knows_here_is_an_error_beside_the_field_XA2(see, world, text):
    build(OTHER)
    page = see("ada", f"{about(world, 'bo', 'compare')}?with={text}")
    assert page.status == 422
    assert "Quixot" not in page


@pytest.mark.django_db
def test_a_comparison_counts_what_the_engine_answers_R9():
    in_many_worlds(counted, 40)


def counted(world, oracle):
    first, second = (Access.of(world.member(f"p{i}@example.org")) for i in (0, 1))
    for row in compare(first.policy, second.policy):
        reads = [{r.pk for r in one.reach("read", row.type)} for one in (first, second)]
        edits = [{r.pk for r in one.reach("edit", row.type)} for one in (first, second)]
        assert row.reads == tuple(map(len, reads))
        assert row.edits == tuple(map(len, edits))
        assert row.only_first.count == len(reads[0] - reads[1])
        assert row.only_second.count == len(reads[1] - reads[0])
        assert row.both.count == len(reads[0] & reads[1])
        assert row.differ.count == len((edits[0] ^ edits[1]) & reads[0] & reads[1])


def test_view_as_says_what_they_see_and_changes_nothing(see, world):
    before = Event.objects.count()
    page = see("ada", about(world, "bo", "view-as"))
    assert "This is what Bo Diddley sees" in page
    assert "You can edit 3 things and view 1 more" in page
    assert Event.objects.count() == before
    assert world.member("bo").last_active_at is None


def test_view_as_lists_their_resources_and_no_others(see, world):
    page = see("ada", f"{about(world, 'cy', 'view-as')}?type=source")
    assert [row.split(" a ")[0] for row in page.rows()] == ["Source A"]
    assert "Source B" not in page
    assert "They see no warehouses" in see("ada", f"{about(world, 'cy', 'view-as')}?type=warehouse")


def test_view_as_takes_no_session_over(see, world):
    see("ada", about(world, "bo", "view-as"))
    assert see("ada", "members").status == 200
    assert "Owner" in see("ada", "overview")


def test_view_as_of_minimal_access_is_the_friendly_page(see, world):
    assert "You belong to this workspace" in see("ada", about(world, "dee", "view-as"))


def test_a_deactivated_person_sees_nothing(see, world):
    give_grants(world.member("dee"), [Terms("source-admin", "all")], by=SYSTEM)
    members.set_user_active(world.user("dee"), active=False, by=SYSTEM.because("left"))
    page = see("ada", about(world, "dee", "view-as"))
    assert "deactivated: they see nothing" in page
    assert "They see no sources" in see("ada", f"{about(world, 'dee', 'view-as')}?type=source")


@pytest.mark.parametrize("verb", ["view-as", "compare", "copy"])
def test_ids_of_another_workspace_are_nowhere_XA1(see, verb):
    other = build(OTHER)
    olga = other.workspace.members.get(user__email="olga@example.net")
    assert see("ada", f"members/{olga.public_id}/{verb}").status == 404
