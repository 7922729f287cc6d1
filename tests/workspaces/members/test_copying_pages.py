"""Copying access from and to people: looked at first, saved as reviewed (R14, A1)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.world import OTHER, SYSTEM, build, everything, give_grants
from workspaces.access.engine import Access
from workspaces.change import audit
from workspaces.errors import Refused
from workspaces.models import Event
from workspaces.operations.grants import policies
from workspaces.operations.members import copying, members
from workspaces.operations.members.copying import Copy
from workspaces.terms import Terms


@pytest.fixture
def give_bo(world):
    give_grants(world.member("bo"), [Terms("function-admin", "all")], by=SYSTEM)
    give_grants(world.member("cy"), [Terms("space-read-only", "all")], by=SYSTEM)


def access():
    """Return every row that means access, and the trail."""
    kept = ("Grant", "GrantLabel", "GrantResource", "GroupMember", "Event")
    return {key: rows for key, rows in everything().items() if key.split(".")[1] in kept}


def form(people, **more):
    return {"direction": "to", "people": people, "how": "add", "groups": "on", **more}


@pytest.fixture
def send(as_user, world):
    def post(data, name="bo", by="ada"):
        return as_user(by).post(f"/w/acme/members/{world.member(name).public_id}/copy", data)

    return post


def looked(send, data, **more):
    """Send without a review, then with the one that came back."""
    answer = send({**data, "look": "1"}, **more)
    assert answer.status_code == 200
    return send({**data, "seen": answer.context["review"].digest}, **more)


def roles(world, name):
    return sorted(world.member(name).grants.values_list("role", flat=True))


def test_the_copy_is_looked_at_before_it_is_saved(send, world, give_bo):
    before = access()
    answer = send(form(["dee@example.org"]))
    assert answer.status_code == 200
    assert "Dee Dee Bridgewater" in answer.content.decode()
    assert "gains edit on 2 sources" in answer.content.decode()
    assert access() == before


def test_what_of_it_starts_later_is_said_W1_U5(send, world, give_bo):
    starts = datetime(2198, 1, 1, tzinfo=UTC)
    give_grants(world.member("bo"), [Terms("warehouse-admin", "all", starts=starts)], by=SYSTEM)
    text = send(form(["dee@example.org"])).content.decode()
    assert "From 1 Jan 2198 (UTC) on: Warehouse Admin on" in text


def test_grants_and_groups_are_added_to_what_they_have(send, world, give_bo):
    assert looked(send, form(["cy@example.org", "dee@example.org"])).status_code == 302
    assert roles(world, "cy") == ["function-admin", "source-read-only", "space-read-only"]
    assert roles(world, "dee") == ["function-admin"]
    assert world.group("growth").memberships.count() == 3


def test_replacing_drops_own_grants_and_leaves_no_group(send, world, give_bo):
    looked(send, form(["cy@example.org"], how="replace", groups=""))
    assert roles(world, "cy") == ["function-admin"]
    assert not world.member("cy").joined_groups.exists()


def test_the_copied_person_reaches_what_the_other_does_R9(send, world, give_bo):
    looked(send, form(["dee@example.org"]))
    one, other = (Access.of(world.member(name)) for name in ("bo", "dee"))
    for action in ("read", "edit"):
        assert set(one.reach_any_type(action)) == set(other.reach_any_type(action))


def test_from_another_person_works_the_other_way_round(send, world, give_bo):
    looked(send, form(["bo@example.org"], direction="from"), name="dee")
    assert roles(world, "dee") == ["function-admin"]
    assert roles(world, "bo") == ["function-admin"]


def test_ownership_is_never_copied_R7(send, world):
    looked(send, form(["dee@example.org"]), name="ada")
    assert not world.member("dee").owner
    looked(send, form(["bo@example.org"], how="replace"), name="ada")
    looked(send, form(["ada@example.org"], how="replace"), name="bo")
    assert world.member("ada").owner


def test_what_has_ended_is_not_copied_R6(world):
    ended, ending = (timezone.now() + timedelta(days=days) for days in (-1, 3))
    for role, ends in (("function-admin", ended), ("space-admin", ending)):
        give_grants(world.member("bo"), [Terms(role, "all", ends=ends)], by=SYSTEM)
    copying.copy_access(world.workspace, Copy(world.member("bo")), [world.member("dee")], by=SYSTEM)
    assert [(g.role, g.expires_at) for g in world.member("dee").grants.all()] == [
        ("space-admin", ending)
    ]


def test_a_copy_made_twice_gives_nothing_twice_XI7(world, give_bo):
    for _ in range(2):
        copying.copy_access(
            world.workspace, Copy(world.member("bo")), [world.member("dee")], by=SYSTEM
        )
    assert roles(world, "dee") == ["function-admin"]


def test_one_event_per_policy_and_one_per_group_A1(send, world, give_bo):
    before = Event.objects.count()
    looked(send, form(["cy@example.org", "dee@example.org"], reason="same team"))
    new = list(world.workspace.events.order_by("number"))[before:]
    assert [event.action for event in new] == [
        "policy.changed", "policy.changed", "group.members_added"
    ]  # fmt: skip
    assert {event.reason for event in new[:2]} == {"same team"}


def test_no_event_no_change_A1(world, give_bo, monkeypatch):
    before = access()
    real = audit.record

    def second_fails(*args, **options):
        if args[1] == "group.members_added":
            raise RuntimeError("the trail cannot be written")
        return real(*args, **options)

    monkeypatch.setattr(audit, "record", second_fails)
    with pytest.raises(RuntimeError):
        copying.copy_access(
            world.workspace, Copy(world.member("bo")), [world.member("dee")], by=SYSTEM
        )
    assert access() == before


def test_a_review_that_no_longer_fits_is_409_with_a_fresh_one_XD4(send, world, give_bo):
    seen = send(form(["dee@example.org"], look="1")).context["review"].digest
    give_grants(world.member("bo"), [Terms("warehouse-admin", "all")], by=SYSTEM)
    answer = send(form(["dee@example.org"], seen=seen))
    assert answer.status_code == 409
    assert answer.context["review"].digest != seen
    assert roles(world, "dee") == []


def test_a_form_changed_after_the_review_is_shown_again(send, world, give_bo):
    seen = send(form(["dee@example.org"], look="1")).context["review"].digest
    answer = send(form(["cy@example.org"], seen=seen))
    assert answer.status_code == 422
    assert roles(world, "cy") == ["source-read-only", "space-read-only"]


@pytest.mark.parametrize(
    "data",
    [
        form([]), form(["bo@example.org"]), form(["olga@example.net"]), form(["x"]),
        form(["cy@example.org", "dee@example.org"], direction="from"),
        form(["cy@example.org"], how="take"), form(["cy@example.org"], how=["add", "replace"]),
    ],
)  # fmt: skip
def test_input_that_makes_no_sense_is_422_and_changes_nothing_XA2_XB4(send, world, data):
    build(OTHER)
    before = access()
    assert send({**data, "seen": "x"}).status_code == 422
    assert access() == before


def test_only_owners_may_XB2(send, world, give_bo):
    before = access()
    assert send(form(["dee@example.org"]), by="bo").status_code == 403
    assert access() == before


def test_at_most_a_hundred_people_at_once(world):
    people = [world.member("dee")] * 101
    with pytest.raises(Refused, match="group"):
        copying.copy_access(world.workspace, Copy(world.member("bo")), people, by=SYSTEM)


def test_whoever_left_meanwhile_is_a_conflict(world):
    dee = world.member("dee")
    members.remove(world.member("dee"), by=SYSTEM)
    with pytest.raises(Refused, match="removed meanwhile"):
        copying.copy_access(world.workspace, Copy(world.member("bo")), [dee], by=SYSTEM)


def test_each_copied_policy_can_be_taken_back_on_its_own(world, give_bo):
    copying.copy_access(
        world.workspace, Copy(world.member("bo"), grouped=False), [world.member("dee")], by=SYSTEM
    )
    event = world.workspace.events.newest_first().first()
    assert event.before == {"grants": [], "owner": False}
    assert event.after == policies.state_of(world.member("dee"))
