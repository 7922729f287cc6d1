from functools import partial

import pytest
from django.db import connection

from tests.peers.race import together
from tests.world import SYSTEM, build, give_grants
from workspaces.access.engine import Access
from workspaces.errors import Conflict, Refused
from workspaces.models import Token
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms


def test_an_added_member_has_minimal_access(world):
    user = world.user("dee")
    members.remove(world.member("dee"), by=SYSTEM)
    member = members.add(world.workspace, user, by=SYSTEM)
    assert Access.of(member).check("read", world.workspace)
    assert not Access.of(member).reach_any_type("read").exists()


def test_nobody_is_a_member_twice(world):
    with pytest.raises(Refused):
        members.add(world.workspace, world.user("dee"), by=SYSTEM)


def test_the_last_owner_cannot_be_demoted_R7_XC1(world):
    with pytest.raises(Conflict, match="last owner"):
        members.set_owner(world.member("ada"), owner=False, by=SYSTEM)
    assert world.member("ada").owner


def test_the_last_owner_cannot_be_removed_R7_XC1(world):
    with pytest.raises(Conflict, match="last owner"):
        members.remove(world.member("ada"), by=SYSTEM)
    assert world.member("ada").owner


def test_the_last_owner_cannot_be_deactivated_R7_XC1(world):
    with pytest.raises(Conflict, match="last owner"):
        members.set_user_active(world.user("ada"), active=False, by=SYSTEM.because("left"))
    assert world.user("ada").is_active


def test_an_owner_through_a_group_does_not_count_R7_XC3(world):
    owners = groups.create(world.workspace, "owners", by=SYSTEM)
    give_grants(owners, [Terms("workspace-owner", "all")], by=SYSTEM)
    groups.add_members(owners, [world.member("bo")], by=SYSTEM)
    with pytest.raises(Conflict):
        members.set_owner(world.member("ada"), owner=False, by=SYSTEM)


def test_a_token_with_ownership_does_not_count_R7_XC3(world):
    policy = [Terms("workspace-owner", "all")]
    tokens.create(world.workspace, "ci", by=SYSTEM, policy=policy)
    with pytest.raises(Conflict):
        members.set_owner(world.member("ada"), owner=False, by=SYSTEM)


def test_a_deactivated_owner_does_not_count_R7_XC3(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    members.set_user_active(world.user("bo"), active=False, by=SYSTEM.because("left"))
    with pytest.raises(Conflict):
        members.set_owner(world.member("ada"), owner=False, by=SYSTEM)


def test_one_of_two_owners_may_step_back_R7(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    members.set_owner(world.member("ada"), owner=False, by=SYSTEM)
    assert [m.user.email for m in world.workspace.members.owners()] == ["bo@example.org"]


def test_deactivating_touches_every_workspace_of_the_user_or_none_R7(world):
    other = build({**OTHER_OWNED_BY_BO})
    with pytest.raises(Conflict):
        members.set_user_active(world.user("bo"), active=False, by=SYSTEM.because("left"))
    assert world.user("bo").is_active
    assert not world.workspace.events.filter(action="member.deactivated").exists()
    assert not other.workspace.events.filter(action="member.deactivated").exists()


OTHER_OWNED_BY_BO = {
    "format": "gatehouse/workspace@1",
    "workspace": {"slug": "bos", "name": "Bo's"},
    "members": [{"email": "bo@example.org", "owner": True}],
}


def test_a_removed_member_leaves_no_grant_and_no_group_R8(world):
    bo = world.member("bo")
    give_grants(bo, [Terms("function-admin", "all")], by=SYSTEM)
    members.remove(bo, by=SYSTEM)
    assert not world.workspace.grants.filter(member__isnull=False, role="function-admin").exists()
    assert not world.group("growth").memberships.exists()


def test_adding_a_person_again_starts_from_minimal_access_R8(world):
    user = world.user("bo")
    members.remove(world.member("bo"), by=SYSTEM)
    again = members.add(world.workspace, user, by=SYSTEM)
    assert not Access.of(again).policy.held


def test_removing_revokes_the_tokens_they_made_R8_XH7(world):
    token, _ = tokens.create(world.workspace, "ci", by=world.actor("bo"))
    members.remove(world.member("bo"), by=SYSTEM)
    assert Token.objects.get(pk=token.pk).revoked_at


def test_removing_keeps_their_tokens_when_told_so_R8(world):
    token, _ = tokens.create(world.workspace, "ci", by=world.actor("bo"))
    members.remove(world.member("bo"), by=SYSTEM, keep=[token.public_id])
    assert Token.objects.get(pk=token.pk).revoked_at is None


def test_a_token_nobody_looked_at_is_revoked_R8(world):
    kept, _ = tokens.create(world.workspace, "ci", by=world.actor("bo"))
    other, _ = tokens.create(world.workspace, "cron", by=world.actor("bo"))
    members.remove(world.member("bo"), by=SYSTEM, keep=[kept.public_id])
    assert Token.objects.get(pk=other.pk).revoked_at


def test_leaving_is_removing_oneself_and_says_so_R7_R8(world):
    members.leave(world.member("bo"), by=world.actor("bo"))
    assert not world.workspace.members.filter(user=world.user("bo")).exists()
    assert world.workspace.events.newest_first().first().action == "member.left"


def test_the_last_owner_cannot_leave_R7_XC1(world):
    with pytest.raises(Conflict, match="last owner"):
        members.leave(world.member("ada"), by=world.actor("ada"))


def test_a_member_removed_meanwhile_is_a_conflict(world):
    bo = world.member("bo")
    members.remove(world.member("bo"), by=SYSTEM)
    with pytest.raises(Conflict, match="removed meanwhile"):
        members.set_owner(bo, owner=True, by=SYSTEM)


def test_operator_appoints_an_owner_who_was_never_there_XC6(world):
    member = members.appoint_owner(
        world.workspace, "New@Example.org", by=SYSTEM.because("all left")
    )
    assert member.owner
    assert member.user.email == "new@example.org"
    event = world.workspace.events.newest_first().first()
    assert (event.actor_kind, event.reason) == ("system", "all left")


def test_operator_appoints_a_member_XC6(world):
    assert members.appoint_owner(world.workspace, "bo@example.org", by=SYSTEM).owner


def test_operator_cannot_appoint_a_deactivated_account_R7(world):
    members.set_user_active(world.user("bo"), active=False, by=SYSTEM.because("left"))
    with pytest.raises(Refused, match="deactivated"):
        members.appoint_owner(world.workspace, "bo@example.org", by=SYSTEM)


ROUNDS = 200


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_leave_one_R7_XC2():
    """Both begin at once, in two connections; exactly one of them gets through."""
    world = build()
    rounds = ROUNDS if connection.vendor == "postgresql" else ROUNDS // 10
    for _ in range(rounds):
        for name in ("ada", "bo"):
            members.set_owner(world.member(name), owner=True, by=SYSTEM)
        demote = partial(members.set_owner, owner=False, by=SYSTEM)
        outcomes = together(*(partial(demote, world.member(name)) for name in ("ada", "bo")))
        assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
        assert world.workspace.members.owners().count() == 1
