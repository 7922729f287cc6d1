"""Accepting an invite: once, as the invited address, proved (I1, XE1–XE11, XF3)."""

from datetime import timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.utils import timezone

from accounts.models.mail import Mail
from accounts.models.user import User
from tests.cast.invited import age, ask, owner
from tests.peers.race import together
from tests.world import SYSTEM, build, give_grants
from workspaces.access.engine import Access
from workspaces.change import Actor, lock_workspace
from workspaces.errors import Conflict, Denied, Spent
from workspaces.models import ActorKind, Invite
from workspaces.operations.groups import groups
from workspaces.operations.invites import invites
from workspaces.operations.invites.acceptance import Standing, accept, invite_by_hash, standing
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import members
from workspaces.terms import Terms


def proved(email: str) -> User:
    """Return a user whose address was proved by mail."""
    user = User.objects.create_user(email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def accepted(invite: Invite, user: User):
    return accept(invite, user, by=Actor(ActorKind.USER, user.email, user))


def fresh(invite: Invite) -> Invite:
    return invite_by_hash(invite.link_hash)


def test_whoever_accepts_gets_what_was_offered_and_no_more_I1(world):
    dev = Terms("source-admin", "labels", (world.label("environment:dev"),))
    invite = ask(world, "new@example.org", Offer(grants=(dev,), groups=(world.group("growth"),)))
    member = accepted(invite, proved("new@example.org"))
    reached = Access.of(member).reach("edit", "source")
    assert sorted(source.slug for source in reached) == ["a", "b", "c"]
    assert not member.owner
    assert member.grants.get().granted_by == world.user("ada")


def test_an_accepted_invite_holds_nothing_any_more_L4(world):
    invite = ask(world, "new@example.org", Offer(grants=(Terms("source-admin", "all"),)))
    accepted(invite, proved("new@example.org"))
    assert not invite.grants.exists()
    assert not invite.groups.exists()


def test_accepting_is_one_event_of_the_person_XK1(world):
    invite = ask(world, "new@example.org", Offer(owner=True))
    before = world.workspace.events.count()
    assert accepted(invite, proved("new@example.org")).owner
    assert world.workspace.events.count() == before + 1
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.actor_name) == ("invite.accepted", "new@example.org")
    assert event.after["invited_by"] == "ada@example.org"


def test_case_does_not_matter_XE3(world):
    invite = ask(world, "New@Example.ORG")
    assert accepted(invite, proved("new@example.org"))


@pytest.mark.parametrize("email", ["bob@example.org", "new+w@example.org"])
def test_another_address_gets_nothing_XE2_XF1(world, email):
    invite = ask(world, "new@example.org")
    with pytest.raises(Denied):
        accepted(invite, proved(email))
    assert world.workspace.members.count() == 4


def test_an_address_that_was_not_proved_gets_nothing_XF3(world):
    invite = ask(world, "new@example.org")
    user = User.objects.create_user("new@example.org")
    with pytest.raises(Denied):
        accepted(invite, user)
    EmailAddress.objects.create(user=user, email="new@example.org", verified=False)
    with pytest.raises(Denied):
        accepted(invite, user)
    other = proved("old@example.org")
    EmailAddress.objects.create(user=other, email="new@example.org", verified=False)
    with pytest.raises(Denied):
        accepted(invite, other)
    assert world.workspace.members.count() == 4


def test_it_works_once_XE1(world):
    invite, user = ask(world, "new@example.org"), proved("new@example.org")
    members.remove(accepted(invite, user), by=SYSTEM)
    with pytest.raises(Spent, match="was used"):
        accepted(invite, user)


def test_an_ended_link_grants_nothing_without_any_clean_up_XE1(world):
    invite, user = ask(world, "new@example.org"), proved("new@example.org")
    age(invite, days=3)
    with pytest.raises(Spent, match="has ended"):
        accepted(invite, user)


def test_a_withdrawn_link_grants_nothing_XE1(world):
    invite, user = ask(world, "new@example.org"), proved("new@example.org")
    invites.revoke(invite, by=owner(world))
    with pytest.raises(Spent, match="withdrawn"):
        accepted(invite, user)


def test_the_link_before_a_resend_leads_nowhere_XE1(world):
    invite = ask(world, "new@example.org")
    age(invite, hours=2)
    invites.resend(invite, by=owner(world))
    assert standing(invite_by_hash(invite.link_hash)) is Standing.UNKNOWN
    with pytest.raises(Spent, match="newer"):
        accepted(invite, proved("new@example.org"))


def test_a_member_gets_nothing_merged_XE8(world):
    """One whose address became the invited one meanwhile: nobody came in by another door."""
    invite = ask(world, "new@example.org", Offer(owner=True))
    bo = world.user("bo")
    bo.email = "new@example.org"
    bo.save()
    EmailAddress.objects.create(user=bo, email=bo.email, verified=True, primary=True)
    with pytest.raises(Conflict, match="already"):
        accepted(invite, bo)
    assert not world.workspace.members.get(user=bo).owner


def test_an_ownership_that_ended_by_its_date_voids_at_the_last_moment_XE6_R6(world):
    insiders = groups.create(world.workspace, "insiders", by=SYSTEM)
    soon = timezone.now() + timedelta(seconds=30)
    give_grants(insiders, [Terms("workspace-owner", "all", ends=soon)], by=SYSTEM)
    groups.add_members(insiders, [world.member("cy")], by=SYSTEM)
    invite = ask(world, "new@example.org", by=world.actor("cy"))
    assert standing(fresh(invite)) is Standing.OPEN
    end_now(insiders)
    assert standing(fresh(invite)) is Standing.VOID
    assert fresh(invite).voided_at is None
    with pytest.raises(Spent):
        accepted(invite, proved("new@example.org"))
    assert fresh(invite).voided_at
    assert "new@example.org" in Mail.objects.get(to="ada@example.org").text


def end_now(group):
    with lock_workspace(group.workspace_id):
        group.grants.update(expires_at=timezone.now() - timedelta(seconds=1))


def test_adding_a_removed_person_by_an_old_invite_is_impossible_R8(world):
    invite = ask(world, "new@example.org", Offer(owner=True))
    members.remove(accepted(invite, proved("new@example.org")), by=SYSTEM)
    assert standing(fresh(invite)) is Standing.USED


ROUNDS = 50


@pytest.mark.django_db(transaction=True)
def test_two_browsers_that_accept_at_once_make_one_member_XE7():
    world = build()
    rounds = ROUNDS if connection.vendor == "postgresql" else ROUNDS // 10
    for i in range(rounds):
        email = f"new{i}@example.org"
        invite, user = ask(world, email, ident=email), proved(email)
        events = world.workspace.events.count()
        outcomes = together(*[partial(accepted, invite, user)] * 2)
        assert sum(isinstance(outcome, Spent) for outcome in outcomes) == 1
        assert world.workspace.members.filter(user=user).count() == 1
        assert world.workspace.events.count() == events + 1


@pytest.mark.django_db(transaction=True)
def test_accepting_while_the_sender_is_demoted_is_one_or_the_other_XE6():
    """Either they are in before the demotion, or the invite was void; never both."""
    world = build()
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    rounds = ROUNDS if connection.vendor == "postgresql" else ROUNDS // 10
    for i in range(rounds):
        email = f"new{i}@example.org"
        members.set_owner(world.member("ada"), owner=True, by=SYSTEM)
        invite, user = ask(world, email, ident=email), proved(email)
        demote = partial(members.set_owner, world.member("ada"), owner=False, by=SYSTEM)
        together(partial(accepted, invite, user), demote)
        invite.refresh_from_db()
        is_in = world.workspace.members.filter(user=user).exists()
        assert is_in == bool(invite.accepted_at) == (invite.voided_at is None)


@pytest.mark.django_db(transaction=True)
def test_accepting_while_it_is_withdrawn_is_one_or_the_other_XE1():
    world = build()
    rounds = ROUNDS if connection.vendor == "postgresql" else ROUNDS // 10
    for i in range(rounds):
        email = f"new{i}@example.org"
        invite, user = ask(world, email, ident=email), proved(email)
        revoke = partial(invites.revoke, invite, by=owner(world))
        outcomes = together(partial(accepted, invite, user), revoke)
        assert sum(isinstance(outcome, (Spent, Conflict)) for outcome in outcomes) == 1
        is_in = world.workspace.members.filter(user=user).exists()
        invite.refresh_from_db()
        assert is_in == (invite.voided_at is None)
