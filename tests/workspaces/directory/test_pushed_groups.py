"""Nobody but the directory changes who is in a group that it pushes, or its name."""

from dataclasses import replace

import pytest

from tests.cast.directories import directory_of, put_in
from tests.cast.invited import ask
from tests.world import SYSTEM, acme, everything
from workspaces.errors import Conflict, Unproved
from workspaces.models import DirectoryCall, Event
from workspaces.operations.directory import calls, groups as directory_groups, pushed_groups
from workspaces.operations.directory.groups import Step, StepKind
from workspaces.operations.documents import load_document
from workspaces.operations.documents.faults import Faults
from workspaces.operations.groups import groups, people as group_people
from workspaces.operations.invites import invites
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import bulk, copying
from workspaces.operations.members.bulk_changes import Join
from workspaces.operations.members.copying import Copy
from workspaces.operations.requests import remedies, requests
from workspaces.operations.requests.requests import Asked
from workspaces.operations.tokens import tokens
from workspaces.operations.trail import undo
from workspaces.terms import Terms


@pytest.fixture
def growth(world):
    """The group growth with bo in it, linked by the directory."""
    group = world.group("growth")
    directory_groups.change(group, external_id="g1", by=directory_of(world))
    return group


@pytest.fixture
def byhand(world):
    return groups.create(world.workspace, "By hand", by=SYSTEM, members=[world.member("cy")])


LOCKED = {
    "add": lambda w, g, _: groups.add_members(g, [w.member("dee")], by=w.actor("ada")),
    "remove": lambda w, g, _: groups.remove_members(g, [w.member("bo")], by=w.actor("ada")),
    "move out": lambda w, g, h: groups.move_members(g, [w.member("bo")], h, by=w.actor("ada")),
    "move in": lambda w, g, h: groups.move_members(h, [w.member("cy")], g, by=w.actor("ada")),
    "rename": lambda w, g, _: groups.describe(g, "Other", g.description, by=w.actor("ada")),
    "api add": lambda w, g, _: group_people.join(g, ["dee@example.org"], by=w.actor("ada")),
    "api remove": lambda w, g, _: group_people.part(g, ["bo@example.org"], by=w.actor("ada")),
    "api replace": lambda w, g, _: group_people.replace(g, [], by=w.actor("ada")),
    "invite": lambda w, g, _: ask(w, "new@example.org", Offer(groups=(g,))),
    "edit an invite": lambda w, g, _: invites.edit(
        ask(w, "new@example.org"), Offer(groups=(g,)), by=w.actor("ada")
    ),
    "many": lambda w, g, _: bulk.apply(
        w.workspace, lambda workspace: workspace.members.all(), Join(g), by=w.actor("ada")
    ),
}


@pytest.mark.parametrize("door", LOCKED)
def test_no_door_changes_a_pushed_group(world, growth, byhand, door):
    people = set(world.workspace.members.in_group(growth))
    count = Event.objects.exclude(action="invite.sent").count()
    with pytest.raises(Conflict) as refused:
        LOCKED[door](world, growth, byhand)
    assert refused.value.rule == "pushed"
    assert set(world.workspace.members.in_group(growth)) == people
    assert world.group("growth") == growth
    assert Event.objects.exclude(action="invite.sent").count() == count


def test_its_grants_and_description_are_an_owners(world, growth):
    groups.describe(growth, growth.name, "Mine", by=world.actor("ada"))
    groups.regrant(growth, [Terms("space-admin", "all")], by=world.actor("ada"))
    assert [grant.role for grant in growth.grants.all()] == ["space-admin"]


def test_it_can_be_deleted_by_hand(world, growth):
    groups.delete(growth, by=world.actor("ada"))
    assert not world.workspace.directory_groups.exists()


def test_a_copy_leaves_its_place_in_a_pushed_group_behind(world, growth, byhand):
    groups.add_members(byhand, [world.member("bo")], by=SYSTEM)
    copy = Copy(world.member("bo"))
    preview = copying.preview(world.workspace, copy, [world.member("dee")])
    copying.copy_access(
        world.workspace,
        copy,
        [world.member("dee")],
        by=world.actor("ada").having_seen(preview.digest),
    )
    assert list(world.member("dee").groups()) == [byhand]
    assert all(person.keeps for person in preview.people)


def test_no_request_is_answered_with_a_place_in_a_pushed_group_Q1(world):
    request = requests.ask(world.member("dee"), Asked("warehouse/bq", "read"), by=SYSTEM)
    assert any(remedy.group for remedy in remedies.remedies(request))
    directory_groups.change(world.group("growth"), external_id="g1", by=directory_of(world))
    assert not any(remedy.group for remedy in remedies.remedies(request))


def test_an_undo_of_what_was_done_by_hand_before_is_refused(world):
    group = world.group("growth")
    groups.add_members(group, [world.member("dee")], by=world.actor("ada"))
    event = world.workspace.events.newest_first().first()
    directory_groups.change(group, external_id="g1", by=directory_of(world))
    before = everything()
    with pytest.raises(Conflict):
        undo.undo(world.workspace, event.number, by=world.actor("ada"))
    assert everything() == before


def test_an_invite_from_before_can_be_edited_as_long_as_its_groups_stay(world):
    invite = ask(world, "new@example.org", Offer(groups=(world.group("growth"),)))
    directory_groups.change(world.group("growth"), external_id="g1", by=directory_of(world))
    offer = Offer(message="hello", groups=(world.group("growth"),))
    assert invites.edit(invite, offer, by=world.actor("ada")).message == "hello"
    with pytest.raises(Conflict):
        invites.edit(invite, Offer(), by=world.actor("ada"))


def test_an_import_that_would_change_who_is_in_it_is_a_fault(world, growth):
    document = acme()
    document["groups"][0]["members"] = ["bo@example.org", "dee@example.org"]
    before = everything()
    with pytest.raises(Faults, match="groups: growth: The directory pushes this group"):
        load_document(document, by=SYSTEM)
    assert everything() == before


def test_an_import_may_leave_it_as_it_is_or_take_people_out_of_the_workspace(world, growth):
    load_document(acme(), by=SYSTEM)
    document = acme()
    document["groups"][0]["members"] = []
    document["members"] = [m for m in document["members"] if "bo@" not in m["email"]]
    load_document(document, by=SYSTEM)
    assert not world.workspace.members.in_group(growth).exists()


def test_an_import_that_does_not_name_it_deletes_it(world, growth):
    load_document(acme(groups=[]), by=SYSTEM)
    assert not world.workspace.directory_groups.exists()


def test_taking_over_needs_no_word_once_no_directory_is_left(world, growth):
    for token in world.workspace.tokens.of_directories():
        tokens.revoke(token, by=SYSTEM)
    pushed_groups.take_over(growth, by=world.actor("ada"))
    assert groups.remove_members(growth, [world.member("bo")], by=world.actor("ada"))


def test_taking_over_mentions_who_waits_no_longer_A1(world, growth):
    scim = directory_of(world)
    nina = put_in(world, scim, active=False)
    directory_groups.change(growth, steps=[Step(StepKind.ADD, (nina.public_id,))], by=scim)
    assert growth.waiting.exists()
    pushed_groups.take_over(growth, by=world.actor("ada"), though_live=True)
    assert nina.public_id in world.workspace.events.get(action="group.taken_over").mentions()


def test_taking_over_what_is_nobody_elses_changes_nothing(world, byhand):
    before = everything()
    pushed_groups.take_over(byhand, by=world.actor("ada"))
    pushed_groups.open_to_directory(byhand, opened=False, by=world.actor("ada"))
    assert everything() == before


def test_opening_asks_for_a_fresh_proof_S8(world, growth):
    with pytest.raises(Unproved):
        pushed_groups.open_to_directory(
            growth, opened=True, by=replace(world.actor("ada"), proved=False)
        )


def test_the_last_twenty_calls_are_kept_each_in_two_statements(world, django_assert_num_queries):
    for number in range(25):
        with django_assert_num_queries(2):
            calls.note(world.workspace, method="GET", path=f"/scim/v2/Users?n={number}", status=200)
    paths = [call.path for call in world.workspace.directory_calls.newest_first()]
    assert paths == [f"/scim/v2/Users?n={number}" for number in range(24, 4, -1)]


def test_a_call_is_kept_short_and_apart_from_other_workspaces_XA3(world):
    calls.note(
        world.workspace,
        method="PROPFINDPROPFINDPROPFIND",
        path="/" + "x" * 5000,
        status=400,
        detail="y" * 5000,
        address="192.0.2.7",
    )
    call = DirectoryCall.objects.get()
    assert (len(call.method), len(call.path), len(call.detail)) == (16, 300, 300)


def test_steps_by_the_directory_are_not_locked(world, growth):
    scim = directory_of(world)
    directory_groups.change(growth, steps=[Step(StepKind.REPLACE)], name="Renamed", by=scim)
    assert not world.workspace.members.in_group(growth).exists()


SAME = {
    "add": lambda w, g, _: groups.add_members(g, [w.member("bo")], by=w.actor("ada")),
    "remove": lambda w, g, _: groups.remove_members(g, [w.member("dee")], by=w.actor("ada")),
    "move": lambda w, g, h: groups.move_members(g, [w.member("cy")], h, by=w.actor("ada")),
    "describe": lambda w, g, _: groups.describe(g, g.name, g.description, by=w.actor("ada")),
    "api add": lambda w, g, _: group_people.join(g, ["BO@example.org"], by=w.actor("ada")),
    "api remove": lambda w, g, _: group_people.part(g, ["cy@example.org"], by=w.actor("ada")),
    "api replace": lambda w, g, _: group_people.replace(g, ["bo@example.org"], by=w.actor("ada")),
}


@pytest.mark.parametrize("door", SAME)
def test_to_write_what_is_there_is_no_clash(world, growth, byhand, door):
    before = everything()
    SAME[door](world, growth, byhand)
    assert everything() == before


def test_a_bulk_change_that_changes_nothing_is_no_clash(world, growth):
    before = everything()["workspaces.GroupMember"]
    bulk.apply(
        world.workspace,
        lambda workspace: workspace.members.in_group(growth),
        Join(growth),
        by=world.actor("ada"),
    )
    assert everything()["workspaces.GroupMember"] == before
