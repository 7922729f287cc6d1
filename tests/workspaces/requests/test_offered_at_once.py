"""Two of asker, approver and manager at the same moment: one of them wins, nothing is half (W4)."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from tests.cast.managing import ask_to_join, manage, offer, through
from tests.peers.race import together
from tests.world import SYSTEM, World, build
from workspaces.models import AccessRequest
from workspaces.models.request import JOIN
from workspaces.operations.grants import policies
from workspaces.operations.grants.policies import Proposal
from workspaces.operations.groups import groups
from workspaces.operations.groups.managers import managers_of
from workspaces.operations.requests import requests
from workspaces.terms import Terms

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture
def world(transactional_db) -> World:
    world = build()
    offer(world, "cy", minutes=24 * 60)
    manage(world, "bo")
    return world


def kinds(outcomes) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def places(world: World) -> int:
    return world.group("growth").memberships.filter(member=world.member("dee")).count()


def test_approver_and_manager_agree_at_once_and_one_puts_them_in_W4(world):
    request, ends = ask_to_join(world, "dee"), timezone.now() + HOUR
    outcomes = together(
        *(
            partial(requests.approve, request, JOIN, by=through(world, who), ends=ends)
            for who in ("cy", "bo")
        )
    )
    assert kinds(outcomes) == ["Conflict", "NoneType"]
    assert places(world) == 1
    assert world.workspace.events.filter(action="request.approved").count() == 1


def test_the_asker_withdraws_while_somebody_agrees_W4(world):
    request, ends = ask_to_join(world, "dee"), timezone.now() + HOUR
    outcomes = together(
        partial(requests.approve, request, JOIN, by=through(world, "cy"), ends=ends),
        partial(requests.withdraw, request, by=through(world, "dee")),
    )
    assert kinds(outcomes) == ["Conflict", "NoneType"]
    request.refresh_from_db()
    assert places(world) == (request.outcome == "approved")


def test_asked_twice_at_once_it_is_one_request_XI7(world):
    together(partial(ask_to_join, world, "dee"), partial(ask_to_join, world, "dee"))
    assert AccessRequest.objects.count() == 1
    assert world.workspace.events.filter(action="request.made").count() == 1


def test_a_manager_puts_in_while_the_group_becomes_one_without_managers_XO6(world):
    growth, dee = world.group("growth"), world.member("dee")
    put_in, regranted = together(
        partial(groups.add_members, growth, [dee], by=through(world, "bo")),
        partial(policies.change, growth, Proposal((Terms("pii-access", "all"),)), by=SYSTEM),
    )
    assert type(regranted).__name__ == "Event"
    assert not managers_of(growth).exists()
    came = world.workspace.events.filter(action="group.members_added")
    assert (type(put_in).__name__, places(world), came.count()) in {
        ("list", 1, 1), ("Denied", 0, 0),
    }  # fmt: skip
    assert not came.filter(number__gt=regranted.number).exists()
