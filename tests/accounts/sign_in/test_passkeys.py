"""A passkey signs in alone only where its owner said so (XG3)."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from tests.cast.passkeys import SoftPasskey
from tests.cast.proofs import PASSWORD, with_password

BACKEND = "accounts.backends.SignInBackend"
ALONE, SECOND = "/accounts/2fa/webauthn/login/", "/accounts/2fa/authenticate/"


@pytest.fixture
def bo(world, client):
    bo = with_password(world.user("bo"))
    EmailAddress.objects.create(user=bo, email=bo.email, verified=True, primary=True)
    client.defaults |= {"wsgi.url_scheme": "https", "SERVER_NAME": "testserver"}
    client.force_login(bo, backend=BACKEND)
    return bo


def add(client, key, **said):
    assert key.added(client, **said).status_code == 302
    client.post("/accounts/logout/")


def alone(client, key, user):
    """Try the passkey at the sign-in page; return who is signed in then."""
    asked = client.get(ALONE, headers={"X-Requested-With": "XMLHttpRequest"}).json()
    challenge = asked["request_options"]["publicKey"]["challenge"]
    client.post(ALONE, {"credential": key.answer(user, challenge)})
    return client.session.get("_auth_user_id")


def second(client, key, user):
    """Enter the password, then use the passkey; return who is signed in then."""
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    page = client.get(SECOND)
    challenge = page.context["js_data"]["request_options"]["publicKey"]["challenge"]
    client.post(SECOND, {"credential": key.answer(user, challenge)})
    return client.session.get("_auth_user_id")


def test_one_that_may_signs_in_alone(client, bo):
    key = SoftPasskey()
    add(client, key, passwordless="on")
    assert alone(client, key, bo) == str(bo.pk)


def test_one_that_may_not_is_a_second_step_alone_XG3(client, bo):
    key = SoftPasskey()
    add(client, key)
    assert alone(client, key, bo) is None
    assert "goes with your password" in client.get("/accounts/login/").content.decode()
    assert second(client, key, bo) == str(bo.pk)


def test_one_of_which_nobody_said_it_may_does_not_N4(client, bo):
    key = SoftPasskey()
    add(client, key, passwordless="on")
    row = Authenticator.objects.get(user=bo, type="webauthn")
    del row.data["alone"]
    row.save()
    assert alone(client, key, bo) is None


def test_what_the_browser_says_of_itself_does_not_count_N4(client, bo):
    key = SoftPasskey()
    answer = key.added(client, alone="true", rk="true")
    assert answer.status_code == 302
    assert Authenticator.objects.get(user=bo, type="webauthn").data["alone"] is False


def test_one_that_knew_nobody_when_used_does_not_sign_in_alone_XG3(client, bo):
    key = SoftPasskey()
    add(client, key, passwordless="on")
    client.post("/accounts/login/", {"login": bo.email, "password": PASSWORD})
    page = client.get(SECOND)  # whose challenge asks for no fingerprint
    challenge = page.context["js_data"]["request_options"]["publicKey"]["challenge"]
    key.flags = SoftPasskey(verifies=False).flags
    client.post(ALONE, {"credential": key.answer(bo, challenge)})
    assert client.session.get("_auth_user_id") is None


def test_its_owner_says_so_later_and_takes_it_back_again(client, bo):
    key = SoftPasskey()
    assert key.added(client).status_code == 302
    row = Authenticator.objects.get(user=bo, type="webauthn")
    there = f"/accounts/2fa/webauthn/keys/{row.pk}/edit/"
    for said, signed_in in (({"passwordless": "on"}, str(bo.pk)), ({}, None)):
        client.force_login(bo, backend=BACKEND)
        assert client.post(there, {"name": "Key", **said}).status_code == 302
        client.post("/accounts/logout/")
        assert alone(client, key, bo) == signed_in


def test_one_that_knows_nobody_cannot_be_let_in_alone(client, bo):
    key = SoftPasskey(verifies=False)
    assert key.added(client, passwordless="on").status_code == 200
    assert key.added(client).status_code == 302
    row = Authenticator.objects.get(user=bo, type="webauthn")
    there = f"/accounts/2fa/webauthn/keys/{row.pk}/edit/"
    answer = client.post(there, {"name": "Key", "passwordless": "on"})
    assert "no fingerprint, face or PIN" in answer.content.decode()
