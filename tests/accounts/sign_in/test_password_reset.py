"""Who was imported sets a password by e-mail; whoever forgot theirs does too (XF1, XF5)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core import mail

from accounts import outbox
from accounts.models.user import User

NEW = "an entirely new passphrase"


def ask(client, email, **headers):
    return client.post("/accounts/password/reset/", {"email": email}, headers=headers)


def link():
    """Return the path of the link in the last mail."""
    found = re.search(r"(https?://[^/]+)(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)
    assert found[1] == settings.SITE_URL
    return found[2]


def set_password(client, path, password=NEW):
    """Open the link, follow it to the form, and send the form."""
    opened = client.get(path, follow=True)
    if "password1" not in opened.content.decode():
        return opened
    form = opened.redirect_chain[-1][0]
    return client.post(form, {"password1": password, "password2": password}, follow=True)


def test_an_imported_person_sets_a_password_and_signs_in(client, world):
    ask(client, "bo@example.org")
    assert mail.outbox[0].to == ["bo@example.org"]
    set_password(client, link())
    assert world.user("bo").check_password(NEW)
    assert EmailAddress.objects.get(user=world.user("bo")).verified
    client.post("/accounts/login/", {"login": "bo@example.org", "password": NEW})
    assert client.get("/w/acme/my-access").status_code == 200


def test_the_mail_says_what_it_is_in_text_and_html(client, world):
    ask(client, "bo@example.org")
    sent = mail.outbox[0]
    assert "Gatehouse" in sent.subject
    assert "\n" not in sent.subject
    assert sent.alternatives


def test_in_production_no_door_waits_for_the_mail_server_XF2(client, world, settings):
    settings.PRODUCTION = True
    ask(client, "bo@example.org")
    ask(client, "nobody@example.org")
    assert not mail.outbox
    assert outbox.send_due() == (2, 0)
    assert {tuple(sent.to) for sent in mail.outbox} == {
        ("bo@example.org",), ("nobody@example.org",)
    }  # fmt: skip


def test_a_link_works_once_XF5(client, world):
    ask(client, "bo@example.org")
    path = link()
    set_password(client, path)
    client.logout()
    set_password(client, path, "something else entirely")
    assert world.user("bo").check_password(NEW)


def test_a_link_dies_when_the_password_changes_XF5(client, world):
    ask(client, "bo@example.org")
    path, bo = link(), world.user("bo")
    bo.set_password("changed meanwhile")
    bo.save()
    set_password(client, path)
    assert world.user("bo").check_password("changed meanwhile")


def test_a_link_dies_when_the_address_changes_XF5(client, world):
    ask(client, "bo@example.org")
    path = link()
    User.objects.filter(email="bo@example.org").update(email="bob@example.org")
    set_password(client, path)
    assert not User.objects.get(email="bob@example.org").check_password(NEW)


@pytest.mark.parametrize(("minutes", "works"), [(59, True), (61, False)])
def test_a_link_dies_after_an_hour_XF5(client, world, minutes, works):
    ask(client, "bo@example.org")
    path = link()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)):
        set_password(client, path)
    assert world.user("bo").check_password(NEW) == works


def test_a_link_dies_with_the_next_sign_in_XF5(client, world):
    ask(client, "bo@example.org")
    path = link()
    client.force_login(world.user("bo"), backend="accounts.backends.SignInBackend")
    client.logout()
    set_password(client, path)
    assert not world.user("bo").check_password(NEW)


def test_a_link_of_somebody_deactivated_meanwhile_lets_nobody_in_XF5(client, world):
    ask(client, "bo@example.org")
    path = link()
    User.objects.filter(email="bo@example.org").update(is_active=False)
    set_password(client, path)
    client.post("/accounts/login/", {"login": "bo@example.org", "password": NEW})
    assert "_auth_user_id" not in client.session


def test_a_link_with_anothers_number_in_it_is_none_XF5(client, world):
    ask(client, "bo@example.org")
    number, _, key = link().rstrip("/").rpartition("/")[2].partition("-")
    other = user_pk_to_url_str(world.user("cy"))
    assert other != number
    set_password(client, f"/accounts/password/reset/key/{other}-{key}/")
    assert not world.user("cy").check_password(NEW)


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_a_forged_host_never_gets_into_the_link_XF5(client, world, header):
    ask(client, "bo@example.org", **{header: "evil.example"})
    assert not any("evil.example" in sent.body for sent in mail.outbox)


def test_known_and_unknown_addresses_get_the_same_answer_XF2(client, world):
    known, unknown = ask(client, "bo@example.org"), ask(client, "nobody@example.org")
    assert known.status_code == unknown.status_code == 302
    assert known["Location"] == unknown["Location"]


def test_a_reset_for_the_plus_address_reaches_that_person_only_XF1(client, world):
    User.objects.create_user("bo+hipaa@example.org", "x" * 12)
    ask(client, "bo@example.org")
    assert [sent.to for sent in mail.outbox] == [["bo@example.org"]]


def test_a_weak_password_is_refused_beside_the_field(client, world):
    ask(client, "bo@example.org")
    answer = set_password(client, link(), "short")
    assert "too short" in answer.content.decode()
    assert not world.user("bo").has_usable_password()


def test_the_secret_of_a_link_stands_in_no_log_XE10(client, world, caplog):
    ask(client, "bo@example.org")
    path = link()
    secret = path.rstrip("/").rpartition("/")[2]
    caplog.clear()
    client.get(path)
    client.get(path.replace(secret, f"{secret}x"))
    assert caplog.records
    assert secret not in caplog.text
