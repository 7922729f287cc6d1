"""Making ownership eligible, or standing again, asks for a fresh proof (S8, W7)."""

from dataclasses import replace

import pytest

from tests.world import SYSTEM
from workspaces.change import lock_workspace
from workspaces.errors import Unproved
from workspaces.models import GroupMember
from workspaces.operations.groups import groups
from workspaces.terms import Eligible, Terms

UNPROVED = replace(SYSTEM, proved=False)
OWNING = Terms("workspace-owner", "all")


@pytest.fixture
def chiefs(eligibles):
    return groups.create(eligibles.world.workspace, "chiefs", by=SYSTEM, policy=[OWNING])


def test_a_groups_ownership_made_standing_asks_for_a_proof_S8_W7(eligibles):
    later = replace(OWNING, eligible=Eligible(proof=True))
    world = eligibles.world
    group = groups.create(world.workspace, "chiefs", by=SYSTEM, policy=[later])
    with pytest.raises(Unproved):
        groups.regrant(group, [OWNING], by=UNPROVED)


def test_an_eligible_place_among_owners_made_standing_asks_for_a_proof_S8_W7(eligibles, chiefs):
    eligibles.membership(group="chiefs")
    places = GroupMember.objects.filter(group=chiefs)
    with pytest.raises(Unproved), lock_workspace(eligibles.world.workspace.pk, by=UNPROVED):
        places.update(eligible=False)


def test_who_could_take_ownership_up_becomes_an_owner_by_proof_alone_S8_W7(eligibles, chiefs):
    eligibles.membership(group="chiefs")
    world = eligibles.world
    others = groups.create(world.workspace, "heads", by=SYSTEM, policy=[OWNING])
    with pytest.raises(Unproved):
        groups.add_members(others, [world.member("dee")], by=UNPROVED)


def test_a_new_eligible_owner_asks_for_a_proof_S8_W7(eligibles, chiefs):
    with pytest.raises(Unproved), lock_workspace(eligibles.world.workspace.pk, by=UNPROVED):
        GroupMember.objects.create(
            workspace=eligibles.world.workspace,
            group=chiefs,
            member=eligibles.world.member("dee"),
            eligible=True,
        )
