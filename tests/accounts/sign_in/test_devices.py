"""A sign-in from a new device is told by mail; browsers are named in words (S7)."""

import pytest
from django.conf import settings
from django.test import Client

from accounts.models.account_event import AccountEvent
from accounts.models.mail import Mail
from accounts.models.user import User
from accounts.sign_in.devices import words_of
from tests.cast.proofs import PASSWORD, with_password

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{WINDOWS}Chrome/140.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{WINDOWS}Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows"),
        (f"{MAC}Version/18.5 Safari/605.1.15", "Safari on macOS"),
        (f"{PHONE}Version/18.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{PHONE}CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
         "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0.0.0 Mobile Safari/537.36",
         "Chrome on Android"),
        ("curl/8.5.0", "curl"),
        ("<script>alert(1)</script>", "Unknown device"),
        ("", "Unknown device"),
    ],
)  # fmt: skip
def test_browsers_in_words_XI1(user_agent, words):
    assert words_of(user_agent) == words


@pytest.fixture
def bo(world):
    return with_password(world.user("bo"))


def sign_in(client, user, user_agent=f"{WINDOWS}Chrome/140.0.0.0 Safari/537.36"):
    answer = client.post(
        "/accounts/login/", {"login": user.email, "password": PASSWORD},
        headers={"User-Agent": user_agent}, REMOTE_ADDR="192.0.2.7",
    )  # fmt: skip
    assert answer["Location"] == "/"
    return answer


def told(user):
    return Mail.objects.filter(to=user.email, subject="New sign-in to your account")


def test_the_first_sign_in_ever_is_not_told(client, bo):
    sign_in(client, bo)
    assert not told(bo).exists()


def test_the_same_browser_is_known_again(client, bo):
    sign_in(client, bo)
    client.post("/accounts/logout/")
    sign_in(client, bo, user_agent=f"{WINDOWS}Chrome/141.0.0.0 Safari/537.36")
    assert not told(bo).exists()


def test_another_browser_is_told_in_text_and_html_however_alike_it_looks(client, bo):
    sign_in(client, bo)
    sign_in(Client(), bo)
    mail = told(bo).get()
    for words in (mail.text, mail.html):
        assert "Chrome on Windows" in words
        assert "192.0.2.7" in words
        assert f"{settings.SITE_URL}/accounts/sessions/" in words
        assert f"{settings.SITE_URL}/accounts/password/reset/" in words


def test_what_a_browser_calls_itself_never_gets_into_the_mail_XI1(client, bo):
    sign_in(client, bo)
    sign_in(Client(), bo, user_agent="Click http://evil.example now")
    assert "evil" not in told(bo).get().text
    assert "Unknown device" in told(bo).get().text


@pytest.mark.parametrize("forged", ["", "x", "known:forged"])
def test_a_cookie_that_is_not_ours_makes_nobody_known(client, bo, forged):
    sign_in(client, bo)
    other = Client()
    other.cookies[settings.DEVICE_COOKIE_NAME] = forged
    sign_in(other, bo)
    assert told(bo).count() == 1


def test_the_cookie_is_for_the_server_alone_XG13(client, bo):
    cookie = sign_in(client, bo).cookies[settings.DEVICE_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]


def test_a_known_browser_says_nothing_of_who_shares_it_XF1(client, bo):
    alias = with_password(User.objects.create_user("bo+other@example.org"))
    sign_in(client, bo)
    client.post("/accounts/logout/")
    sign_in(client, alias)
    first, second = AccountEvent.objects.filter(action="signed_in").order_by("pk")
    assert first.browser
    assert second.browser
    assert first.browser != second.browser
