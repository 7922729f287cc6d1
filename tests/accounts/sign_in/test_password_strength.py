"""A new password that is quick to guess is refused, with advice in words."""

import time

import pytest
from django.core.exceptions import ValidationError

from accounts.models.user import User
from accounts.sign_in.passwords import StrengthValidator

ADA = User(email="ada.lovelace@example.org", name="Ada Lovelace")


def check(password, user=ADA):
    StrengthValidator().validate(password, user)


@pytest.mark.parametrize(
    ("password", "advice"),
    [
        ("aaaaaaaaaaaa", "Repeats like"),
        ("qwertyuiop", "top-100 common password"),
        ("abcdefghijkl", "Sequences like"),
        ("1999-12-31", "Dates are often easy to guess"),
        ("P@ssword12", "similar to a commonly used password"),
        ("lovelace2026", "Add another word or two"),
        ("gatehouse1", "Add another word or two"),
        ("ada.lovelace@example.org", "Add another word or two"),
    ],
)
def test_what_is_quick_to_guess_is_refused_with_advice(password, advice):
    with pytest.raises(ValidationError, match="quick to guess") as refused:
        check(password)
    assert advice in refused.value.messages[0]


@pytest.mark.parametrize("password", ["correct horse battery", "tr4velling-otters", "Würfel🎲Zuck"])
def test_uncommon_words_will_do(password):
    check(password)
    check(password, user=None)


def test_long_input_takes_no_long_time():
    began = time.monotonic()
    check("otters travel by night " * 100_000)
    assert time.monotonic() - began < 2


@pytest.mark.django_db
def test_the_page_says_what_to_do_instead(client):
    user = User.objects.create_user("ada.lovelace@example.org", "correct horse battery")
    client.force_login(user, backend="accounts.backends.SignInBackend")
    sent = {"oldpassword": "correct horse battery", "password1": "lovelace2026",
            "password2": "lovelace2026"}  # fmt: skip
    answer = client.post("/accounts/password/change/", sent)
    assert "Uncommon words are better" in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password("correct horse battery")
