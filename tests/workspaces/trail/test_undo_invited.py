"""Undo of changes of a group's people where some were only invited, and what it shows (rule 7)."""

import pytest

from tests.cast.directories import NEW, somebody
from tests.cast.invited import ask
from tests.workspaces.conftest import Seen
from tests.world import SYSTEM, give_grants, take_grants
from workspaces.errors import Conflict
from workspaces.models import Group
from workspaces.operations.groups import groups, people
from workspaces.operations.invites import invites
from workspaces.operations.invites.acceptance import accept
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import members
from workspaces.operations.tokens import tokens
from workspaces.operations.trail import undo
from workspaces.terms import Terms

CY = "cy@example.org"


@pytest.fixture
def joined(world):
    """The event by which cy, and an address that is only invited, were put into growth."""
    ask(world, NEW, Offer(grants=(Terms("space-admin", "all"),)))
    people.join(world.group("growth"), [CY, NEW], by=SYSTEM)
    return newest(world)


def newest(world, action="group.members_added"):
    return world.workspace.events.filter(action=action).newest_first().first()


def offered(world) -> set[str]:
    return {group.name for group in Group.objects.filter(invites__email=NEW)}


def test_whoever_was_only_invited_is_invited_without_the_group_again(world, joined):
    undo.undo(world.workspace, joined.number, by=SYSTEM)
    assert offered(world) == set()
    assert (
        not world.workspace.members.in_group(world.group("growth")).filter(user__email=CY).exists()
    )
    assert world.workspace.invites.open().get(email=NEW).grants.exists()


def test_the_undo_of_the_undo_invites_into_it_again(world, joined):
    done = undo.undo(world.workspace, joined.number, by=SYSTEM)
    undo.undo(world.workspace, done.number, by=SYSTEM)
    assert offered(world) == {"growth"}


def test_whoever_accepted_since_leaves_the_group(world, joined):
    member = accept(world.workspace.invites.get(email=NEW), somebody(), by=SYSTEM)
    undo.undo(world.workspace, joined.number, by=SYSTEM)
    assert not member.joined_groups.exists()


def test_an_invite_that_is_over_is_named_as_what_it_was(world, joined):
    invites.revoke(world.workspace.invites.get(email=NEW), by=SYSTEM)
    with pytest.raises(Conflict, match=f"The invite of {NEW} is over"):
        undo.undo(world.workspace, joined.number, by=SYSTEM)


def test_whoever_left_and_came_back_is_another_R8(world, joined):
    members.remove(world.member("cy"), by=SYSTEM)
    members.add(world.workspace, world.user("cy"), by=SYSTEM)
    with pytest.raises(Conflict, match="left and was added again"):
        undo.undo(world.workspace, joined.number, by=SYSTEM)


def test_an_address_that_was_a_member_then_and_is_invited_now_is_another_R8(world):
    groups.add_members(world.group("growth"), [world.member("cy")], by=SYSTEM)
    event = newest(world)
    members.remove(world.member("cy"), by=SYSTEM)
    ask(world, CY, Offer(groups=(world.group("growth"),)))
    with pytest.raises(Conflict, match="no longer here"):
        undo.undo(world.workspace, event.number, by=SYSTEM)
    assert Group.objects.filter(invites__email=CY).exists()


def test_an_invite_taken_out_of_a_group_comes_back_by_undo(world, joined):
    people.part(world.group("growth"), [NEW], by=SYSTEM)
    undo.undo(world.workspace, newest(world, "group.members_removed").number, by=SYSTEM)
    assert offered(world) == {"growth"}


def test_the_page_says_what_becomes_of_the_invited(world, joined, as_user):
    seen = Seen(as_user("ada").get(f"/w/acme/audit/{joined.number}/undo"))
    assert "1 person leaves growth." in seen
    assert f"The invite of {NEW} no longer offers growth." in seen


@pytest.mark.parametrize("holder", ["member", "group", "token"])
def test_the_undo_of_a_revoke_shows_who_gains_what_before_it_acts(world, as_user, holder):
    token, _secret = tokens.create(world.workspace, "ci", by=SYSTEM)
    held = {"member": world.member("dee"), "group": world.group("growth"), "token": token}[holder]
    given = give_grants(held, [Terms("source-admin", "all")], by=SYSTEM)
    take_grants(held, given, by=SYSTEM)
    event = newest(world, "policy.changed")
    seen = Seen(as_user("ada").get(f"/w/acme/audit/{event.number}/undo"))
    assert "sources" in seen
    assert ("Bo Diddley" in seen) == (holder == "group")


def test_the_undo_of_an_ownership_that_ended_shows_it(world, as_user):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    members.set_owner(world.member("bo"), owner=False, by=SYSTEM)
    event = newest(world, "member.owner_changed")
    seen = Seen(as_user("ada").get(f"/w/acme/audit/{event.number}/undo"))
    assert "administer" in seen or "everything" in seen
