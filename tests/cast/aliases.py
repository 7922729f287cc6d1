"""Alias accounts for tests: asked for by bo, for the workspace `other`, unless told otherwise."""

import re

from accounts.models.user import User
from tests.cast.invited import sent_to
from tests.world import SYSTEM, World
from workspaces.models import AliasRequest, Plan, Workspace
from workspaces.operations.sign_in import aliases
from workspaces.operations.workspace import workspaces

LINKED = "/accounts/alias/"
PASSWORD = "three turnips on a boat"


def short(world: World) -> World:
    """Make the world's workspace HIPAA-eligible, so that its people have short sessions."""
    workspaces.set_plan_and_flag(
        world.workspace, plan=Plan.BUSINESS, hipaa_eligible=True, by=SYSTEM
    )
    return World(Workspace.objects.get(pk=world.workspace.pk))


def ask(world: World, plus: str, name: str = "bo", slug: str = "other") -> AliasRequest:
    return aliases.ask(world.user(name), plus, [Workspace.objects.get(slug=slug)])


def secret_for(email: str) -> str:
    """Return the secret of the link in the newest mail to an address that holds one."""
    return re.search(rf"{LINKED}(\S+)", sent_to(email).text)[1]


def make(secret: str) -> tuple[User, list[Workspace]]:
    return aliases.make(secret, name="Bo Diddley", password=PASSWORD)
