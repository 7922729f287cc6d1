"""What a group grants, edited with what changes for it and for the people in it beside it."""

import re

import pytest

from tests.filled import filled
from tests.workspaces.conftest import in_one_line
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.access.engine import Access
from workspaces.operations.groups import groups
from workspaces.terms import Terms


@pytest.fixture
def path(world):
    return f"/w/acme/groups/{world.group('growth').public_id}/access"


@pytest.fixture
def editor(as_user, path):
    return as_user("ada").get(path)


@pytest.fixture
def send(as_user, path, editor):
    """Send the editor as it stands, some fields changed: `send(**owner(1))`."""

    def post(page=editor, to=path, headers=None, **changes):
        body = filled(page, path, blanks="") | changes
        return as_user("ada").post(to, body, headers=headers or {})

    return post


def row(page, role):
    """Return the prefix of a role's first block."""
    [first, *_] = re.findall(rf'name="(grants-\d+)-role" value="{role}"', page.content.decode())
    return first


def ticks(page, role, scope="all"):
    return {f"{row(page, role)}-on": ["on"], f"{row(page, role)}-scope": [scope]}


def n_events(world):
    return world.workspace.events.count()


def test_the_editor_begins_with_what_the_group_grants(editor):
    text = in_one_line(editor.content.decode())
    assert f'name="{row(editor, "source-admin")}-on" checked' in text
    assert "Nothing yet." in text
    assert "1 person in it" in text


def test_a_saved_policy_holds_for_everybody_in_it_R1_R4(world, send, editor, path):
    events = n_events(world)
    answer = send(**ticks(editor, "function-admin"), reason=["launch"])
    looked = send(to=f"{path}/review", **ticks(editor, "function-admin"))
    assert looked.status_code == 200
    seen = re.search(r'name="seen" value="(\w+)"', looked.content.decode())[1]
    assert answer.status_code == 422  # what stands in the form is not what was looked at
    assert n_events(world) == events
    saved = send(**ticks(editor, "function-admin"), seen=[seen], reason=["launch"])
    assert saved["Location"] == path.removesuffix("/access")
    assert Access.of(world.member("bo")).check("edit", world.resource("function/clean"))
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.reason) == ("policy.changed", "launch")
    assert n_events(world) == events + 1


def test_the_review_says_what_the_group_and_its_people_gain(send, editor, path):
    headers = {"HX-Request": "true", "HX-Target": "change-review"}
    part = send(to=f"{path}/review", headers=headers, **ticks(editor, "function-admin"))
    text = part.content.decode()
    assert "growth" in text
    assert "Bo Diddley</a> gains edit on 1 function" in text
    assert "<html" not in text


def test_looking_saves_nothing(world, send, editor, path):
    events = n_events(world)
    send(to=f"{path}/review", **ticks(editor, "function-admin"))
    assert n_events(world) == events


def test_what_was_not_changed_is_no_event(world, send):
    events = n_events(world)
    assert send().status_code == 302
    assert n_events(world) == events


def test_a_group_can_be_made_to_own_and_says_so_R3(world, send, path):
    looked = send(to=f"{path}/review", owner=["1"])
    assert "Bo Diddley</a> may do everything, as an owner does" in looked.content.decode()
    assert send(page=looked, owner=["1"]).status_code == 302
    assert Access.of(world.member("bo")).is_owner


def test_another_owners_change_is_409_with_the_fresh_review_XI8(world, send, editor, path):
    looked = send(to=f"{path}/review", **ticks(editor, "function-admin"))
    groups.add_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    stale = send(page=looked)
    assert stale.status_code == 409
    assert "Dee Dee Bridgewater</a> gains edit on 1 function" in stale.content.decode()
    assert not Access.of(world.member("bo")).check("edit", world.resource("function/clean"))
    assert send(page=stale).status_code == 302


def test_two_owners_who_edit_one_group_lose_no_update_XI8(world, send, editor):
    first, second = send(), None
    give_grants(world.group("growth"), [Terms("function-admin", "all")], by=SYSTEM)
    second = send()
    assert (first.status_code, second.status_code) == (302, 409)
    held = {h.role for h in Access.of(world.group("growth")).policy.held}
    assert "function-admin" in held


def test_a_scope_that_names_nothing_is_422_XB6(world, send, editor):
    events = n_events(world)
    answer = send(**ticks(editor, "space-admin", "labels"), seen=[""])
    assert answer.status_code == 422
    assert n_events(world) == events


@pytest.mark.parametrize(("who", "status"), [("bo", 403), ("olga@example.net", 404)])
def test_only_owners_of_the_workspace_edit_it_XB11(world, client, path, who, status):
    build(OTHER)
    events = n_events(world)
    client.force_login(world.user(who), backend="accounts.backends.SignInBackend")
    for door in (path, f"{path}/review"):
        assert client.post(door, {"grants-count": "0", "owner": "1"}).status_code == status
    assert n_events(world) == events


def test_a_group_of_another_workspace_is_not_there_R5(as_user):
    quixotic = build(OTHER).workspace.groups.get()
    answer = as_user("ada").post(f"/w/acme/groups/{quixotic.public_id}/access", {"owner": "1"})
    assert answer.status_code == 404
