"""Undoing from the trail and from a toast: looked at first, or at once; never twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.filled import filled
from tests.workspaces.trail.test_undo import EACH, prepare
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.change import audit as trail
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.terms import Terms


@pytest.fixture
def world(world):
    prepare(world)
    return world


@pytest.fixture
def joined(world):
    """Return the address that undoes cy's joining growth."""
    groups.add_members(world.group("growth"), [world.member("cy")], by=world.actor("ada"))
    return undo_path(world)


def undo_path(world):
    return f"/w/acme/audit/{newest(world).number}/undo"


def newest(world):
    return world.workspace.events.newest_first().first()


def test_what_an_undo_changes_is_shown_first(see, joined):
    page = see("ada", joined)
    assert page.status == 200
    assert "added people to growth" in page
    assert "1 person leaves growth." in page


@pytest.mark.parametrize(("action", "change"), EACH)
def test_every_undo_has_words_and_is_done_by_its_own_form(world, see, as_user, action, change):
    change(world)
    path = undo_path(world)
    page = see("ada", path)
    assert page.status == 200
    client = as_user("ada")
    answer = client.post(path, filled(client.get(path), path) | {"reason": "a slip"})
    assert answer.status_code == 302
    event = newest(world)
    assert (event.undoes, event.reason) == (int(path.split("/")[4]), "a slip")
    assert event.actor_name == "ada@example.org"
    assert event.request_id


def test_an_undo_leads_back_to_where_its_toast_stood(world, as_user, joined):
    answer = as_user("ada").post(joined, headers={"referer": "http://testserver/w/acme/groups?q=x"})
    assert (answer.status_code, answer["Location"]) == (302, "http://testserver/w/acme/groups?q=x")
    assert not world.workspace.members.in_group(world.group("growth")).filter(
        pk=world.member("cy").pk
    )
    page = as_user("ada").get("/w/acme/groups").content.decode()
    assert "Undone." in page
    assert f'hx-get="{undo_path(world)}" hx-target="#dialog"' in page


@pytest.mark.parametrize(
    "referer", ["https://evil.example/", "//evil.example", "http://testserver@evil.example/", ""]
)
def test_an_undo_leads_nowhere_else_XI4(as_user, joined, referer):
    answer = as_user("ada").post(joined, headers={"referer": referer})
    assert answer["Location"] == "/w/acme/audit"


def test_a_second_click_says_that_it_is_undone_XI7(world, as_user, see, joined):
    client = as_user("ada")
    client.post(joined)
    count = world.workspace.events.count()
    again = client.post(joined)
    assert again.status_code == 409
    assert "This was undone already" in again.content.decode()
    assert world.workspace.events.count() == count
    assert "This was undone already" in see("ada", joined)


def test_what_was_changed_since_is_refused_with_the_reason(world, as_user, joined):
    members.remove(world.member("cy"), by=SYSTEM)
    answer = as_user("ada").post(joined)
    assert answer.status_code == 409
    assert "cy@example.org is no longer here" in answer.content.decode()


def test_a_stale_look_is_shown_afresh_XI8(world, as_user, joined):
    client = as_user("ada")
    body = filled(client.get(joined), joined)
    give_grants(world.member("cy"), [Terms("warehouse-admin", "all")], by=SYSTEM)
    answer = client.post(joined, body | {"reason": "kept"})
    assert answer.status_code == 409
    assert 'value="kept"' in answer.content.decode()
    fresh = filled(answer, joined)
    assert fresh["seen"] != body["seen"]
    assert client.post(joined, fresh).status_code == 302


def test_only_owners_undo(as_user, world, joined):
    count = world.workspace.events.count()
    assert as_user("bo").post(joined).status_code == 403
    assert world.workspace.events.count() == count


def test_an_event_of_another_workspace_is_not_found_XA1(as_user, world, joined):
    other = build(OTHER)
    for number in range(8):
        groups.create(other.workspace, f"g{number}", by=SYSTEM)
    last = newest(world).number
    assert as_user("ada").post(f"/w/acme/audit/{last + 1}/undo").status_code == 404
    assert as_user("ada").get("/w/other/audit/1/undo").status_code == 404


def test_what_is_older_than_owners_see_is_not_undone_A3(as_user, world, monkeypatch):
    with monkeypatch.context() as patch:
        then = timezone.now() - timedelta(days=91)
        patch.setattr(trail.timezone, "now", lambda: then)
        groups.add_members(world.group("growth"), [world.member("cy")], by=SYSTEM)
    assert as_user("ada").get(undo_path(world)).status_code == 404


def test_the_question_opens_in_a_dialog(as_user, joined):
    answer = as_user("ada").get(joined, headers={"HX-Request": "true", "HX-Target": "dialog"})
    assert b"<html" not in answer.content
    assert b"Undo this change?" in answer.content
