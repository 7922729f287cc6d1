"""Whoever has an account of their own is asked before a directory puts them in (S3, I1)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models.mail import Mail
from accounts.models.sign_in import SignIn
from tests.cast.directories import NEW, directory_of, known, put_in, scim_token, somebody
from tests.cast.invited import age, ask, link_to, owner, sent_to
from tests.world import SYSTEM
from workspaces.access.engine import Access
from workspaces.change import Actor, lock_workspace
from workspaces.errors import Conflict, Denied, Spent, TooOften
from workspaces.models import Event, Invite, Token
from workspaces.operations.directory.people import change, forget
from workspaces.operations.invites import acceptance, addresses, invites, withdrawal
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import members
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms

MINUTES = timedelta(minutes=1)


@pytest.fixture
def scim(world) -> Actor:
    return directory_of(world)


@pytest.fixture
def nina(world):
    return somebody()


def asked(world) -> Invite:
    return Invite.objects.select_related("workspace", "sent_by").get(
        pk=known(world).invite_id, voided_at=None
    )


def accept(world, user):
    return acceptance.accept(asked(world), user, by=Actor.system("test"))


def test_who_was_never_here_is_asked_and_has_no_access(world, scim, nina):
    record = put_in(world, scim, display_name="N. Simone", external_id="00u1")
    assert not nina.memberships.exists()
    assert (known(world).asked, record.display_name) == (True, "N. Simone")
    invite = asked(world)
    assert (invite.sent_by, invite.sent_by_token) == (None, scim.right.subject)
    assert not Access.of(invite).reach_any_type("read").exists()
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.actor_kind, event.target_name) == ("invite.sent", "scim", NEW)


def test_their_own_name_stays_unknown_until_they_accept(world, scim, nina):
    record = put_in(world, scim, display_name="Sent")
    change(record, active=False, by=scim)
    assert known(world).display_name == "Sent"
    change(known(world), active=True, by=scim)
    accept(world, nina)
    assert known(world).display_name == "Nina Simone"


def test_the_mail_says_that_a_directory_asks_and_leads_to_the_question(world, scim, nina, client):
    put_in(world, scim)
    assert "directory of your organisation" in sent_to(NEW).text
    assert "directory of your organisation" in sent_to(NEW).html
    client.force_login(nina, backend="accounts.backends.SignInBackend")
    client.post(link_to(NEW))
    assert world.member(NEW).public_id == known(world).public_id


def test_accepting_gives_minimal_access_under_the_id_that_was_sent(world, scim, nina):
    record = put_in(world, scim)
    member = accept(world, nina)
    assert member.public_id == record.public_id
    assert known(world).inside
    assert known(world).pushed
    assert not Access.of(member).reach_any_type("read").exists()


def test_accepting_twice_is_one_membership_and_one_event_XE1_XE7(world, scim, nina):
    put_in(world, scim)
    invite = asked(world)
    acceptance.accept(invite, nina, by=SYSTEM)
    with pytest.raises(Spent):
        acceptance.accept(invite, nina, by=SYSTEM)
    assert Event.objects.filter(action="invite.accepted").count() == 1


def test_another_address_cannot_accept_XE2_XF1(world, scim, nina):
    put_in(world, scim)
    alias = somebody("nina+alias@example.org")
    with pytest.raises(Denied):
        acceptance.accept(asked(world), alias, by=SYSTEM)
    assert not alias.memberships.exists()


@pytest.mark.parametrize("end", ["deactivate", "forget", "revoke", "expire", "run_out"])
def test_the_question_ends_with_what_asked_it_I1_XE1(world, scim, nina, end):
    record = put_in(world, scim)
    invite = asked(world)
    match end:
        case "deactivate":
            change(record, active=False, by=scim)
        case "forget":
            forget(record, by=scim)
        case "revoke":
            tokens.revoke(scim.right.subject, by=SYSTEM)
        case "expire":
            with lock_workspace(world.workspace.pk):
                Token.objects.update(expires_at=timezone.now() - MINUTES)
        case "run_out":
            age(invite, days=4)
    with pytest.raises(Spent):
        acceptance.accept(invite, nina, by=SYSTEM)
    assert not nina.memberships.exists()


def test_owners_are_told_whose_questions_ended_with_a_token(world, scim, nina):
    put_in(world, scim)
    tokens.revoke(scim.right.subject, by=SYSTEM)
    mail = sent_to("ada@example.org")
    assert NEW in mail.text
    assert "may no longer invite (Okta)" in mail.text


def test_the_question_counts_while_the_token_lives_though_it_owns_nothing_I1(world, scim, nina):
    put_in(world, scim)
    tokens.rotate(scim.right.subject, by=SYSTEM)
    assert withdrawal.void_orphans(world.workspace, by=SYSTEM) == []
    assert known(world).asked


def test_a_token_of_the_public_api_without_ownership_still_asks_nobody_I1(world, nina):
    with_ownership = [Terms("workspace-owner", "all")]
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM, policy=with_ownership)
    put_in(world, directory_of(world))
    with lock_workspace(world.workspace.pk):
        Invite.objects.update(sent_by_token=token)
        token.grants.all().delete()
    assert withdrawal.void_orphans(world.workspace, by=SYSTEM) == [NEW]


def test_taking_the_question_back_and_asking_again_sends_one_mail_an_hour_XE12(world, scim, nina):
    record = put_in(world, scim)
    invite = asked(world)
    for _ in range(3):
        change(record, active=False, by=scim)
        assert not known(world).asked
        change(known(world), active=True, by=scim)
    assert asked(world).pk == invite.pk
    assert Mail.objects.filter(to=NEW).count() == 1


def test_asked_again_after_an_hour_gets_a_new_link(world, scim, nina):
    record = put_in(world, scim)
    first = asked(world)
    age(first, hours=2)
    change(record, active=False, by=scim)
    change(known(world), active=True, by=scim)
    assert asked(world).pk != first.pk
    assert Mail.objects.filter(to=NEW).count() == 2


def test_what_an_owner_put_into_the_question_is_not_there_when_it_is_asked_again(world, scim, nina):
    record = put_in(world, scim)
    offer = Offer(owner=True, grants=(Terms("source-admin", "all"),))
    invites.edit(asked(world), offer, by=owner(world))
    change(record, active=False, by=scim)
    change(known(world), active=True, by=scim)
    member = accept(world, nina)
    assert not member.owner
    assert not member.grants.exists()


def test_an_owner_who_adds_grants_to_the_question_answers_for_them_XE6(world, scim, nina):
    put_in(world, scim)
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    offer = Offer(grants=(Terms("source-admin", "all"),))
    invites.edit(asked(world), offer, by=world.actor("bo"))
    members.set_owner(world.member("bo"), owner=False, by=SYSTEM)
    assert not known(world).asked


def test_an_owners_invite_minutes_ago_is_replaced_and_gives_nothing(world, scim, nina):
    old = ask(world, NEW, Offer(owner=True))
    put_in(world, scim)
    with pytest.raises(Spent):
        acceptance.accept(old, nina, by=SYSTEM)
    assert not accept(world, nina).owner


def test_an_owners_invite_takes_the_place_of_the_question(world, scim, nina):
    put_in(world, scim)
    age(asked(world), hours=2)
    invite = ask(world, NEW, Offer(owner=True))
    assert not known(world).asked
    acceptance.accept(invite, nina, by=SYSTEM)
    assert known(world).inside


def test_very_many_questions_within_the_hour_are_too_many_XE12(world, scim, nina, monkeypatch):
    monkeypatch.setattr(addresses, "MOST", 1)
    put_in(world, scim)
    somebody("two@example.org")
    with pytest.raises(TooOften):
        put_in(world, scim, "two@example.org")
    assert not world.workspace.directory_people.filter(user__email="two@example.org").exists()


def test_whoever_is_asked_keeps_their_long_session_until_they_accept_S3(world, scim, nina, client):
    workspaces.set_plan_and_flag(world.workspace, plan="business", hipaa_eligible=True, by=SYSTEM)
    client.force_login(nina, backend="accounts.backends.SignInBackend")
    client.get(reverse("home"))
    put_in(world, scim)
    assert SignIn.objects.get(user=nina).ends_at > timezone.now() + timedelta(days=6)
    accept(world, nina)
    assert SignIn.objects.get(user=nina).ends_at < timezone.now() + timedelta(minutes=16)


def test_whoever_is_put_back_at_once_has_a_short_session_at_once_S3(world, scim, as_user):
    workspaces.set_plan_and_flag(world.workspace, plan="business", hipaa_eligible=True, by=SYSTEM)
    as_user("dee").get(reverse("home"))
    change(world.member("dee"), active=False, by=scim)
    assert SignIn.objects.get().ends_at > timezone.now() + timedelta(days=6)
    change(known(world, "dee@example.org"), active=True, by=scim)
    assert SignIn.objects.get().ends_at < timezone.now() + timedelta(minutes=16)


def test_a_second_token_may_take_back_what_the_first_one_asked(world, scim, nina):
    record = put_in(world, scim)
    change(record, active=False, by=Actor.directory(scim_token(world)))
    assert not known(world).asked


def test_an_account_made_for_the_directory_is_not_asked(world, scim):
    with pytest.raises(Conflict):
        put_in(world, scim, put_in(world, scim, "fresh@example.org").user.email)
    assert not Mail.objects.exists()
