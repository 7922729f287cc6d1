"""The page behind an invite's link, and the way through signing in or up (I1, XE1–XE10, XF2)."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as sent
from django.core.cache import cache
from django.test import Client

from accounts import outbox
from accounts.models.mail import Mail
from accounts.models.user import User
from tests.cast.invited import age, ask, link_to, owner
from tests.workspaces.conftest import Seen
from tests.world import SYSTEM
from workspaces.change import lock_workspace
from workspaces.models import Invite, Member
from workspaces.operations.invites import invites
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import members
from workspaces.terms import Terms

PASSWORD = "three turnips on a boat"
NEW = "new@example.org"


@pytest.fixture
def link(world):
    """The path of a link that went to new@example.org."""
    label = world.label("environment:prod")
    offer = Offer(
        grants=(Terms("source-admin", "labels", (label,)),),
        groups=(world.group("growth"),),
        message="Tea at four",
    )
    ask(world, NEW, offer)
    return link_to(NEW)


def user_of(email, *, proved=True):
    user = User.objects.create_user(email, PASSWORD)
    EmailAddress.objects.create(user=user, email=email, verified=proved, primary=True)
    return user


def signed_in(email, *, proved=True):
    client = Client()
    client.force_login(user_of(email, proved=proved), backend="accounts.backends.SignInBackend")
    return client


def test_the_page_says_who_invites_where_and_to_what_I1(client, link):
    seen = Seen(client.get(link))
    assert seen.status == 200
    for words in ("Acme", "Ada Lovelace", "ada@example.org", "Source Admin", "environment:prod"):
        assert words in seen
    for words in (
        "growth",
        "Tea at four",
        "The link ends on ",
        "Sign in to accept",
        "Make an account",
    ):
        assert words in seen
    assert NEW not in seen.raw


def test_looking_changes_nothing_XE9(client, link):
    for _ in range(3):
        client.get(link, headers={"User-Agent": "mail-scanner"})
        client.head(link)
    assert Invite.objects.get().accepted_at is None
    assert not client.session.keys()
    assert not Member.objects.filter(user__email=NEW).exists()


def test_the_invited_person_accepts_and_lands_in_the_workspace_I1(world, link):
    client = signed_in(NEW)
    assert "Accept and open Acme" in Seen(client.get(link))
    answer = client.post(link)
    assert answer["Location"] == "/w/acme/"
    seen = Seen(client.get("/w/acme/my-access"))
    assert "You belong to Acme now." in seen
    assert world.member(NEW)


def test_what_is_sent_along_decides_nothing_XE5(world, link):
    extra = {"role": "workspace-owner", "owner": "1", "email": "bo@example.org",
             "workspace": "other", "grants": "[]", "expires_at": "2199-01-01"}  # fmt: skip
    signed_in(NEW).post(link, extra)
    member = world.member(NEW)
    assert not member.owner
    assert [grant.role for grant in member.grants.all()] == ["source-admin"]


@pytest.mark.parametrize("email", ["bob@example.org", "new+w@example.org", "ada@example.org"])
def test_somebody_else_may_switch_and_sees_no_whole_address_XE2(world, link, email):
    client = Client()
    user = User.objects.filter(email=email).first() or user_of(email)
    client.force_login(user, backend="accounts.backends.SignInBackend")
    for answer in (client.get(link), client.post(link)):
        seen = Seen(answer)
        assert seen.status == 403
        assert "for another address" in seen
        assert NEW not in seen.raw
        assert "Tea at four" not in seen
    assert not Member.objects.filter(user__email=NEW).exists()
    assert Invite.objects.get().accepted_at is None


def test_switching_signs_out_and_comes_back_as_the_invited_person_XE2(world, link):
    user_of(NEW)
    client = signed_in("bob@example.org")
    answer = client.post(f"{link}/sign-in")
    assert answer["Location"] == "/accounts/login/?next=/invites/in-hand"
    back = client.post(
        "/accounts/login/", {"login": NEW, "password": PASSWORD, "next": "/invites/in-hand"}
    )
    assert back["Location"] == "/invites/in-hand"
    assert "Accept and open Acme" in Seen(client.get("/invites/in-hand"))
    assert client.post("/invites/in-hand")["Location"] == "/w/acme/"
    assert "invite_in_hand" not in client.session


def test_signed_out_a_post_leads_to_sign_in_and_accepts_nothing_I1(client, link):
    answer = client.post(link)
    assert answer["Location"] == "/accounts/login/?next=/invites/in-hand"
    assert Invite.objects.get().accepted_at is None


def used(world, link):
    client = signed_in(NEW)
    client.post(link)
    members.remove(world.member(NEW), by=SYSTEM)


def expired(world, link):
    age(Invite.objects.get(), days=3)


def revoked(world, link):
    invites.revoke(Invite.objects.get(), by=owner(world))


def resent(world, link):
    age(Invite.objects.get(), hours=2)
    invites.resend(Invite.objects.get(), by=owner(world))


def sender_demoted(world, link):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    members.set_owner(world.member("ada"), owner=False, by=SYSTEM)


OVER = {
    used: "was used",
    expired: "has ended",
    revoked: "withdrawn",
    resent: "leads nowhere",
    sender_demoted: "withdrawn",
}


@pytest.mark.parametrize("end", OVER)
@pytest.mark.parametrize("who", ["nobody", "the invited person"])
def test_what_is_over_is_a_plain_page_that_says_so_XE1_XE6(world, link, end, who):
    words = OVER[end]
    end(world, link)
    if who == "nobody":
        client = Client()
    else:
        user = User.objects.filter(email=NEW).first() or user_of(NEW)
        client = Client()
        client.force_login(user, backend="accounts.backends.SignInBackend")
    paths = [link, f"{link}/sign-up"] if who == "nobody" else [link]
    for path in paths:
        for answer in (client.get(path), client.post(path)):
            seen = Seen(answer)
            assert (seen.status, words in seen) == (410, True)
            assert "Tea at four" not in seen
    assert not Member.objects.filter(user__email=NEW).exists()


def test_a_link_nobody_made_leads_nowhere(client, world):
    assert client.get("/invites/abc").status_code == 410
    assert client.get("/invites/in-hand").status_code == 410
    assert client.post("/invites/abc/sign-in").status_code == 410
    assert client.get("/invites/a%00b").status_code in {400, 404}


def test_who_is_a_member_already_is_told_so_and_gets_nothing_XE8(world, link):
    client = signed_in(NEW)
    members.add(world.workspace, User.objects.get(email=NEW), by=SYSTEM)
    seen = Seen(client.get(link))
    assert seen.status == 410
    assert "You are in already" in seen
    assert client.post(link).status_code == 410
    assert not world.member(NEW).grants.exists()


def test_who_took_the_invited_address_as_a_member_is_told_so_XE8(world, link):
    client = signed_in(NEW)
    with lock_workspace(world.workspace.pk):
        Member.objects.create(workspace=world.workspace, user=User.objects.get(email=NEW))
    assert "You are in already" in Seen(client.get(link))
    assert client.post(link).status_code == 409
    assert not world.member(NEW).grants.exists()


def test_an_unproved_address_is_led_to_prove_it_XF3(world, link):
    client = signed_in(NEW, proved=False)
    seen = Seen(client.get(link))
    assert "Prove my address" in seen
    assert "Accept and open" not in seen
    assert client.post(link).status_code == 403
    assert not Member.objects.filter(user__email=NEW).exists()


# --- Signing up ----------------------------------------------------------------------


def sign_up(client, link, **changes):
    fields = {"name": "Nia New", "password1": PASSWORD, "password2": PASSWORD,
              "next": "/invites/in-hand", **changes}  # fmt: skip
    return client.post(f"{link}/sign-up", fields)


def code():
    return re.search(r"^([A-Z0-9-]{6,})$", sent.outbox[-1].body, re.MULTILINE)[1]


def enter(client, text):
    return client.post("/accounts/confirm-email/", {"action": "verify", "code": text})


def test_signing_up_proves_the_address_before_anything_else_I1(client, world, link):
    answer = sign_up(client, link)
    assert answer["Location"] == "/accounts/confirm-email/"
    user = User.objects.get(email=NEW)
    assert user.name == "Nia New"
    assert "_auth_user_id" not in client.session
    assert "Sign in to accept" in Seen(client.get(link))
    assert [mail.to for mail in sent.outbox] == [[NEW]]
    assert enter(client, code())["Location"] == "/invites/in-hand"
    assert EmailAddress.objects.get(user=user).verified
    assert client.post("/invites/in-hand")["Location"] == "/w/acme/"
    assert world.member(NEW)


def test_the_address_is_the_invited_one_whatever_is_sent_XE5(client, link):
    sign_up(client, link, email="evil@example.org")
    assert set(User.objects.filter(name="Nia New").values_list("email", flat=True)) == {NEW}


def test_without_the_code_a_right_password_lets_nobody_in_I1(client, world, link):
    sign_up(client, link)
    cache.clear()  # a second code within ten seconds is refused
    other = Client()
    answer = other.post("/accounts/login/", {"login": NEW, "password": PASSWORD})
    assert answer["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in other.session
    assert other.post(link)["Location"].startswith("/accounts/login/")


def test_a_wrong_code_does_not_help(client, link):
    sign_up(client, link)
    assert enter(client, "WRONG-1").status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_known_address_gets_the_same_answer_and_a_mail_that_says_so_XF2(world, link):
    user_of(NEW)
    fresh, known = Client(), sign_up(Client(), link)
    assert (known.status_code, known["Location"]) == (302, "/accounts/confirm-email/")
    assert "have a Gatehouse account" in sent.outbox[-1].subject
    assert "http://127.0.0.1:8000/accounts/password/reset/" in sent.outbox[-1].body
    assert User.objects.filter(email=NEW).count() == 1
    assert User.objects.get(email=NEW).check_password(PASSWORD)
    assert "_auth_user_id" not in fresh.session


def test_a_weak_password_or_a_deceiving_name_is_refused_beside_the_field_XF6(client, link):
    seen = Seen(sign_up(client, link, password1="short", password2="short"))
    assert "too short" in seen
    seen = Seen(sign_up(client, link, name="Ada \N{RIGHT-TO-LEFT OVERRIDE}ecalevoL"))
    assert "invisible" in seen
    assert not User.objects.filter(email=NEW).exists()


def test_the_form_tells_what_a_password_needs(client, link):
    seen = Seen(client.get(f"{link}/sign-up"))
    assert "10 characters" in seen
    assert NEW not in seen.raw


def test_signing_up_elsewhere_stays_closed(client, world, link):
    client.post("/accounts/signup/", {"name": "x", "email": NEW, "password1": PASSWORD,
                                      "password2": PASSWORD})  # fmt: skip
    assert not User.objects.filter(email=NEW).exists()


# --- Where the secret must not be -----------------------------------------------------


def test_the_secret_stands_in_no_log_referer_session_or_error_XE10(client, link, caplog):
    secret = link.rpartition("/")[2]
    user_of(NEW)
    answers = [client.get(link), client.get(f"{link}/sign-up"), client.post(f"{link}/sign-in"),
               client.get(f"/invites/{secret}x")]  # fmt: skip
    assert caplog.records
    assert secret not in caplog.text
    assert secret not in repr(dict(client.session))
    for answer in answers:
        assert answer["Referrer-Policy"] == "strict-origin"
    assert secret not in answers[2]["Location"]


def test_in_production_what_went_out_is_kept_nowhere_XE10(world, link, settings):
    settings.PRODUCTION = True
    outbox.send_due()
    mail = Mail.objects.get(to=NEW)
    assert (mail.text, mail.html) == ("", "")
    assert link in sent.outbox[0].body


def test_accepting_needs_the_csrf_proof_XI2(world, link):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user_of(NEW), backend="accounts.backends.SignInBackend")
    assert strict.post(link).status_code == 403
    assert Invite.objects.get().accepted_at is None


def test_a_workspace_that_was_closed_invites_nobody(world, link):
    type(world.workspace).objects.update(closed_at="2026-01-01T00:00:00Z")
    assert signed_in(NEW).post(link).status_code == 410
