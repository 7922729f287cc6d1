"""Deleting one's account: out of every workspace first, and nothing comes back (S11, R7, XF4)."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models.account_event import AccountEvent
from accounts.models.mail import Mail
from accounts.models.sign_in import SignIn
from accounts.models.user import User
from tests.cast.invited import ask as invite, link_to
from tests.cast.proofs import grow_old, with_password
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.change import chain
from workspaces.models import Invite, Member, Token, Workspace
from workspaces.operations.members import account_deletion, members
from workspaces.operations.requests import requests
from workspaces.operations.requests.requests import Asked
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import workspaces

PAGE = "/accounts/delete/"


@pytest.fixture
def both(world):
    """bo is a member of acme and of other."""
    build(OTHER)
    return world


def signed_in_as(client, user):
    client.force_login(user, backend="accounts.backends.SignInBackend")
    return client


@pytest.fixture
def bo(both, client):
    return signed_in_as(client, both.user("bo"))


@pytest.fixture
def ada(both, client):
    return signed_in_as(client, both.user("ada"))


def delete(client, typed):
    return client.post(PAGE, {"email": typed})


def test_the_account_leaves_every_workspace_and_is_gone_R8(both, bo):
    other = Client()
    signed_in_as(other, both.user("bo"))
    answer = delete(bo, "bo@example.org")
    assert answer["Location"] == "/accounts/login/"
    assert not User.objects.filter(email="bo@example.org").exists()
    assert not Member.objects.filter(user__email="bo@example.org").exists()
    assert not SignIn.objects.exists()
    assert bo.get("/w/acme/my-access").status_code == 302
    assert other.get("/w/acme/my-access").status_code == 302
    assert "Your account is deleted." in bo.get("/accounts/login/").content.decode()


def test_every_trail_says_so_and_keeps_the_address_as_text_A1(both, bo):
    delete(bo, "bo@example.org")
    for workspace in Workspace.objects.all():
        event = workspace.events.newest_first().first()
        assert (event.action, event.actor_name) == ("member.left", "bo@example.org")
        assert event.reason == "the account was deleted"
        assert chain.verify(workspace) is None


def test_tokens_are_revoked_and_invites_void_R8(both, bo):
    members.set_owner(both.member("bo"), owner=True, by=SYSTEM)
    made = tokens.create(both.workspace, "ci", by=both.actor("bo"))[0]
    invite(both, "new@example.org", by=both.actor("bo"))
    delete(bo, "bo@example.org")
    assert Token.objects.get(pk=made.pk).revoked_at
    assert Client().get(link_to("new@example.org")).status_code == 410
    assert not Invite.objects.pending().exists()


def test_the_last_owner_stays_and_is_told_of_which_workspaces_R7_XC1(both, ada):
    mine = workspaces.create("mine", "Ada's own", both.user("ada"), by=SYSTEM)
    page = ada.get(PAGE).content.decode()
    assert "last owner of Acme" in page
    before = everything()
    answer = delete(ada, "ada@example.org")
    assert answer.status_code == 409
    assert "Acme, Ada&#x27;s own" in answer.content.decode()
    assert everything() == before
    assert ada.get("/w/acme/my-access").status_code == 200
    assert mine.members.get().owner


def test_all_of_it_or_nothing_XJ5(both, ada):
    """Leaving the first workspace is taken back when a later one says no."""
    members.add(Workspace.objects.get(slug="other"), both.user("ada"), by=SYSTEM)
    before = everything()
    assert delete(ada, "ada@example.org").status_code == 409
    assert everything() == before


def test_an_owner_beside_others_may_go_R7(both, ada):
    members.set_owner(both.member("bo"), owner=True, by=SYSTEM)
    assert "last owner" not in ada.get(PAGE).content.decode()
    assert delete(ada, "ada@example.org").status_code == 302
    assert both.workspace.members.owners().get().user.email == "bo@example.org"


def test_a_deactivated_owner_does_not_count_XC3(both, ada):
    members.set_owner(both.member("bo"), owner=True, by=SYSTEM)
    members.set_user_active(both.user("bo"), active=False, by=SYSTEM.because("left"))
    assert delete(ada, "ada@example.org").status_code == 409


def test_closed_workspaces_hold_nobody_back_and_keep_no_token_of_theirs(both, ada):
    token = tokens.create(both.workspace, "ci", by=both.actor("ada"))[0]
    workspaces.close(both.workspace, by=SYSTEM)
    assert delete(ada, "ada@example.org").status_code == 302
    assert Token.objects.get(pk=token.pk).revoked_at
    assert chain.verify(both.workspace) is None


def test_sent_twice_it_happens_once_XI7(both, bo):
    actor, user = both.actor("bo"), both.user("bo")
    for _ in range(2):
        account_deletion.delete_account(user, by=actor, request=None)
    assert AccountEvent.objects.filter(action="account.deleted").count() == 1
    assert Mail.objects.filter(subject="Your account is deleted").count() == 1


def test_whoever_is_let_in_meanwhile_looks_again(both, bo, monkeypatch):
    late = workspaces.create("late", "Late", both.user("ada"), by=SYSTEM)
    told = account_deletion.require_no_last_owner

    def let_in(user):
        told(user)
        members.add(late, user, by=SYSTEM)

    monkeypatch.setattr(account_deletion, "require_no_last_owner", let_in)
    assert delete(bo, "bo@example.org").status_code == 409
    assert both.member("bo")


@pytest.mark.parametrize("typed", ["", "bo", "ada@example.org", "delete"])
def test_the_address_is_typed_first(bo, typed):
    before = everything()
    assert delete(bo, typed).status_code in {200, 422}
    assert everything() == before


def test_the_case_of_what_is_typed_does_not_matter_XE3(bo):
    assert delete(bo, " Bo@Example.ORG ").status_code == 302


def test_the_question_says_in_numbers_what_goes(both, bo):
    tokens.create(both.workspace, "ci", by=both.actor("bo"))
    page = bo.get(PAGE, headers={"HX-Request": "true", "HX-Target": "dialog"}).content.decode()
    assert "You leave 2 workspaces." in page
    assert "1 token you made is revoked." in page


def test_it_asks_for_a_fresh_proof_XG14(both, bo):
    with_password(both.user("bo"))
    bo.force_login(both.user("bo"), backend="accounts.backends.SignInBackend")
    grow_old()
    asked = delete(bo, "bo@example.org")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert both.user("bo")


def test_whoever_registers_the_address_again_is_somebody_new_XF4(both, bo):
    old = both.user("bo")
    EmailAddress.objects.create(user=old, email=old.email, verified=True, primary=True)
    requests.ask(both.member("bo"), Asked("source/c", "read"), by=SYSTEM)
    token = tokens.create(both.workspace, "ci", by=both.actor("bo"))[0]
    cookie = bo.cookies["gatehouse"].value
    delete(bo, "bo@example.org")
    new = User.objects.create_user("bo@example.org")
    assert new.pk != old.pk
    again = Client()
    again.cookies["gatehouse"] = cookie
    assert again.get("/w/acme/my-access").status_code == 302
    signed_in_as(again, new)
    for path in ("/w/acme/my-access", "/w/other/my-access"):
        assert again.get(path).status_code == 404
    for path in ("/accounts/tokens/", "/accounts/sessions/", "/accounts/activity/"):
        page = again.get(path).content.decode()
        assert "Acme" not in page
        assert "Quixotry" not in page
    assert AccountEvent.objects.of(new.pk).count() == 1
    assert AccountEvent.objects.of(old.pk).newest_first().first().action == "account.deleted"
    assert Token.objects.get(pk=token.pk).created_by is None
    assert not both.workspace.requests.open().exists()
    assert not EmailAddress.objects.filter(user=new).exists()


def test_the_person_is_told_by_mail(bo):
    delete(bo, "bo@example.org")
    told = Mail.objects.filter(to="bo@example.org").latest("pk")
    assert told.subject == "Your account is deleted"


def test_an_account_without_workspaces_may_go_too(client, db):
    signed_in_as(client, User.objects.create_user("lone@example.org"))
    assert delete(client, "lone@example.org").status_code == 302
    assert not User.objects.exists()
