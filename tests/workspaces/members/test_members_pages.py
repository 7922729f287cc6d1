import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.change import lock_workspace
from workspaces.models import Member
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.terms import Terms


def names(page):
    """Return the first names of the listed people."""
    return [re.search(r"(Ada|Bo|Cy|Dee)\b", row)[1] for row in page.rows()]


def test_everybody_stands_on_the_list_with_their_highest_access(see):
    page = see("ada", "members")
    assert names(page) == ["Ada", "Bo", "Cy", "Dee"]
    ada, bo, cy, dee = page.rows()
    assert "Owner" in ada
    assert "You" in ada
    assert "Source Admin environment:prod +1" in bo
    assert "Source Read-only 1 source" in cy
    assert "Minimal access" in dee


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=BO", ["Bo"]),
        ("q=dee@", ["Dee"]),
        ("q=nobody", []),
        ("role=source-admin", ["Bo"]),
        ("role=workspace-owner", ["Ada"]),
        ("group=growth", ["Bo"]),
        ("group=GROWTH", ["Bo"]),
        ("group=none", []),
        ("label=environment:prod", ["Bo"]),
        ("label=Environment:PROD", ["Bo"]),
        ("label=product:car", []),
        ("label=nonsense", []),
        ("status=owner", ["Ada"]),
        ("status=member", ["Bo", "Cy", "Dee"]),
        ("status=minimal", ["Dee"]),
        ("role=source-admin&status=owner", []),
        ("role=king", []),
        ("sort=-name", ["Dee", "Cy", "Bo", "Ada"]),
        ("sort=password", ["Ada", "Bo", "Cy", "Dee"]),
        ("page=99", ["Ada", "Bo", "Cy", "Dee"]),
    ],
)
def test_the_address_narrows_and_sorts_the_list(see, query, found):
    assert names(see("ada", f"members?{query}")) == found


def test_a_grant_that_has_ended_is_no_role_to_filter_by_R6(see, world):
    ended = timezone.now() - timedelta(days=1)
    give_grants(world.member("dee"), [Terms("function-admin", "all", ends=ended)], by=SYSTEM)
    assert names(see("ada", "members?role=function-admin")) == []
    assert "Dee" in names(see("ada", "members?status=minimal"))


def test_broad_access_is_editing_everything_of_a_type(see, world):
    give_grants(world.member("dee"), [Terms("space-admin", "all")], by=SYSTEM)
    assert names(see("ada", "members?broad=on")) == ["Ada", "Dee"]


def test_ending_soon_is_within_fourteen_days(see, world):
    for name, days in (("cy", 13), ("dee", 15)):
        ends = timezone.now() + timedelta(days=days)
        give_grants(world.member(name), [Terms("space-admin", "all", ends=ends)], by=SYSTEM)
    assert names(see("ada", "members?ends=on")) == ["Cy"]


def test_idle_is_here_and_not_seen_for_ninety_days(see, world):
    def was(name, what, days):
        row = Member.objects.filter(pk=world.member(name).pk)
        with lock_workspace(world.workspace.pk):
            row.update(**{what: timezone.now() - timedelta(days=days)})

    was("bo", "last_active_at", 91)
    was("cy", "last_active_at", 89)
    assert names(see("ada", "members?idle=on")) == ["Bo"]
    was("dee", "joined_at", 91)
    assert names(see("ada", "members?idle=on")) == ["Bo", "Dee"]


def test_active_sorts_those_never_seen_as_the_longest_ago(see, world):
    Member.objects.filter(pk=world.member("cy").pk).update(last_active_at="2020-01-01T00:00Z")
    assert names(see("ada", "members?sort=active")) == ["Ada", "Cy", "Bo", "Dee"]
    assert names(see("ada", "members?sort=-active")) == ["Dee", "Bo", "Cy", "Ada"]


def test_set_filters_are_chips_that_take_them_away(see):
    page = see("ada", "members?q=b&role=source-admin")
    assert "Source Admin" in page
    assert "/w/acme/members?q=b" in page.links()
    assert "/w/acme/members?role=source-admin" in page.links()


def test_nobody_matches_is_said_with_a_way_out(see):
    page = see("ada", "members?q=zzz")
    assert "Nobody matches" in page
    assert "Clear all" in page


def test_fifty_rows_make_a_page(see, world):
    people = [{"email": f"p{i:03}@example.org"} for i in range(120)]
    other = build(
        {
            **OTHER,
            "members": [*OTHER["members"], *people, {"email": "ada@example.org", "owner": True}],
            "workspace": {"slug": "many", "name": "Many"},
        }
    )
    assert other.workspace.members.count() == 123
    assert len(see("ada", "/w/many/members").rows()) == 50
    last = see("ada", "/w/many/members?page=3")
    assert len(last.rows()) == 23
    assert "101–123 of 123" in last


def test_suggestions_are_names_that_contain_what_is_typed(see, world):
    groups.create(world.workspace, "sales", by=SYSTEM)
    page = see("ada", "pick/groups/any?q=gro")
    assert 'data-value="growth"' in page.raw
    assert "sales" not in page.raw


def test_part_of_a_group_s_name_narrows_by_nothing_and_offers_the_group_N4(see):
    page = see("ada", "members?group=gro&status=member")
    assert page.rows() == []
    assert "/w/acme/members?group=growth&status=member" in page.links()


def test_the_list_alone_answers_htmx_and_is_the_same_as_on_the_page(see):
    whole = see("ada", "members?q=b")
    part = see("ada", "members?q=b", **{"HX-Request": "true", "HX-Target": "members"})
    assert "<html" not in part.raw
    assert part.raw.strip() in whole.raw


def test_the_panel_says_what_somebody_reaches_and_why(see, world):
    page = see("ada", f"members/{world.member('bo').public_id}")
    assert "Bo can edit 3 things and view 1 more, out of 8" in page
    assert "Personal data is masked" in page
    assert "Group growth" in page
    assert names(page) == ["Ada", "Bo", "Cy", "Dee"]


def test_the_panel_keeps_the_filters_of_the_list(see, world):
    page = see("ada", f"members/{world.member('bo').public_id}?q=diddley")
    assert names(page) == ["Bo"]
    assert "/w/acme/members?q=diddley" in page.links()


def test_the_panel_alone_answers_htmx(see, world):
    path = f"members/{world.member('bo').public_id}"
    part = see("ada", path, **{"HX-Request": "true", "HX-Target": "panel"})
    assert "<html" not in part.raw
    assert 'id="panel"' in part.raw
    assert "Dee Dee" not in part


def test_an_ended_grant_stays_visible_as_ended_R6(see, world):
    ended = timezone.now() - timedelta(days=1)
    give_grants(world.member("dee"), [Terms("function-admin", "all", ends=ended)], by=SYSTEM)
    page = see("ada", f"members/{world.member('dee').public_id}")
    assert "Function Admin Write, change and deploy functions. Ended" in page
    assert "can edit and view nothing" in page


def test_the_groups_tab_lists_the_groups(see, world):
    only = {"HX-Request": "true", "HX-Target": "panel"}
    assert "growth" in see("ada", f"members/{world.member('bo').public_id}?tab=groups", **only)
    assert "growth" not in see("ada", f"members/{world.member('dee').public_id}?tab=groups", **only)


def test_the_activity_tab_lists_what_was_changed_about_them(see, world):
    members.set_owner(world.member("dee"), owner=True, by=world.actor("ada"))
    page = see("ada", f"members/{world.member('dee').public_id}?tab=activity")
    assert "ada@example.org changed the ownership of Dee Dee Bridgewater" in page


@pytest.mark.parametrize("kind", ["members", "groups"])
def test_an_id_of_another_workspace_is_nowhere_XA1(see, kind):
    other = build(OTHER)
    row = getattr(other.workspace, kind).first()
    assert see("ada", f"{kind}/{row.public_id}").status == 404


def test_owners_see_when_somebody_was_here_and_nothing_of_elsewhere(see, world):
    other = build(OTHER)
    see("bo", "/w/other/my-access")
    assert other.workspace.members.get(user=world.user("bo")).last_active_at
    assert world.member("bo").last_active_at is None
    assert "Never" in see("ada", "members").rows()[1]
