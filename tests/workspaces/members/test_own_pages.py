"""What everybody has: my access, the start page, the switch between workspaces."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.change import lock_workspace
from workspaces.operations.members import members
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms


def test_my_access_says_what_i_reach_and_why(see):
    page = see("bo", "my-access")
    assert "You can edit 3 things and view 1 more" in page
    assert "Group growth" in page
    assert "ada@example.org" in page


def test_minimal_access_is_met_kindly_and_names_the_owners(see):
    page = see("dee", "my-access")
    assert "Minimal access" in page
    assert "ada@example.org" in page
    assert page.status == 200


def test_what_one_may_do_on_the_workspace_is_said_in_words(see):
    assert "create sources in it" in see("ada", "my-access")
    assert "create sources in it" not in see("bo", "my-access")


def test_members_are_offered_only_doors_that_open_for_them(see):
    page = see("dee", "my-access")
    for door in ("/w/acme/members", "/w/acme/audit", "/w/acme/settings/general", "/w/acme/tokens"):
        assert door not in page.links()
    assert "/w/acme/check" in page.links()


def test_one_workspace_is_opened_at_once(see):
    assert see("ada", "/").answer["Location"] == "/w/acme/"
    assert see("ada", "/w/acme/").answer["Location"] == "/w/acme/overview"
    assert see("dee", "/w/acme/").answer["Location"] == "/w/acme/my-access"


def test_two_workspaces_are_offered_and_no_third(see, world):
    build(OTHER)
    workspaces.create("third", "Third", world.user("ada"), by=SYSTEM)
    page = see("bo", "/")
    assert "Acme" in page
    assert "Quixotry Ltd" in page
    assert "Third" not in page


def test_the_switch_offers_ones_own_workspaces_only(see):
    build(OTHER)
    assert "Quixotry Ltd" in see("bo", "my-access")
    assert "Quixotry Ltd" not in see("ada", "overview")


def test_nobodys_member_is_told_what_to_do(see, world):
    members.remove(world.member("dee"), by=SYSTEM)
    page = see("dee", "/")
    assert page.status == 200
    assert "dee@example.org" in page


def test_a_removed_member_meets_404_at_the_next_click_R8_XG9(see, world):
    assert see("dee", "my-access").status == 200
    members.remove(world.member("dee"), by=SYSTEM)
    assert see("dee", "my-access").status == 404


def test_a_deactivated_user_is_signed_out_at_the_next_click(see, world):
    client = see("dee", "my-access").answer.wsgi_request
    assert client.user.is_authenticated
    members.set_user_active(world.user("dee"), active=False, by=SYSTEM.because("left"))
    assert see("dee", "my-access").status == 302


def test_the_flag_shows_as_a_badge_on_the_general_settings_S5(see, world):
    assert "Not HIPAA-eligible" in see("ada", "settings/general")
    workspaces.set_plan_and_flag(world.workspace, plan="business", hipaa_eligible=True, by=SYSTEM)
    page = see("ada", "settings/general")
    assert "HIPAA-eligible" in page
    assert "Not HIPAA-eligible" not in page


@pytest.mark.parametrize("number",
    [
        "4 people", "1 owner only", "0 invites wait", "1 person can edit everything",
        "3 people not seen here", "1 person can edit every current and future source",
    ],
)  # fmt: skip
def test_the_overview_counts_what_needs_care(see, world, number):
    long_ago = timezone.now() - timedelta(days=91)
    with lock_workspace(world.workspace.pk):
        world.workspace.members.update(joined_at=long_ago)
    assert number in see("ada", "overview")


def test_nobody_of_a_young_workspace_was_not_seen_for_long(see):
    assert "not seen here" not in see("ada", "overview")


def test_every_number_of_the_overview_is_the_length_of_the_list_behind_it(see):
    page = see("ada", "overview")
    for url in {link for link in page.links() if "members?" in link or "tokens?" in link}:
        count = page.raw.partition(f'href="{url}"')[2]
        shown = int(count.partition("<b>")[2].partition("</b>")[0])
        assert len(see("ada", url).rows()) == shown, url


def test_who_edits_everything_of_a_type_is_counted_and_listed_per_type_R1(see, world):
    give_grants(world.group("growth"), [Terms("source-admin", "all")], by=SYSTEM)
    page = see("ada", "overview")
    assert "2 people can edit every current and future source" in page
    assert "2 people can edit every current and future destination" in page
    assert "1 person can edit every current and future warehouse" in page
    listed = see("ada", "members?every=source")
    assert len(listed.rows()) == 2
    assert "Edits every source" in listed


def test_when_nothing_waits_the_overview_says_so_in_a_line(see, world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    for name in ("ada", "bo", "cy", "dee"):
        see(name, "my-access")
    assert "All quiet" in see("ada", "overview")
