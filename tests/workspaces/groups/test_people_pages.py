"""Putting people into a group, moving them, taking them out: looked at first, then saved."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models.user import User
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.access.engine import Access
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.trail.undo import undo
from workspaces.terms import Terms

CY, DEE, BO = "cy@example.org", "dee@example.org", "bo@example.org"


@pytest.fixture
def growth(world):
    return world.group("growth")


@pytest.fixture
def crew(world):
    return groups.create(world.workspace, "crew", by=SYSTEM)


@pytest.fixture
def send(as_user, growth):
    """Send a form about the people of growth as ada: `send("members", people=[CY])`."""

    def post(path, headers=None, **body):
        address = f"/w/acme/groups/{growth.public_id}/{path}"
        return as_user("ada").post(address, body, headers=headers or {})

    return post


def seen_in(answer):
    return re.search(r'name="seen" value="([^"]*)"', answer.content.decode())[1]


def names_in(world, group):
    people = world.workspace.members.in_group(group).select_related("user").by_name()
    return [member.user.email for member in people]


def test_nothing_is_saved_before_one_has_looked(world, send, growth):
    events = world.workspace.events.count()
    looked = send("members", people=[CY, DEE])
    assert looked.status_code == 200
    text = looked.content.decode()
    assert "gains edit on 2 sources" in text
    assert seen_in(looked)
    assert names_in(world, growth) == [BO]
    assert world.workspace.events.count() == events


def test_several_people_join_in_one_change_R1_A1(world, send, growth):
    events = world.workspace.events.count()
    seen = seen_in(send("members", people=[CY, DEE]))
    answer = send("members", people=[CY, DEE], seen=seen, reason="launch")
    assert answer["Location"] == f"/w/acme/groups/{growth.public_id}?tab=members"
    assert names_in(world, growth) == [BO, CY, DEE]
    assert Access.of(world.member("dee")).check("edit", world.resource("source/a"))
    event = world.workspace.events.newest_first().first()
    assert world.workspace.events.count() == events + 1
    assert (event.action, event.after, event.reason) == (
        "group.members_added", [CY, DEE], "launch",
    )  # fmt: skip


def test_the_toast_takes_it_back(world, send, growth, as_user):
    seen = seen_in(send("members", people=[DEE]))
    answer = send("members", people=[DEE], seen=seen)
    number = world.workspace.events.newest_first().first().number
    page = as_user("ada").get(answer["Location"]).content.decode()
    assert "Added 1 person to growth." in page
    assert f"/w/acme/audit/{number}/undo" in page
    undo(world.workspace, number, by=SYSTEM)
    assert names_in(world, growth) == [BO]


def test_the_review_alone_answers_while_one_chooses(send):
    headers = {"HX-Request": "true", "HX-Target": "change-review"}
    part = send("members", headers=headers, people=[DEE], look="1").content.decode()
    assert "Dee Dee Bridgewater" in part
    assert "<html" not in part


def test_looking_again_saves_nothing(world, send, growth):
    seen = seen_in(send("members", people=[DEE]))
    assert send("members", people=[DEE], seen=seen, look="1").status_code == 200
    assert names_in(world, growth) == [BO]


def test_other_people_than_those_looked_at_are_looked_at_first(world, send, growth):
    seen = seen_in(send("members", people=[DEE]))
    answer = send("members", people=[DEE, CY], seen=seen)
    assert answer.status_code == 422
    assert "Save again if it is what you want" in answer.content.decode()
    assert names_in(world, growth) == [BO]
    assert send("members", people=[DEE, CY], seen=seen_in(answer)).status_code == 302


def test_a_stale_review_is_409_and_shows_the_fresh_one_XI8(world, send, growth):
    seen = seen_in(send("members", people=[DEE]))
    give_grants(growth, [Terms("function-admin", "all")], by=SYSTEM)
    stale = send("members", people=[DEE], seen=seen)
    assert stale.status_code == 409
    assert "gains edit on 1 function" in stale.content.decode()
    assert names_in(world, growth) == [BO]
    assert send("members", people=[DEE], seen=seen_in(stale)).status_code == 302


def test_a_double_click_adds_once_XI7(world, send):
    seen = seen_in(send("members", people=[DEE]))
    first = send("members", people=[DEE], seen=seen)
    events = world.workspace.events.count()
    again = send("members", people=[DEE], seen=seen)
    assert (first.status_code, again.status_code) == (302, 409)
    assert world.workspace.events.count() == events


def test_names_nobody_bears_are_told_beside_the_field(world, send, growth):
    answer = send("members", people=["nobody@example.org, dee@example.org"])
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "There is no “nobody@example.org” here." in text
    assert 'value="nobody@example.org" checked' in text


def test_people_of_another_workspace_are_as_unknown_as_nobody_XA2(send):
    build(OTHER)
    answer = send("members", people=["olga@example.net"])
    assert answer.status_code == 422
    assert "There is no “olga@example.net” here." in answer.content.decode()


def test_nobody_chosen_is_422(send):
    assert send("members", reason="x").status_code == 422


def test_whoever_is_in_it_already_is_not_added_again(world, send, growth):
    text = send("members", people=[BO]).content.decode()
    assert "They are all in it already." in text
    assert "Add people</button>" not in text


def test_a_group_that_owns_warns_R3(world, send, growth):
    give_grants(growth, [Terms("workspace-owner", "all")], by=SYSTEM)
    text = send("members", people=[DEE]).content.decode()
    assert "growth makes everybody in it an owner of this workspace." in text
    assert "may do everything, as an owner does" in text


def test_a_group_that_will_own_warns_like_one_that_does_R3_W1(world, send, growth):
    later = Terms("workspace-owner", "all", starts=timezone.now() + timedelta(days=1))
    give_grants(growth, [later], by=SYSTEM)
    text = send("members", people=[DEE]).content.decode()
    assert "growth makes everybody in it an owner of this workspace." in text


def test_those_ticked_on_the_panel_stand_in_the_form_with_their_review(world, see, growth):
    path = f"groups/{growth.public_id}/members/remove?people={BO}"
    page = see("ada", path)
    assert "loses edit on 2 sources" in page
    assert f'value="{BO}" checked' in page.raw


def test_taking_out_names_what_is_lost_and_what_stays_by_which_way(world, see, growth, crew):
    give_grants(crew, [Terms("source-read-only", "all")], by=SYSTEM)
    for group in (growth, crew):
        groups.add_members(group, [world.member("cy")], by=SYSTEM)
    page = see("ada", f"groups/{growth.public_id}/members/remove?people={BO}&people={CY}")
    assert "2 sources can no longer be edited or seen: Source A and Source B." in page
    assert "2 sources drop from edit to view: Source A and Source B." in page
    kept = "Keeps Ads, Source A and Source B, by their own Source Read-only and the group crew."
    assert kept in page


def test_of_very_many_who_are_taken_out_three_are_told_by_name(world, see, growth):
    people = [world.member(name) for name in ("ada", "bo", "cy", "dee")]
    groups.add_members(growth, [one for one in people if one.user.email != BO], by=SYSTEM)
    asked = "&".join(f"people={one.user.email}" for one in people)
    page = see("ada", f"groups/{growth.public_id}/members/remove?{asked}")
    lines = page.answer.context["review"].lines
    assert [line.member.user.email for line in lines if line.named] == [BO, CY, DEE]
    assert len(lines) == 4


def test_the_panel_offers_to_tick_people(see, growth):
    page = see("ada", f"groups/{growth.public_id}?tab=members")
    assert f'name="people" value="{BO}"' in page.raw
    assert "Move to…" in page
    assert "Take out…" in page


def test_people_leave_and_stay_in_the_workspace_R4(world, send, growth):
    seen = seen_in(send("members/remove", people=[BO]))
    assert send("members/remove", people=[BO], seen=seen).status_code == 302
    assert names_in(world, growth) == []
    assert not Access.of(world.member("bo")).policy.held


def test_people_move_to_the_other_group_in_one_change_A1(world, send, growth, crew):
    events = world.workspace.events.count()
    seen = seen_in(send("members/move", people=[BO], to="crew"))
    assert send("members/move", people=[BO], to="crew", seen=seen).status_code == 302
    assert (names_in(world, growth), names_in(world, crew)) == ([], [BO])
    assert world.workspace.events.count() == events + 1


@pytest.mark.parametrize("to", ["", "growth", "no such group", "crew, spare"])
def test_people_move_to_one_other_group(world, send, growth, crew, to):
    groups.create(world.workspace, "spare", by=SYSTEM)
    assert send("members/move", people=[BO], to=to, seen="x").status_code == 422
    assert names_in(world, growth) == [BO]


def test_nobody_moves_to_a_group_of_another_workspace_XA2(world, send, growth):
    build(OTHER)
    assert send("members/move", people=[BO], to="quixotic", seen="x").status_code == 422
    assert names_in(world, growth) == [BO]


def test_moving_to_a_group_that_owns_warns_R3(world, send, crew):
    give_grants(crew, [Terms("workspace-owner", "all")], by=SYSTEM)
    text = send("members/move", people=[BO], to="crew").content.decode()
    assert "crew makes everybody in it an owner" in text
    assert "may do everything, as an owner does" in text


def test_an_owner_who_was_demoted_meanwhile_changes_nothing_XC4(world, send, growth):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    seen = seen_in(send("members", people=[DEE]))
    members.set_owner(world.member("ada"), owner=False, by=SYSTEM)
    assert send("members", people=[DEE], seen=seen).status_code == 403
    assert names_in(world, growth) == [BO]


@pytest.mark.parametrize("count", [1, 25])
def test_statements_do_not_grow_with_the_people_chosen(
    as_user, growth, world, count, django_assert_num_queries
):
    build_people(world, count)
    people = [f"p{i}@example.org" for i in range(count)]
    client = as_user("ada")
    client.get("/w/acme/my-access")  # notes the activity once a minute
    address = f"/w/acme/groups/{growth.public_id}/members"
    with django_assert_num_queries(LOOKING):
        looked = client.post(address, {"people": people})
    with django_assert_num_queries(SAVING):
        saved = client.post(address, {"people": people, "seen": seen_in(looked)})
    assert saved.status_code == 302


# Session, user, guard and frame among them; the mails to everybody are one.
LOOKING, SAVING = 12, 17


def build_people(world, count):

    for i in range(count):
        members.add(world.workspace, User.objects.create_user(f"p{i}@example.org"), by=SYSTEM)
