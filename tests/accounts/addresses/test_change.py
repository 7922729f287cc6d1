"""Changing one's address: the new one is proved first, the old one told (S11, XF2, XF3, XF5)."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts.models.account_event import AccountEvent
from accounts.models.mail import Mail
from accounts.models.user import User
from accounts.operations import addresses
from tests.cast.invited import ask as invite, link_to, sent_to
from tests.cast.proofs import PASSWORD, grow_old, with_password
from tests.world import everything
from workspaces.access.engine import Access

PAGE, NEW = "/accounts/address/", "bob@example.net"


@pytest.fixture
def bo(world, client):
    client.force_login(with_password(world.user("bo")), backend="accounts.backends.SignInBackend")
    return client


def ask(client, new=NEW):
    return client.post(PAGE, {"email": new})


def link(address=NEW):
    found = re.search(r"(https?://[^/\s]+)(/accounts/address/confirm/\S+)", sent_to(address).text)
    assert found[1] == settings.SITE_URL
    return found[2]


def test_nothing_changes_until_the_link_is_followed(world, bo):
    assert ask(bo).status_code == 302
    assert world.user("bo").email == "bo@example.org"
    assert bo.get(link()).status_code == 200  # a mail scanner looks at it too (XE9)
    assert world.user("bo")
    assert bo.post(link())["Location"] == PAGE
    user = User.objects.get(email=NEW)
    assert EmailAddress.objects.get(user=user).email == NEW
    assert EmailAddress.objects.get(user=user).verified


def test_one_signs_in_with_the_new_address_and_no_more_with_the_old(bo):
    ask(bo)
    bo.post(link())
    other = Client()
    for address, status in (("bo@example.org", 200), (NEW, 302)):
        sent = {"login": address, "password": PASSWORD}
        assert other.post("/accounts/login/", sent).status_code == status


def test_what_one_reaches_stays_and_the_session_goes_on(world, bo):
    member = world.member("bo")
    ask(bo)
    bo.post(link())
    assert bo.get("/w/acme/my-access").status_code == 200
    member.refresh_from_db()
    assert Access.of(member).check("edit", world.resource("source/a"))


def test_the_old_address_is_told_before_and_after_XF3(bo):
    ask(bo)
    assert NEW in sent_to("bo@example.org").text
    bo.post(link())
    subjects = Mail.objects.filter(to="bo@example.org").order_by("pk")
    assert [told.subject for told in subjects] == [
        "Your account is to have another address",
        "Your account has another address",
    ]
    assert all(NEW in told.text and NEW in told.html for told in subjects)


@pytest.mark.parametrize("taken", ["cy@example.org", "CY@Example.ORG", "claimed@example.org"])
def test_an_address_that_is_taken_gets_the_same_answer_XF2(world, bo, taken):
    EmailAddress.objects.create(
        user=world.user("dee"), email="claimed@example.org", verified=True, primary=False
    )
    free, other = ask(bo), ask(bo, taken)
    assert (free.status_code, free["Location"]) == (other.status_code, other["Location"])
    bo.get(PAGE)
    told = sent_to(taken.lower())
    assert told.subject == "Somebody asked to use your address"
    assert "/confirm/" not in told.text
    assert "bo@" not in told.text


def test_an_address_that_was_taken_meanwhile_is_not_taken_away(world, bo):
    ask(bo)
    User.objects.create_user(NEW)
    assert bo.post(link()).status_code == 410
    assert world.user("bo")


@pytest.mark.parametrize("wrong", ["", "x", "bo@", "b\u043e@example.org", "BO@example.org", "a@b"])
def test_what_is_no_new_address_is_refused_beside_the_field_XE4(bo, wrong):
    before = everything()
    answer = ask(bo, wrong)
    assert answer.status_code == 422
    assert everything() == before


def test_a_link_works_once_XF5(world, bo):
    ask(bo)
    path = link()
    bo.post(path)
    assert bo.post(path).status_code == 410
    ask(bo, "third@example.org")
    bo.post(link("third@example.org"))
    assert bo.post(path).status_code == 410


def test_a_link_dies_with_the_password_XF5(world, bo):
    ask(bo)
    user = world.user("bo")
    user.set_password("another passphrase")
    user.save()
    bo.force_login(user, backend="accounts.backends.SignInBackend")
    assert bo.post(link()).status_code == 410
    assert world.user("bo")


def test_a_link_dies_after_its_time_XF5(world, bo, monkeypatch):
    ask(bo)
    path = link()
    assert timedelta(hours=1) == addresses.AGE
    monkeypatch.setattr(addresses, "AGE", timedelta(seconds=-1))
    assert bo.post(path).status_code == 410
    assert world.user("bo")


def test_the_link_alone_proves_nothing_XE2(world, bo):
    ask(bo)
    assert Client().post(link())["Location"].startswith("/accounts/login/")
    cy = Client()
    cy.force_login(world.user("cy"), backend="accounts.backends.SignInBackend")
    for send in (cy.get, cy.post):
        answer = send(link())
        assert answer.status_code == 403
        assert NEW not in answer.content.decode()
    assert world.user("bo")
    assert world.user("cy")


def test_open_reset_links_die_XF5(world, bo):
    Client().post("/accounts/password/reset/", {"email": "bo@example.org"})
    path = re.search(r"(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1]
    ask(bo)
    bo.post(link())
    assert "password1" not in Client().get(path, follow=True).content.decode()


def test_an_invite_to_the_new_address_waits_for_the_proof_XF3(world, bo):
    invite(world, NEW)
    invited = link_to(NEW)
    ask(bo)
    assert bo.post(invited).status_code == 403


def test_it_asks_for_a_fresh_proof_XG14(bo):
    grow_old()
    assert bo.get(PAGE).status_code == 200
    assert bo.post(PAGE)["Location"].startswith("/accounts/reauthenticate/")


def test_both_steps_stand_on_the_chain_of_the_account_A1(world, bo):
    account = world.user("bo").pk
    ask(bo)
    bo.post(link())
    events = AccountEvent.objects.of(account).order_by("number")
    assert [event.action for event in events] == ["signed_in", "address.asked", "address.changed"]
    assert events[2].details == {"from": "bo@example.org", "to": NEW}
    assert "Changed the address from bo@example.org to bob@example.net" in (
        bo.get("/accounts/activity/").content.decode()
    )


def test_asking_is_limited_XE14(bo):
    statuses = [ask(bo, f"new{n}@example.org").status_code for n in range(6)]
    assert statuses == [302] * 5 + [429]


def test_the_secret_of_a_link_stands_in_no_log_XE10(bo, caplog):
    ask(bo)
    path = link()
    caplog.clear()
    bo.get(path)
    assert caplog.records
    assert path.rpartition("/")[2] not in caplog.text
