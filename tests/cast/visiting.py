"""Support in tests: sue, assigned to a workspace, its open window, her visit."""

from datetime import timedelta

from django.utils import timezone
from guardian.shortcuts import assign_perm

from accounts.models.user import User
from tests.world import World
from workspaces.change import Actor
from workspaces.models import ActorKind, SupportVisit, SupportWindow
from workspaces.operations.support import support


def assigned(world: World, email: str = "sue@example.org") -> User:
    """Return a support person to whom the workspace is assigned."""
    sue = User.objects.filter(email=email).first()
    sue = sue or User.objects.create_user(email, is_staff=True)
    assign_perm("workspaces.support_workspace", sue, world.workspace)
    return sue


def opened(world: World, *, hours: float = 24) -> SupportWindow:
    """Return the window that an owner opened for so long."""
    until = timezone.now() + timedelta(hours=hours)
    owner = world.workspace.members.owners().select_related("user").by_name()[0]
    return support.open_window(
        world.workspace, until=until, by=world.actor(owner.user.email).because("ticket 7")
    )


def visiting(world: World, *, hours: float = 24) -> SupportVisit:
    """Return the visit of sue in a window that is open for so long."""
    sue = assigned(world)
    opened(world, hours=hours)
    return support.begin_visit(
        world.workspace, sue, by=as_support(sue).because("looks at ticket 7")
    )


def as_support(user: User) -> Actor:
    return Actor(ActorKind.SUPPORT, user.email, user)
