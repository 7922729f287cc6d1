"""What can be taken up in the small world: by Dee herself, by whoever is in a group."""

from dataclasses import dataclass, replace

import pytest

from tests.world import World, build, give_grants
from workspaces.change import Actor, lock_workspace
from workspaces.models import GroupMember, Member
from workspaces.operations.taking_up import eligibility, take_ups
from workspaces.operations.taking_up.held import takable
from workspaces.terms import Eligible, Terms


@dataclass(frozen=True)
class Eligibles:
    """The small world, and short ways to make things eligible and take them up."""

    world: World

    def grant(self, name="dee", role="source-admin", **how):
        """Give a member an eligible grant on all of a type."""
        how = {"proof": False, **how}
        terms = Terms(role, "all", eligible=Eligible(**how))
        [row] = give_grants(self.world.member(name), [terms])
        return row

    def membership(self, name="dee", group="growth", **how):
        """Put a member into a group, eligible."""
        world, how = self.world, Eligible(**{"proof": False, **how})
        with lock_workspace(world.workspace.pk):
            row = GroupMember.objects.create(
                workspace=world.workspace,
                group=world.group(group),
                member=world.member(name),
                eligible=True,
            )
            eligibility.write(world.workspace, said=how, memberships=[row])
        return row

    def take(self, name="dee", minutes=60, reason="Pager 12", **by):
        """Take up the first thing that a member can."""
        member: Member = self.world.member(name)
        what = takable(member)[0]
        return take_ups.take_up(member, what.name, minutes, reason, by=self.actor(name, **by))

    def actor(self, name, **changes) -> Actor:
        return replace(self.world.actor(name), **changes)


@pytest.fixture
def eligibles(db):
    return Eligibles(build())
