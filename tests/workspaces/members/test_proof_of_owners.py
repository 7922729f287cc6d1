"""Whoever makes owners, or ends ownership, proves who they are first, by whatever way (S8)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models.user import User
from tests.cast.invited import age, ask
from tests.world import SYSTEM, everything, take_grants
from workspaces.access.ownership import ownership_of
from workspaces.change import Actor
from workspaces.errors import Unproved
from workspaces.models import ActorKind
from workspaces.operations.grants import policies
from workspaces.operations.groups import groups, people
from workspaces.operations.invites import acceptance, invites
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import bulk, copying, members
from workspaces.operations.members.bulk_changes import Join, Remove
from workspaces.operations.members.copying import Copy
from workspaces.operations.trail import undo
from workspaces.operations.workspace import workspaces as operations
from workspaces.terms import Terms

NEW = "new@example.org"
OWNS = Terms("workspace-owner", "all")


@pytest.fixture
def world(world):
    """bo is in growth, and owns through boss with cy; spare holds ownership and is empty."""
    boss = groups.create(world.workspace, "boss", by=SYSTEM, policy=[OWNS])
    groups.add_members(boss, [world.member("bo"), world.member("cy")], by=SYSTEM)
    groups.create(world.workspace, "spare", by=SYSTEM, policy=[OWNS])
    return world


@pytest.fixture
def unproved(world):
    return replace(world.actor("ada"), proved=False)


def _dee(world):
    return [world.member("dee")]


def _chosen(world, *names):
    wanted = [world.member(name).pk for name in names]
    return lambda workspace: workspace.members.filter(pk__in=wanted)


def _many(world, change, *names):
    return lambda by: bulk.apply(world.workspace, _chosen(world, *names), change, by=by)


WAYS = {
    "the group's page": lambda w: lambda by: groups.add_members(w.group("boss"), _dee(w), by=by),
    "out of the group": lambda w: lambda by: groups.remove_members(
        w.group("boss"), [w.member("cy")], by=by
    ),
    "a move in": lambda w: lambda by: groups.move_members(
        w.group("growth"), [w.member("dee")], w.group("boss"), by=by
    ),
    "a move out": lambda w: lambda by: groups.move_members(
        w.group("boss"), [w.member("cy")], w.group("growth"), by=by
    ),
    "many join": lambda w: _many(w, Join(w.group("boss")), "dee"),
    "many go": lambda w: _many(w, Remove(0), "cy", "dee"),
    "a copy of access": lambda w: lambda by: copying.copy_access(
        w.workspace, Copy(w.member("cy")), _dee(w), by=by
    ),
    "an invite into the group": lambda w: lambda by: invites.send(
        w.workspace, [NEW], Offer(groups=(w.group("boss"),)), by=by, ident="once"
    ),
    "an invite changed": lambda w: _edit(ask(w, NEW), Offer(groups=(w.group("spare"),))),
    "by address": lambda w: lambda by: people.join(
        w.group("boss"), ["dee@example.org"], by=by
    ),
    "others by address": lambda w: lambda by: people.replace(w.group("boss"), [], by=by),
    "a new group": lambda w: lambda by: groups.create(w.workspace, "new", by=by, policy=[OWNS]),
    "a twin": lambda w: lambda by: groups.duplicate(w.group("boss"), "twin", by=by),
    "a policy gains it": lambda w: lambda by: groups.regrant(w.group("growth"), [OWNS], by=by),
    "a policy loses it": lambda w: lambda by: groups.regrant(w.group("boss"), [], by=by),
    "the grant goes": lambda w: lambda by: take_grants(
        w.group("boss"), w.group("boss").grants.all(), by=by
    ),
    "it ends": lambda w: lambda by: groups.regrant(
        w.group("boss"), [replace(OWNS, ends=timezone.now() + timedelta(days=1))], by=by
    ),
    "the group goes": lambda w: lambda by: groups.delete(w.group("boss"), by=by),
    "a spare group goes": lambda w: lambda by: groups.delete(w.group("spare"), by=by),
    "the member goes": lambda w: lambda by: members.remove(w.member("cy"), by=by),
    "the member leaves": lambda w: lambda by: members.leave(w.member("cy"), by=by),
    "the editor": lambda w: lambda by: policies.change(
        w.member("dee"), policies.Proposal(owner=True), by=by
    ),
    "a new member": lambda w: _add(w, User.objects.create_user("late@example.org")),
}  # fmt: skip


def _edit(invite, offer):
    return lambda by: invites.edit(invite, offer, by=by)


def _add(world, user):
    return lambda by: members.add(world.workspace, user, by=by, owner=True)


@pytest.mark.parametrize("way", WAYS)
def test_no_way_makes_or_ends_owners_without_a_proof_S8(world, unproved, way):
    change = WAYS[way](world)
    if way == "a move in":
        groups.add_members(world.group("growth"), _dee(world), by=SYSTEM)
    before = everything()
    with pytest.raises(Unproved):
        change(unproved)
    assert everything() == before
    change(replace(unproved, proved=True))
    assert everything() != before


UNDONE = {
    "joined": lambda w: groups.add_members(w.group("boss"), _dee(w), by=SYSTEM),
    "left": lambda w: groups.remove_members(w.group("boss"), [w.member("cy")], by=SYSTEM),
    "regranted": lambda w: groups.regrant(w.group("boss"), [], by=SYSTEM),
}


@pytest.mark.parametrize("change", UNDONE)
def test_an_undo_asks_as_the_change_did_S8(world, unproved, change):
    UNDONE[change](world)
    number = world.workspace.events.newest_first().first().number
    before = everything()
    with pytest.raises(Unproved):
        undo.undo(world.workspace, number, by=unproved)
    assert everything() == before


UNASKED = {
    "a plain group": lambda w: lambda by: groups.add_members(w.group("growth"), _dee(w), by=by),
    "who owns anyway": lambda w: (
        lambda by: groups.add_members(w.group("spare"), [w.member("cy")], by=by)
    ),
    "a name": lambda w: lambda by: groups.describe(w.group("boss"), "chiefs", "", by=by),
    "who owns nothing": lambda w: lambda by: members.remove(w.member("dee"), by=by),
    "a plain invite": lambda w: (
        lambda by: invites.send(
            w.workspace, [NEW], Offer(groups=(w.group("growth"),)), by=by, ident="once"
        )
    ),
    "a workspace of one's own": lambda w: (
        lambda by: operations.create("mine", "Mine", owner=w.user("ada"), by=by)
    ),
}


@pytest.mark.parametrize("way", UNASKED)
def test_what_makes_no_owner_asks_nobody_S8(world, unproved, way):
    before = everything()
    UNASKED[way](world)(unproved)
    assert everything() != before


@pytest.mark.parametrize("offer", [Offer(owner=True), "group"])
def test_whoever_accepts_does_what_an_owner_decided_S8(world, offer):
    offer = Offer(groups=(world.group("boss"),)) if offer == "group" else offer
    invite = ask(world, "bea@example.org", offer)
    bea = User.objects.create_user("bea@example.org")
    bea.emailaddress_set.create(email=bea.email, verified=True, primary=True)
    acceptance.accept(invite, bea, by=Actor(ActorKind.USER, bea.email, bea, proved=False))
    assert bea.email in ownership_of(world.workspace).owners


def test_an_ended_invite_to_own_is_made_good_again_by_who_proves_it_S8(world, unproved):
    invite = ask(world, NEW, Offer(owner=True))
    age(invite, days=4)
    with pytest.raises(Unproved):
        invites.resend(invite, by=unproved)


def test_programs_are_not_asked_S8(world):
    groups.add_members(world.group("boss"), _dee(world), by=SYSTEM)
    assert "dee@example.org" in ownership_of(world.workspace).owners
