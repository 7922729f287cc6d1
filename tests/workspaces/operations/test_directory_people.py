"""People whom a directory puts in, takes out, and puts back (L4–L8, R8, S3)."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models.mail import Mail
from accounts.models.user import User
from tests.world import SYSTEM
from workspaces.audit import Actor
from workspaces.models.directory import DirectoryPerson
from workspaces.models.token import Token, TokenKind
from workspaces.operations import (
    tokens,
)
from workspaces.operations.directory_people import provision

NEW = "nina@example.org"


@pytest.fixture
def token(world) -> Token:
    return tokens.create(world.workspace, "Okta", by=SYSTEM, kind=TokenKind.SCIM)[0]


@pytest.fixture
def scim(token) -> Actor:
    return Actor.directory(token, address="192.0.2.7", request_id="r-1")


@pytest.fixture
def outsider() -> User:
    """Somebody with an account of their own, who never belonged to the workspace."""
    user = User.objects.create_user(NEW, "correct horse", name="Nina Simone")
    EmailAddress.objects.create(user=user, email=NEW, verified=True, primary=True)
    return user


def record_of(world, name: str) -> DirectoryPerson:
    return world.workspace.directory_people.with_standing().get(user=world.user(name))


def put_in(world, scim, **sent) -> DirectoryPerson:
    return provision(world.workspace, address=NEW, by=scim, **sent)


def test_who_has_no_account_gets_one_and_minimal_access(world, scim):
    record = put_in(world, scim, display_name="Nina Simone", external_id="00u1")
    member = world.member(NEW)
    assert (member.public_id, member.owner) == (record.public_id, False)
    assert not member.grants.exists()
    assert (member.user.name, member.user.has_usable_password()) == ("Nina Simone", False)
    assert (record.external_id, record.pushed, record.display_name) == (
        "00u1",
        True,
        "Nina Simone",
    )
    assert not Mail.objects.exists()
