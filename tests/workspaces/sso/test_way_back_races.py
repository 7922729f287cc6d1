"""Two at the same moment never take the last owner who enters without a provider (P5)."""

from itertools import combinations_with_replacement

import pytest
from allauth.mfa.models import Authenticator

from tests.cast.connecting import requires
from tests.cast.factors import give_app
from tests.peers.race import together
from tests.world import SYSTEM, build
from workspaces.change.way_back import ways_back
from workspaces.errors import Refused
from workspaces.operations.members import members
from workspaces.operations.sso import requiring

DOORS = {
    "demoted": lambda world, name: members.set_owner(world.member(name), owner=False, by=SYSTEM),
    "taken out": lambda world, name: members.remove(world.member(name), by=SYSTEM),
    "deactivated": lambda world, name: members.set_user_active(
        world.user(name), active=False, by=SYSTEM.because("left")
    ),
    "exempt no more": lambda world, name: requiring.exempt(
        world.workspace, [world.member(name).public_id], exempt=False, by=SYSTEM
    ),
    "without a factor": lambda world, name: Authenticator.objects.get(
        user=world.user(name)
    ).delete(),
}
PAIRS = list(combinations_with_replacement(DOORS, 2))


def pytest_generate_tests(metafunc):
    """Every pair of doors, in turn, as often as `--rounds` says."""
    if "number" not in metafunc.fixturenames:
        return
    rounds = metafunc.config.getoption("--rounds") or len(PAIRS)
    metafunc.parametrize("number", range(rounds))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_a_way_back_P5_R7(number):
    one, other = PAIRS[number % len(PAIRS)]
    world = build()
    requires(world)
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    give_app(world.user("bo"))
    requiring.exempt(world.workspace, [world.member("bo").public_id], exempt=True, by=SYSTEM)
    outcomes = together(lambda: DOORS[one](world, "ada"), lambda: DOORS[other](world, "bo"))
    assert ways_back(world.workspace).count() == 1, (one, other)
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1, (one, other)


@pytest.mark.django_db(transaction=True)
def test_requiring_providers_while_the_last_factor_goes_is_one_or_the_other_P5():
    world = build()
    requires(world)
    requiring.require(world.workspace, on=False, vouched=True, by=SYSTEM)
    together(
        lambda: requiring.require(world.workspace, on=True, vouched=True, by=SYSTEM),
        lambda: DOORS["without a factor"](world, "ada"),
    )
    world.workspace.refresh_from_db()
    assert not world.workspace.sso_required or ways_back(world.workspace).exists()
