"""A directory for tests: its token, who acts by it, and somebody with an account elsewhere."""

from allauth.account.models import EmailAddress

from accounts.models.user import User
from tests.world import SYSTEM, World
from workspaces.change import Actor
from workspaces.models import DirectoryPerson, Token, TokenKind
from workspaces.operations.directory.people import provision
from workspaces.operations.tokens import tokens

NEW = "nina@example.org"


def scim_token(world: World) -> Token:
    return tokens.create(world.workspace, "Okta", by=SYSTEM, kind=TokenKind.SCIM)[0]


def directory_of(world: World) -> Actor:
    """Return the directory as an actor, with a token made for it."""
    return Actor.directory(scim_token(world), address="192.0.2.7", request_id="r-1")


def somebody(email: str = NEW, name: str = "Nina Simone") -> User:
    """Make an account whose address is proved and which belongs to no workspace."""
    user = User.objects.create_user(email, "correct horse", name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def put_in(world: World, scim: Actor, email: str = NEW, **sent: object) -> DirectoryPerson:
    return provision(world.workspace, address=email, by=scim, **sent)  # type: ignore[arg-type]


def known(world: World, email: str = NEW) -> DirectoryPerson:
    """Return what is kept of somebody, with where they stand."""
    return world.workspace.directory_people.with_standing().get(user__email=email)
