"""Naming, duplicating and deleting groups in the browser."""

import re

import pytest

from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.access.engine import Access
from workspaces.operations.groups import groups
from workspaces.terms import Terms

DOORS = ("describe", "duplicate", "delete", "members", "members/move", "members/remove")


@pytest.fixture
def growth(world):
    return world.group("growth")


@pytest.fixture
def address(growth):
    return f"/w/acme/groups/{growth.public_id}"


@pytest.fixture
def post(as_user, address):
    """Send a form of the group as somebody: `post("describe", name="x")`."""

    def send(path, who="ada", **body):
        return as_user(who).post(f"{address}/{path}", body)

    return send


def hidden(answer, name):
    """Return what a hidden field of the page carries."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    return found[1] if found else ""


def n_events(world):
    return world.workspace.events.count()


def newest(world):
    return world.workspace.events.newest_first().first()


@pytest.mark.parametrize("door", DOORS)
def test_a_member_without_the_right_changes_no_group_XB11(world, post, door):
    events = n_events(world)
    assert post(door, "bo", name="growth", people="dee@example.org", seen="x").status_code == 403
    assert n_events(world) == events


@pytest.mark.parametrize("door", DOORS)
def test_a_group_of_another_workspace_is_not_there_R5(world, as_user, door):
    quixotic = build(OTHER).workspace.groups.get()
    events = n_events(world)
    path = f"/w/acme/groups/{quixotic.public_id}/{door}"
    assert as_user("ada").get(path).status_code == 404
    assert as_user("ada").post(path, {"name": "quixotic", "seen": "x"}).status_code == 404
    assert n_events(world) == events


def test_a_group_gets_another_name_and_the_toast_takes_it_back(world, post, as_user, address):
    events = n_events(world)
    answer = post("describe", name=" Growth & co ", description="All of us")
    assert answer["Location"] == address
    assert world.group("Growth & co").description == "All of us"
    assert n_events(world) == events + 1
    page = as_user("ada").get(address).content.decode()
    assert f"/w/acme/audit/{newest(world).number}/undo" in page


def test_a_name_that_is_taken_is_refused_beside_its_field(world, post):
    groups.create(world.workspace, "crew", by=SYSTEM)
    answer = post("describe", name="CREW", description="kept as typed")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "There is already a group named CREW." in text
    assert "kept as typed" in text
    assert world.group("growth")


@pytest.mark.parametrize("name", ["", "   ", "x" * 151, "gro\u202ewth", "a\nb"])
def test_a_name_that_is_none_or_looks_like_another_is_refused_XF6_XJ1(world, post, name):
    assert post("describe", name=name).status_code == 422
    assert world.group("growth")


def test_a_duplicate_grants_the_same_and_holds_nobody(world, as_user, address):
    page = as_user("ada").get(f"{address}/duplicate")
    body = {"once": hidden(page, "once"), "name": "Copy of growth", "description": ""}
    answer = as_user("ada").post(f"{address}/duplicate", body)
    copy = world.group("Copy of growth")
    assert answer["Location"] == f"/w/acme/groups/{copy.public_id}"
    assert {h.role for h in Access.of(copy).policy.held} == {"source-admin", "warehouse-read-only"}
    assert not copy.memberships.exists()
    assert newest(world).action == "group.created"


def test_a_double_click_makes_one_duplicate_XI7(world, as_user, address):
    page = as_user("ada").get(f"{address}/duplicate")
    body = {"once": hidden(page, "once"), "name": "Copy of growth"}
    events = n_events(world)
    answers = [as_user("ada").post(f"{address}/duplicate", body) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [answers[0]["Location"]] * 2
    assert n_events(world) == events + 1


def test_a_duplicate_needs_a_form_of_ours(world, post):
    assert post("duplicate", name="Copy", once="made up").status_code == 422
    assert not world.workspace.groups.filter(name="Copy").exists()


def test_deleting_says_what_goes_and_who_loses_what_by_name(see, growth):
    page = see("ada", f"groups/{growth.public_id}/delete")
    assert "Removes 2 grants." in page
    assert "1 person stays in the workspace and leaves the group." in page
    assert "Bo Diddley loses edit on 2 sources" in page
    assert "2 sources can no longer be edited or seen: Source A and Source B." in page
    assert "1 warehouse can no longer be seen: BigQuery." in page


def test_a_group_goes_once_its_name_is_typed(world, as_user, address):
    page = as_user("ada").get(f"{address}/delete")
    seen = hidden(page, "seen")
    events = n_events(world)
    wrong = as_user("ada").post(f"{address}/delete", {"name": "Growth", "seen": seen})
    assert wrong.status_code == 422
    assert n_events(world) == events
    right = as_user("ada").post(
        f"{address}/delete", {"name": "growth", "seen": seen, "reason": "merged"}
    )
    assert right["Location"] == "/w/acme/groups"
    assert not world.workspace.groups.exists()
    assert (newest(world).action, newest(world).reason) == ("group.deleted", "merged")


def test_a_group_does_not_go_when_it_changed_meanwhile_XI8(world, as_user, address, growth):
    seen = hidden(as_user("ada").get(f"{address}/delete"), "seen")
    groups.add_members(growth, [world.member("dee")], by=SYSTEM)
    stale = as_user("ada").post(f"{address}/delete", {"name": "growth", "seen": seen})
    assert stale.status_code == 409
    assert "Dee Dee Bridgewater loses edit" in stale.content.decode()
    again = {"name": "growth", "seen": hidden(stale, "seen")}
    assert as_user("ada").post(f"{address}/delete", again).status_code == 302


def test_a_group_goes_once_only(world, as_user, address):
    body = {"name": "growth", "seen": hidden(as_user("ada").get(f"{address}/delete"), "seen")}
    assert as_user("ada").post(f"{address}/delete", body).status_code == 302
    assert as_user("ada").post(f"{address}/delete", body).status_code == 404


def test_the_question_opens_as_a_dialog(as_user, address):
    part = as_user("ada").get(
        f"{address}/delete", headers={"HX-Request": "true", "HX-Target": "dialog"}
    )
    assert part.content.decode().lstrip().startswith('<form class="confirm"')


def test_a_group_that_owns_says_who_stops_owning(world, see, growth):
    give_grants(growth, [Terms("workspace-owner", "all")], by=SYSTEM)
    assert "Bo Diddley is no owner any more" in see("ada", f"groups/{growth.public_id}/delete")


def test_the_list_and_the_panel_lead_to_every_change(world, see, growth):
    panel = f"/w/acme/groups/{growth.public_id}"
    links = see("ada", panel).links()
    assert "/w/acme/groups/new" in links
    for door in ("access", "describe", "duplicate", "delete", "members"):
        assert f"{panel}/{door}" in links


def test_an_empty_list_offers_to_make_the_first_group(world, see, growth):
    groups.delete(growth, by=SYSTEM)
    page = see("ada", "groups")
    assert "There is no group yet." in page
    assert page.raw.count('href="/w/acme/groups/new"') == 2
