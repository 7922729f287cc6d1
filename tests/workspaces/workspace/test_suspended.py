"""A restored backup brings nothing back to life until an owner says so (R18, XJ10)."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models.mail import Mail
from accounts.models.sign_in import SignIn
from tests.api.conftest import secret_for
from tests.cast.invited import age, ask, link_to, sent_to
from tests.cast.tokens import token_of
from tests.world import SYSTEM, give_grants
from workspaces.access.engine import Access
from workspaces.access.who import tokens_that_may
from workspaces.errors import Spent
from workspaces.models import Invite, Token
from workspaces.operations.invites import acceptance, invites
from workspaces.operations.members import members
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import takable
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import suspended, workspaces
from workspaces.terms import Eligible, Terms

NEW = "new@example.org"


def restored():
    out = StringIO()
    call_command("after_restore", stdout=out)
    return out.getvalue()


def token():
    return Token.objects.get()


def test_every_session_ends_XJ10(as_user):
    client = as_user("bo")
    assert client.get("/w/acme/my-access").status_code == 200
    assert restored().startswith("1 sessions ended.")
    assert client.get("/w/acme/my-access").status_code == 302
    assert not SignIn.objects.exists()


def test_a_suspended_token_is_refused_and_reaches_nothing_XJ10(world, client):
    secret = secret_for(world.workspace, "source-admin")
    source = world.resource("source/a")
    restored()
    assert token_of(secret, None) is None
    headers = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/sources", headers=headers).status_code == 401
    assert not Access.of(token()).check("read", source)
    assert not tokens_that_may("read", source).exists()


def test_a_confirmed_token_has_what_it_had_XJ10(world):
    secret = secret_for(world.workspace, "source-admin")
    restored()
    suspended.confirm_token(token(), by=world.actor("ada"))
    assert token_of(secret, None) == token()
    assert Access.of(token()).check("edit", world.resource("source/a"))


def test_a_token_revoked_before_stays_so_XJ10(world):
    secret = secret_for(world.workspace, "source-admin")
    tokens.revoke(token(), by=SYSTEM)
    restored()
    suspended.confirm_all(world.workspace, by=SYSTEM)
    assert token_of(secret, None) is None


def test_a_held_invite_cannot_be_accepted_and_says_so_XJ10(world, client):
    invite = ask(world, NEW)
    restored()
    page = client.get(link_to(NEW))
    assert page.status_code == 410
    assert "This invite is suspended" in page.content.decode()
    with pytest.raises(Spent, match="confirm"):
        acceptance.accept(invite, world.user("dee"), by=SYSTEM)


def test_a_new_link_confirms_an_invite_XJ10(world, client):
    invite = ask(world, NEW)
    age(invite, hours=2)
    restored()
    invites.resend(invite, by=world.actor("ada"))
    assert client.get(link_to(NEW)).status_code == 200


def test_everything_is_confirmed_at_once_as_one_event_XJ10(world, client):
    secret = secret_for(world.workspace, "source-admin")
    ask(world, NEW)
    restored()
    assert suspended.confirm_all(world.workspace, by=world.actor("ada")) == (1, 1)
    assert token_of(secret, None) == token()
    assert client.get(link_to(NEW)).status_code == 200
    event = world.workspace.events.newest_first().first()
    assert event.after == {"tokens": ["gateway"], "invites": [NEW]}


def test_a_confirmed_invite_is_void_when_its_sender_owns_no_more_I1(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    ask(world, NEW, by=world.actor("bo"))
    restored()
    members.set_owner(world.member("bo"), owner=False, by=SYSTEM)
    assert Invite.objects.pending().exists()
    suspended.confirm_all(world.workspace, by=world.actor("ada"))
    assert not Invite.objects.pending().exists()


def test_owners_are_told_and_nobody_else_XJ10(world):
    secret_for(world.workspace, "source-admin")
    restored()
    assert list(Mail.objects.values_list("to", flat=True)) == ["ada@example.org"]
    assert "1 tokens and 0 invites" in sent_to("ada@example.org").text


def test_a_closed_workspace_is_held_too_and_told_nothing_XJ10(world):
    secret_for(world.workspace, "source-admin")
    workspaces.close(world.workspace, by=SYSTEM)
    Mail.objects.all().delete()
    restored()
    assert token().suspended_at is not None
    assert not Mail.objects.exists()


def test_what_is_held_stays_held_when_the_command_runs_again_XJ10(world):
    secret_for(world.workspace, "source-admin")
    restored()
    first = token().suspended_at
    assert "acme: 0 tokens and 0 invites suspended," in restored()
    assert token().suspended_at == first


def test_a_trail_that_does_not_verify_is_said_XJ10(world):
    secret_for(world.workspace, "source-admin")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workspaces_event SET target_name = 'forged'")
    with pytest.raises(CommandError, match="broken"):
        restored()
    assert token().suspended_at is not None


def test_an_owner_confirms_on_the_page_XJ10(world, as_user):
    secret = secret_for(world.workspace, "source-admin")
    restored()
    client = as_user("ada")
    page = client.get(f"/w/acme/tokens/{token().public_id}").content.decode()
    assert "A backup was restored" in page
    assert "Suspended" in client.get("/w/acme/tokens?state=suspended").content.decode()
    asked = client.get("/w/acme/settings/held").content.decode()
    assert "1 token works again." in asked
    assert client.post(f"/w/acme/tokens/{token().public_id}/confirm").status_code == 302
    assert token_of(secret, None) == token()
    assert client.post("/w/acme/settings/held").status_code == 302


def test_what_was_taken_up_before_the_backup_ends_and_what_waits_is_void_R18(world):
    dee = world.member("dee")
    asked = Eligible(proof=False, approvers=frozenset({"cy@example.org"}))
    give_grants(dee, [Terms("source-admin", "all", eligible=Eligible(proof=False))])
    give_grants(dee, [Terms("space-admin", "all", eligible=asked)])
    for what in takable(dee):
        take_ups.take_up(dee, what.name, 60, "Pager", by=world.actor("dee"))
    assert "0 invites suspended, 2 taking ups ended." in restored()
    assert not Access.of(dee).check("edit", world.resource("source/a"))
    assert not world.workspace.take_ups.going_on().exists()
    assert world.workspace.events.newest_first().first().after["taken_up"] == 2
