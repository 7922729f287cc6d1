"""What ends the other sessions of a person: password, second factor, deactivation (XG8, S7)."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from accounts.models.account_event import AccountEvent
from accounts.models.mail import Mail
from accounts.models.sign_in import SignIn
from accounts.operations import sign_in
from tests.cast.proofs import PASSWORD, with_password
from tests.world import OTHER, SYSTEM, build
from workspaces.operations.members import members
from workspaces.operations.tokens import tokens

NEW = "an entirely new passphrase"


@pytest.fixture
def bo(world):
    return with_password(world.user("bo"))


@pytest.fixture
def here(bo, client):
    client.force_login(bo, backend="accounts.backends.SignInBackend")
    return client


@pytest.fixture
def there(bo):
    other = Client()
    other.force_login(bo, backend="accounts.backends.SignInBackend")
    return other


def lives(client):
    return client.get("/w/acme/my-access").status_code == 200


def change_password(client):
    return client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )


def test_a_new_password_ends_every_other_session_and_keeps_this_one_XG8(here, there):
    old = there.cookies["gatehouse"].value
    change_password(here)
    assert lives(here)
    assert not lives(there)
    there.cookies["gatehouse"] = old
    assert not lives(there)
    assert SignIn.objects.get().key == here.session["sign_in"]


def test_the_page_after_it_shows_the_tokens_one_made_for_rotation_XG8(world, here):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    made = tokens.create(world.workspace, "nightly", by=world.actor("bo"))[0]
    tokens.create(world.workspace, "of somebody else", by=world.actor("ada"))
    gone = tokens.create(world.workspace, "revoked one", by=world.actor("bo"))[0]
    tokens.revoke(gone, by=SYSTEM)
    answer = change_password(here)
    assert answer["Location"] == "/accounts/tokens/"
    page = here.get(answer["Location"]).content.decode()
    assert "nightly" in page
    assert f"/w/acme/tokens/{made.public_id}/rotate" in page
    assert "of somebody else" not in page
    assert "revoked one" not in page


def test_a_member_is_told_to_ask_an_owner_and_a_stranger_sees_nothing_XA3(world, here):
    other = build(OTHER)
    tokens.create(world.workspace, "nightly", by=world.actor("bo"))
    tokens.create(other.workspace, "quixotic", by=world.actor("bo"))
    page = here.get("/accounts/tokens/").content.decode()
    assert "Ask an owner" in page
    assert "/rotate" not in page
    assert "Quixotry" in page
    members.remove(
        other.member("bo@example.org"),
        by=SYSTEM,
        keep=other.workspace.tokens.values_list("public_id", flat=True),
    )
    page = here.get("/accounts/tokens/").content.decode()
    assert "Quixotry" not in page
    assert "quixotic" not in page


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_of_tokens_needs_as_many_statements_for_five(
    world, here, count, django_assert_num_queries
):
    for n in range(count):
        tokens.create(world.workspace, f"t{n}", by=world.actor("bo"))
    with django_assert_num_queries(3):
        here.get("/accounts/tokens/")


def test_the_person_is_told_by_mail_in_text_and_html_XG8(here):
    change_password(here)
    told = Mail.objects.get(to="bo@example.org")
    assert told.subject == "Your password was changed"
    for words in (told.text, told.html):
        assert "127.0.0.1" in words
        assert "/accounts/password/reset/" in words
        assert "/accounts/tokens/" in words
        assert NEW not in words


def test_a_wrong_old_password_ends_nothing(here, there):
    here.post(
        "/accounts/password/change/", {"oldpassword": "x", "password1": NEW, "password2": NEW}
    )
    assert lives(there)
    assert not Mail.objects.exists()


def test_password_sessions_event_and_mail_are_one_write_A1_XJ6(bo, here, there, monkeypatch):
    def broken(*args, **options):
        raise RuntimeError

    monkeypatch.setattr(sign_in.audit, "record", broken)
    with pytest.raises(RuntimeError):
        change_password(here)
    bo.refresh_from_db()
    assert bo.check_password(PASSWORD)
    assert lives(there)
    assert not Mail.objects.exists()


def test_a_reset_ends_all_sessions_that_of_its_browser_too_XG8(bo, here, there):
    here.post("/accounts/password/reset/", {"email": bo.email})
    link = re.search(r"(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1]
    form = here.get(link, follow=True).redirect_chain[-1][0]
    done = here.post(form, {"password1": NEW, "password2": NEW}, follow=True)
    assert "/accounts/tokens/" in done.content.decode()
    assert not lives(here)
    assert not lives(there)
    assert not SignIn.objects.exists()
    assert Mail.objects.filter(to=bo.email, subject="Your password was changed").exists()


@pytest.mark.parametrize("kind", ["totp", "webauthn"])
def test_a_factor_that_goes_ends_every_other_session_XG8(bo, here, there, kind):
    factor = Authenticator.objects.create(user=bo, type=kind, data={})
    assert lives(there)
    factor.delete()
    assert not lives(there)
    last = AccountEvent.objects.of(bo.pk).newest_first().first()
    assert (last.action, last.details["kind"]) == ("factor.removed", kind)


def test_new_recovery_codes_end_nothing(bo, here, there):
    Authenticator.objects.create(user=bo, type="recovery_codes", data={})
    Authenticator.objects.filter(user=bo).delete()
    assert lives(there)


def test_a_deactivated_person_is_out_and_their_sessions_stay_dead_XG8(world, bo, here, there):
    members.set_user_active(bo, active=False, by=SYSTEM.because("left"))
    assert not lives(here)
    members.set_user_active(bo, active=True, by=SYSTEM.because("back"))
    assert not lives(here)
    assert not lives(there)


def test_the_sessions_of_others_go_on(world, here):
    ada = Client()
    ada.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    change_password(here)
    assert lives(ada)
