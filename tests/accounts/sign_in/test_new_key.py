"""What a new SECRET_KEY ends: all that was given out before (S12, XJ10)."""

import re

import pytest
from django.core import mail

from tests.cast.invited import ask, link_to
from tests.cast.tokens import token_of
from tests.world import SYSTEM
from workspaces.operations.tokens import tokens


@pytest.fixture
def given_out(world, client):
    """A session, the secret of a token, the link of an invite and one to set a password."""
    client.post("/accounts/password/reset/", {"email": "cy@example.org"})
    reset = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0]
    ask(world, "new@example.org")
    client.force_login(world.user("bo"), backend="accounts.backends.SignInBackend")
    _token, secret = tokens.create(world.workspace, "ci", by=SYSTEM)
    return reset, link_to("new@example.org"), secret


def works(client, reset, invite, secret):
    session = client.get("/w/acme/my-access").status_code == 200
    form = client.get(reset, follow=True).content.decode()
    opened = client.get(invite).status_code != 410
    return session, "password1" in form, opened, token_of(secret, None) is not None


def test_with_the_key_of_before_all_of_it_works(given_out, client):
    assert works(client, *given_out) == (True, True, True, True)


def test_a_new_key_ends_all_of_it_XJ10(given_out, client, settings):
    settings.SECRET_KEY = "an entirely different key " * 3
    assert works(client, *given_out) == (False, False, False, False)
