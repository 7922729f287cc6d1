"""Addresses that an older version kept in another form get their one form (XJ9)."""

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection

from accounts.models.user import User
from tests.cast.invited import ask
from workspaces.change import lock_workspace
from workspaces.models import Invite
from workspaces.operations.workspace.integrity import findings

USERS = import_module("accounts.migrations.0010_one_form_of_addresses")
INVITES = import_module("workspaces.migrations.0023_one_form_of_addresses")


DOTTED = [
    "UPDATE accounts_user SET email = email || '.' WHERE email IN (%s, %s)",
    "UPDATE account_emailaddress SET email = email || '.' WHERE email IN (%s, %s)",
    "UPDATE workspaces_invite SET email = email || '.' WHERE email IN (%s, %s)",
]


def behind(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@pytest.fixture
def dotted(world):
    """bo and an invite as they were kept with the dot of the root behind the domain."""
    bo = world.user("bo")
    EmailAddress.objects.create(user=bo, email=bo.email, verified=True, primary=True)
    invite = ask(world, "new@example.org")
    for statement in DOTTED:
        behind(statement, bo.email, invite.email)
    return bo, invite


def migrate(world):
    USERS.give_one_form(apps, None)
    with lock_workspace(world.workspace.pk):  # of which the models of migrations know nothing
        INVITES.give_one_form(apps, None)


def test_a_dot_at_the_end_goes_and_the_person_stays(world, dotted):
    bo, invite = dotted
    assert sum("one form" in line for line in findings()) == 2
    migrate(world)
    assert User.objects.get(pk=bo.pk).email == bo.email
    assert EmailAddress.objects.get(user=bo).email == bo.email
    assert Invite.objects.get(pk=invite.pk).email == "new@example.org"
    assert not list(findings())
    migrate(world)
    assert not list(findings())


def test_of_two_that_are_one_mailbox_both_stay_and_are_named_XA2(world, dotted):
    bo, _invite = dotted
    other = User.objects.create_user(bo.email)
    ask(world, "new@example.org", ident="again")
    migrate(world)
    assert {user.email for user in User.objects.filter(pk__in=[bo.pk, other.pk])} == {
        bo.email, f"{bo.email}.",
    }  # fmt: skip
    assert world.workspace.invites.pending().count() == 2
    [about] = [line for line in findings() if line.startswith("accounts.User whose address")]
    assert about == f"accounts.User whose address is not in its one form: {bo.pk}"
