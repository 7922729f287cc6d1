"""Taking up what is eligible: until when it gives something, and to whom (W2, W3, W5, W7)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import F

from accounts.models import Mail
from tests.world import give_grants, take_grants
from workspaces.access.engine import Access
from workspaces.access.facts import load_policy_at_most
from workspaces.access.who import who
from workspaces.change import Actor
from workspaces.change.actors import Right
from workspaces.errors import Conflict, Denied, Refused, Unproved
from workspaces.models import Event, TakeUp, Token
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import takable
from workspaces.operations.tokens import tokens
from workspaces.terms import Eligible, Terms

FOR_A_WHILE = Terms("space-admin", "all", eligible=Eligible(proof=False))


def may(eligibles, name="dee", action="edit", ref="source/a"):
    world = eligibles.world
    thing, member = world.resource(ref), world.member(name)
    checked = Access.of(member).check(action, thing)
    assert checked == who(action, thing).filter(pk=member.pk).exists(), "who is the inverse"
    listed = Access.of(member).reach(action, thing.type).filter(pk=thing.pk)
    assert checked == listed.exists(), "list agrees with check"
    return checked


def mailed(subject):
    """Return who got the mail whose subject says this."""
    return list(Mail.objects.filter(subject__contains=subject).values_list("to", flat=True))


def let_pass(row, **time):
    """Let time pass for a taking up: its moments move back, the clock stays."""
    by = timedelta(**time)
    TakeUp._base_manager.filter(pk=row.pk)._update(
        [
            (TakeUp._meta.get_field(name), TakeUp, F(name) - by)
            for name in ("asked_at", "starts_at", "ends_at")
        ]
    )


def test_what_is_eligible_gives_nothing_by_itself_W2(eligibles):
    eligibles.grant()
    assert not may(eligibles)
    assert not may(eligibles, action="read")


def test_taken_up_it_gives_until_the_while_is_over_W2(eligibles):
    eligibles.grant()
    row = eligibles.take(minutes=60)
    assert may(eligibles)
    let_pass(row, minutes=59)
    assert may(eligibles)
    let_pass(row, minutes=1)
    assert not may(eligibles)


def test_its_holder_ends_it_early_W2(eligibles):
    eligibles.grant()
    take_ups.end(eligibles.take(), by=eligibles.actor("dee"))
    assert not may(eligibles)


def test_the_event_of_an_early_end_holds_the_end_that_happened_W2(eligibles):
    eligibles.grant()
    row = eligibles.take(minutes=60)
    planned = row.ends_at
    ended = take_ups.end(row, by=eligibles.actor("dee"))
    assert ended.ends_at < planned
    event = eligibles.world.workspace.events.newest_first().first()
    assert event.action == "take_up.ended"
    assert event.after["ends"] == ended.ends_at.isoformat()


def test_an_owner_ends_it_early_W2(eligibles):
    eligibles.grant()
    take_ups.end(eligibles.take(), by=eligibles.actor("ada"))
    assert not may(eligibles)


def test_nobody_else_ends_it_W2(eligibles):
    eligibles.grant()
    row = eligibles.take()
    bo = eligibles.world.member("bo")
    with pytest.raises(Denied):
        take_ups.end(row, by=eligibles.actor("bo", right=Right(bo, "read")))
    assert may(eligibles)


def test_what_has_ended_is_not_ended_again_W2(eligibles):
    eligibles.grant()
    row = eligibles.take()
    take_ups.end(row, by=eligibles.actor("dee"))
    with pytest.raises(Conflict):
        take_ups.end(row, by=eligibles.actor("dee"))


def test_an_eligible_membership_gives_what_the_group_gives_while_taken_up_W2(eligibles):
    eligibles.membership()
    assert not may(eligibles)
    row = eligibles.take()
    assert may(eligibles)
    assert eligibles.world.workspace.members.in_group(eligibles.world.group("growth")).count() == 2
    take_ups.end(row, by=eligibles.actor("dee"))
    assert not may(eligibles)


def test_a_groups_eligible_grant_is_taken_up_by_each_for_themselves_W2(eligibles):
    world = eligibles.world
    give_grants(world.group("growth"), [FOR_A_WHILE])
    groups.add_members(world.group("growth"), [world.member("dee")], by=Actor.system())
    eligibles.take("dee")
    assert may(eligibles, "dee", ref="space/eu")
    assert not may(eligibles, "bo", ref="space/eu")


def test_it_gives_nothing_once_one_has_left_the_group_XO5(eligibles):
    world = eligibles.world
    growth, dee = world.group("growth"), world.member("dee")
    give_grants(growth, [FOR_A_WHILE])
    groups.add_members(growth, [dee], by=Actor.system())
    eligibles.take("dee")
    groups.remove_members(growth, [dee], by=Actor.system())
    groups.add_members(growth, [dee], by=Actor.system())
    assert not may(eligibles, "dee", ref="space/eu")


def test_it_gives_nothing_once_the_grant_is_taken_away_XO5(eligibles):
    row = eligibles.grant()
    eligibles.take()
    take_grants(eligibles.world.member("dee"), [row])
    assert not may(eligibles)
    assert not TakeUp.objects.exists()


def test_owning_can_be_taken_up_through_a_group_and_counts_for_nothing_else_W7(eligibles):
    world = eligibles.world
    chiefs = groups.create(
        world.workspace, "chiefs", by=Actor.system(), policy=[Terms("workspace-owner", "all")]
    )
    eligibles.membership(group=chiefs.name)
    assert not Access.of(world.member("dee")).is_owner
    eligibles.take()
    assert Access.of(world.member("dee")).is_owner
    with pytest.raises(Conflict, match="owner"):
        members.remove(world.member("ada"), by=Actor.system())


def test_it_takes_a_reason_W2(eligibles):
    eligibles.grant()
    with pytest.raises(Refused) as refused:
        eligibles.take(reason="  ")
    assert refused.value.field == "reason"


@pytest.mark.parametrize("minutes", [0, -1, 241])
def test_it_lasts_no_longer_than_the_longest_while_W2_XO2(eligibles, minutes):
    eligibles.grant()
    with pytest.raises(Refused) as refused:
        eligibles.take(minutes=minutes)
    assert refused.value.field == "minutes"
    assert not TakeUp.objects.exists()


def test_what_asks_for_a_proof_wants_a_fresh_one_W2_XO2(eligibles):
    eligibles.grant(proof=True)
    with pytest.raises(Unproved):
        eligibles.take(proved=False)
    assert eligibles.take(proved=True)


def test_a_second_one_says_that_the_first_one_runs_XO1(eligibles):
    eligibles.grant()
    eligibles.take()
    with pytest.raises(Conflict, match="already"):
        eligibles.take()


def test_what_was_made_standing_meanwhile_is_not_taken_up_XO2(eligibles):
    row = eligibles.grant()
    name = takable(eligibles.world.member("dee"))[0].name
    take_grants(eligibles.world.member("dee"), [row])
    with pytest.raises(Conflict):
        take_ups.take_up(
            eligibles.world.member("dee"), name, 60, "Pager", by=eligibles.actor("dee")
        )


def test_nobody_takes_up_for_somebody_else_W2(eligibles):
    eligibles.grant()
    dee = eligibles.world.member("dee")
    with pytest.raises(Denied):
        take_ups.take_up(dee, takable(dee)[0].name, 60, "Pager", by=eligibles.actor("ada"))


def test_it_is_told_in_the_trail_A1(eligibles):
    eligibles.grant()
    row = eligibles.take()
    event = Event.objects.latest("number")
    assert (event.action, event.target_name) == ("take_up.begun", "dee@example.org")
    assert event.after["reason"] == "Pager 12"
    assert event.after["ends"] == row.ends_at.isoformat()


# --- Somebody has to agree --------------------------------------------------------------


def test_with_approvers_it_waits_and_they_are_mailed_W3(eligibles):
    eligibles.grant(approvers=frozenset({"cy@example.org"}))
    row = eligibles.take()
    assert row.starts_at is None
    assert not may(eligibles)
    assert mailed("asks to take up") == ["cy@example.org"]


def test_an_approver_agrees_and_it_begins_W3(eligibles):
    eligibles.grant(approvers=frozenset({"cy@example.org"}))
    row = eligibles.take()
    take_ups.answer(row, agreed=True, by=eligibles.actor("cy"))
    assert may(eligibles)
    assert mailed("is yours") == ["dee@example.org"]


def test_an_approver_refuses_W3(eligibles):
    eligibles.grant(approvers=frozenset({"cy@example.org"}))
    row = eligibles.take()
    take_ups.answer(row, agreed=False, by=eligibles.actor("cy"))
    assert not may(eligibles)
    with pytest.raises(Conflict):
        take_ups.answer(row, agreed=True, by=eligibles.actor("cy"))


@pytest.mark.parametrize("name", ["dee", "bo", "ada"])
def test_nobody_else_agrees_not_even_an_owner_or_the_asker_W3_XO3(eligibles, name):
    eligibles.grant(approvers=frozenset({"cy@example.org"}))
    row = eligibles.take()
    with pytest.raises(Denied):
        take_ups.answer(row, agreed=True, by=eligibles.actor(name))
    assert not may(eligibles)


def test_of_an_approving_group_everybody_agrees_but_the_asker_W3_XO3(eligibles):
    world = eligibles.world
    eligibles.grant(approvers=frozenset({"group:Growth"}))
    groups.add_members(world.group("growth"), [world.member("dee")], by=Actor.system())
    row = eligibles.take()
    with pytest.raises(Denied):
        take_ups.answer(row, agreed=True, by=eligibles.actor("dee"))
    take_ups.answer(row, agreed=True, by=eligibles.actor("bo"))
    assert may(eligibles)


def test_where_no_approver_is_left_the_owners_agree_W3_XO4(eligibles):
    eligibles.grant(approvers=frozenset({"cy@example.org"}))
    members.remove(eligibles.world.member("cy"), by=Actor.system())
    row = eligibles.take()
    assert not may(eligibles), "somebody has to agree still"
    take_ups.answer(row, agreed=True, by=eligibles.actor("ada"))
    assert may(eligibles)


def test_unanswered_for_a_day_it_is_void_W3(eligibles):
    eligibles.grant(approvers=frozenset({"cy@example.org"}))
    row = eligibles.take()
    let_pass(row, hours=24)
    with pytest.raises(Conflict):
        take_ups.answer(row, agreed=True, by=eligibles.actor("cy"))
    assert eligibles.take().pk != row.pk


def test_an_answer_to_what_has_changed_meanwhile_is_a_clash_W3(eligibles):
    eligibles.membership(approvers=frozenset({"cy@example.org"}))
    row = eligibles.take()
    groups.regrant(
        eligibles.world.group("growth"), [Terms("space-admin", "all")], by=Actor.system()
    )
    with pytest.raises(Conflict, match="changed"):
        take_ups.answer(row, agreed=True, by=eligibles.actor("cy"))
    assert not may(eligibles, ref="space/eu")


def test_an_answer_after_the_asker_was_removed_is_a_clash_W3(eligibles):
    eligibles.grant(approvers=frozenset({"cy@example.org"}))
    row = eligibles.take()
    members.remove(eligibles.world.member("dee"), by=Actor.system())
    with pytest.raises(Conflict):
        take_ups.answer(row, agreed=True, by=eligibles.actor("cy"))


def test_the_asker_takes_it_back_W3(eligibles):
    eligibles.grant(approvers=frozenset({"cy@example.org"}))
    row = eligibles.take()
    take_ups.end(row, by=eligibles.actor("dee"))
    with pytest.raises(Conflict):
        take_ups.answer(row, agreed=True, by=eligibles.actor("cy"))


# --- Break glass ------------------------------------------------------------------------


def test_breaking_glass_tells_every_owner_and_waits_for_a_look_W5_XO7(eligibles):
    eligibles.grant(break_glass=True)
    row = eligibles.take()
    assert may(eligibles)
    assert Event.objects.latest("number").action == "glass.broken"
    assert mailed("broke glass") == ["ada@example.org"]
    assert row in eligibles.world.workspace.take_ups.broken_glass()
    take_ups.look_at(row, "It was the pager.", by=eligibles.actor("ada"))
    assert row not in eligibles.world.workspace.take_ups.broken_glass()


def test_a_look_takes_a_line_W5(eligibles):
    eligibles.grant(break_glass=True)
    with pytest.raises(Refused) as refused:
        take_ups.look_at(eligibles.take(), "", by=eligibles.actor("ada"))
    assert refused.value.field == "finding"


def test_break_glass_and_approvers_exclude_each_other_XO9(eligibles):
    with pytest.raises(Refused) as refused:
        eligibles.grant(break_glass=True, approvers=frozenset({"cy@example.org"}))
    assert refused.value.field == "break_glass"


@pytest.mark.parametrize("minutes", [14, 1441])
def test_the_longest_while_is_a_quarter_of_an_hour_to_a_day_W2(eligibles, minutes):
    with pytest.raises(Refused) as refused:
        eligibles.grant(longest_minutes=minutes)
    assert refused.value.field == "longest_minutes"


def test_an_approver_nobody_knows_is_refused_by_name_W3(eligibles):
    with pytest.raises(Refused, match=r"nobody@example\.org"):
        eligibles.grant(approvers=frozenset({"nobody@example.org"}))


def test_a_token_takes_nothing_up_W2(eligibles):
    world = eligibles.world
    with pytest.raises(Refused):
        tokens.create(
            world.workspace,
            "ci",
            policy=[Terms("source-admin", "all", eligible=Eligible(proof=False))],
            by=eligibles.actor("ada"),
        )
    assert not Token.objects.exists()


def test_at_most_counts_what_could_be_taken_up_W8(eligibles):
    eligibles.grant()
    dee = eligibles.world.member("dee")
    assert not Access.of(dee).check("edit", eligibles.world.resource("source/a"))
    assert Access(load_policy_at_most(dee)).check("edit", eligibles.world.resource("source/a"))
    assert (
        replace(load_policy_at_most(eligibles.world.member("bo")))
        == Access.of(eligibles.world.member("bo")).policy
    )


def test_whoever_broke_the_glass_does_not_look_at_it_W5_XO7(eligibles):
    members.set_owner(eligibles.world.member("dee"), owner=True, by=Actor.system())
    eligibles.grant(break_glass=True)
    row = eligibles.take()
    with pytest.raises(Denied):
        take_ups.look_at(row, "Fine.", by=eligibles.actor("dee"))
    assert row in eligibles.world.workspace.take_ups.broken_glass()
