"""Links and half sign-ins end with whatever changes about the account (XF5, XG8)."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail

from accounts.models.mail import Mail
from accounts.sign_in import links
from accounts.sign_in.links import sign_in_path
from tests.cast.factors import code, give_app, give_codes
from tests.cast.proofs import PASSWORD, with_password
from tests.world import SYSTEM
from workspaces.models import AliasRequest
from workspaces.operations.members import members
from workspaces.operations.sign_in import aliases
from workspaces.operations.workspace import workspaces

NEW = "an entirely new passphrase"


@pytest.fixture
def bo(world):
    """bo, with a password and an app, in a workspace that shortens his sessions."""
    workspaces.set_plan_and_flag(
        world.workspace, plan=world.workspace.plan, hipaa_eligible=True, by=SYSTEM.because("BAA")
    )
    bo = with_password(world.user("bo"))
    EmailAddress.objects.create(user=bo, email=bo.email, verified=True, primary=True)
    give_app(bo)
    return bo


def switch_off_and_on(user):
    for active in (False, True):
        members.set_user_active(user, active=active, by=SYSTEM.because("r"))


def another_password(user):
    user.set_password("changed meanwhile")
    user.save(update_fields=["password"])


def another_address(user):
    type(user).objects.filter(pk=user.pk).update(email="bob@example.org")


CHANGES = {
    "deactivated and back": switch_off_and_on,
    "password": another_password,
    "address": another_address,
    "a factor goes": lambda user: Authenticator.objects.get(user=user).delete(),
    "a factor comes": give_codes,
}


@pytest.fixture
def reset(client, bo):
    client.post("/accounts/password/reset/", {"email": bo.email})
    path = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0]

    def works():
        return "password1" in client.get(path, follow=True).content.decode()

    return works


@pytest.fixture
def address(client, bo):
    client.force_login(bo, backend="accounts.backends.SignInBackend")
    client.post("/accounts/address/", {"email": "robert@example.org"})
    text = Mail.objects.get(to="robert@example.org").text
    path = re.search(r"/accounts/address/confirm/\S+", text)[0]

    def works():
        client.force_login(
            type(bo).objects.get(pk=bo.pk), backend="accounts.backends.SignInBackend"
        )
        client.post(path)
        return type(bo).objects.filter(email="robert@example.org").exists()

    return works


@pytest.fixture
def alias(client, bo, world):
    long = workspaces.create("long", "Long", world.user("ada"), by=SYSTEM)
    members.add(long, bo, by=SYSTEM)
    aliases.ask(bo, "long", [long])
    path = re.search(r"https?://[^/]+(/\S*alias\S*)", Mail.objects.latest("pk").text)[1]
    assert AliasRequest.objects.exists()

    def works():
        return client.get(path).status_code == 200

    return works


@pytest.fixture
def one_time(client, bo):
    path = sign_in_path(bo)
    return lambda: client.get(path).status_code == 200


@pytest.fixture
def half_done(client, bo):
    client.post("/accounts/login/", {"login": bo.email, "password": PASSWORD})

    def works():
        client.post("/accounts/2fa/authenticate/", {"code": code()})
        return "_auth_user_id" in client.session

    return works


KINDS = ("reset", "address", "alias", "one_time", "half_done")


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_works_while_nothing_changes(request, kind):
    assert request.getfixturevalue(kind)()


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_link_dies_with_whatever_changes_about_the_account_XF5_XG8(request, bo, kind, change):
    works = request.getfixturevalue(kind)
    CHANGES[change](type(bo).objects.get(pk=bo.pk))
    assert not works()


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_dies_with_the_key_XJ10(request, settings, kind):
    works = request.getfixturevalue(kind)
    settings.SECRET_KEY = "an entirely different key " * 3
    assert not works()


def test_a_reset_form_that_was_open_meanwhile_sets_nothing_XG8(client, bo):
    client.post("/accounts/password/reset/", {"email": bo.email})
    path = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0]
    form = client.get(path, follow=True).redirect_chain[-1][0]
    members.set_user_active(bo, active=False, by=SYSTEM.because("r"))
    for active in (None, True):
        if active:
            members.set_user_active(bo, active=True, by=SYSTEM.because("r"))
        client.post(form, {"password1": NEW, "password2": NEW})
        assert not type(bo).objects.get(pk=bo.pk).check_password(NEW)


def test_no_link_is_made_good_by_another_account(world):
    assert not links.still_good(world.user("bo"), links.state_of(world.user("cy")))
    assert not links.still_good(world.user("bo"), "")
