"""Nobody learns at a door whether an address is known (S14, XF2, XG2): words, status and work done.

How long it takes is measured by `python -m tests.enumeration`, which is no part of the suite.
"""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models.mail import Mail
from accounts.models.user import User
from tests.cast.invited import ask, link_to
from tests.enumeration import told_apart

PASSWORD, WRONG = "three turnips on a boat", "four turnips on a boat"
PEOPLE = {
    "known@example.org": WRONG,
    "imported@example.org": WRONG,
    "deactivated@example.org": PASSWORD,  # the right one
    "proved@example.org": WRONG,
    "KNOWN@example.org": WRONG,
}


@pytest.fixture(autouse=True)
def people(world, settings):
    settings.PRODUCTION = True  # mail waits for the outbox
    User.objects.create_user("known@example.org", PASSWORD)
    User.objects.without_password("imported@example.org", "Im Ported").save()
    User.objects.create_user("deactivated@example.org", PASSWORD, is_active=False)
    proved = User.objects.create_user("proved@example.org", PASSWORD)
    EmailAddress.objects.create(user=proved, email=proved.email, verified=True, primary=True)
    return world


@pytest.fixture
def hashed(monkeypatch):
    """Count how often a password is hashed."""
    calls = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *a: calls.append(1) or encode(self, *a)
    )
    return calls


def asked(path, data, email):
    """Return all that somebody outside may notice of an answer, and the statements behind it."""
    client = Client()
    client.get(path)
    with CaptureQueriesContext(connection) as statements:
        answer = client.post(path, data)
    text = re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode())
    seen = {
        "status": answer.status_code,
        "location": answer.get("Location"),
        "text": text.replace(email, "EMAIL").replace(answer["X-Request-ID"], "ID"),
        "headers": sorted(set(answer.headers) - {"X-Request-ID", "Content-Length"}),
        "cookies": sorted(answer.cookies),
        "after": re.sub(
            r'value="[A-Za-z0-9]{64}"', "",
            client.get(answer.get("Location", path)).content.decode(),
        ).replace(email, "EMAIL"),
    }  # fmt: skip
    shapes = [shape(query["sql"]) for query in statements.captured_queries]
    return seen, [words for words in shapes if words]


def shape(sql):
    """Return what a statement does to which table; nothing for savepoints."""
    found = re.search(r'^\s*(SELECT|INSERT|UPDATE|DELETE).*?(?:FROM|INTO|UPDATE)\s+"?(\w+)', sql)
    return found and found.groups()


@pytest.mark.parametrize("email", PEOPLE)
def test_signing_in_fails_alike_for_everybody_XG2(email, hashed):
    path, unknown = "/accounts/login/", "nobody@example.org"
    nobody = asked(path, {"login": unknown, "password": WRONG}, unknown)
    once = len(hashed)
    somebody = asked(path, {"login": email, "password": PEOPLE[email]}, email)
    assert somebody == nobody
    assert len(hashed) == 2 * once == 2


@pytest.mark.parametrize("email", PEOPLE)
def test_asking_for_a_link_is_answered_alike_XF2(email):
    path, unknown = "/accounts/password/reset/", "nobody@example.org"
    assert asked(path, {"email": email}, email) == asked(path, {"email": unknown}, unknown)
    links = {mail.to: "/password/reset/key/" in mail.text for mail in Mail.objects.all()}
    assert links == {
        unknown: False, email.lower(): not email.startswith("deactivated")
    }  # fmt: skip


@pytest.mark.parametrize("email", [email for email in PEOPLE if email.islower()])
def test_signing_up_is_answered_alike_XF2(world, email, hashed, monkeypatch):
    monkeypatch.setattr("config.web.steps.STEP", 0.001)
    unknown, form = "nobody@example.org", {
        "name": "Ann", "password1": PASSWORD, "password2": PASSWORD
    }  # fmt: skip
    for address in (email, unknown):
        ask(world, address)
    before = User.objects.count()
    somebody, _ = asked(f"{link_to(email)}/sign-up", form, email)
    once = len(hashed)
    assert User.objects.count() == before
    nobody, _ = asked(f"{link_to(unknown)}/sign-up", form, unknown)
    assert somebody == nobody
    assert len(hashed) == 2 * once == 2
    assert User.objects.count() == before + 1


@pytest.mark.parametrize("email", ["known@example.org", "deactivated@example.org"])
def test_inviting_says_nothing_of_whether_there_is_an_account_XF2(world, email, client):
    client.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
    path, seen = "/w/acme/members/invite/review", []
    for address in (email, "nobody@example.org"):
        text = client.post(path, {"addresses": address}).content.decode()
        seen.append(re.sub(r'value="\w{64}"|request-id">.*?<', "", text).replace(address, "EMAIL"))
        ask(world, address)
    assert seen[0] == seen[1]


def test_the_measure_tells_different_times_apart_and_like_ones_not():
    early, late = [n % 17 for n in range(400)], [n % 17 + 20 for n in range(400)]
    assert told_apart(early, late) == told_apart(late, early) == 1
    assert told_apart(early, list(reversed(early))) < 0.55
