"""Some take up all that is eligible for them: the engine against the oracle (W2, W7, W8).

Then their time is over. The database's clock cannot be set; what was taken up is set back.
"""

from datetime import timedelta

import pytest
from django.db.models import F, QuerySet

from tests.oracle import Oracle
from tests.workspaces.access.test_property import agree, compared, explained, in_many_worlds, move
from tests.world import World
from workspaces.access.counts.reached import Reached, reached
from workspaces.access.facts import load_policy_at_most
from workspaces.access.who import who, who_could
from workspaces.catalogue import ACTIONS, EDIT, READ
from workspaces.models import Member, TakeUp
from workspaces.operations.taking_up import take_ups
from workspaces.operations.taking_up.held import takable

TAKING = ("p0@example.org", "p1@example.org")
QUESTIONS = (agree, explained, compared, move)


def take_everything(world: World, email: str) -> int:
    """Take up all there is, and what a group gives that was taken up; return how much."""
    member, taken = world.member(email), set()
    while left := [one for one in takable(member) if one.name not in taken]:
        for one in left:
            take_ups.take_up(member, one.name, 60, "To try it", by=world.actor(email))
            taken.add(one.name)
    return len(taken)


@pytest.mark.django_db
def test_every_answer_follows_what_is_taken_up_and_its_end_W2_W8(request):
    taken = []

    def live(world: World, oracle: Oracle) -> None:
        taken.append(sum(take_everything(world, email) for email in TAKING))
        at_most(world, oracle.at_most())
        for question in QUESTIONS:
            question(world, Oracle(oracle.document, taken=TAKING))
        row = world.workspace.take_ups.filter(member__user__email=TAKING[0]).first()
        for one in world.workspace.take_ups.filter(member__user__email=TAKING[0]) if row else ():
            take_ups.end(one, by=world.actor(TAKING[0]))
        agree(world, Oracle(oracle.document, taken=TAKING[1:]))
        QuerySet(TakeUp).update(
            starts_at=F("starts_at") - timedelta(hours=1), ends_at=F("ends_at") - timedelta(hours=1)
        )
        for question in QUESTIONS:
            question(world, oracle)

    in_many_worlds(live, request.config.getoption("--histories"))
    assert sum(taken) > 4, "hardly anything is eligible in these worlds"


def at_most(world: World, oracle: Oracle) -> None:
    """What each member could have at most is what they had who took up everything (W8)."""
    for member in Member.objects.filter(workspace=world.workspace).select_related("user"):
        held = oracle.grants_of(member.user.email)
        found = load_policy_at_most(member).held
        assert sorted(h.role for h in found) == sorted(grant["role"] for grant in held)
    for resource in world.workspace.resources.all():
        for action in ACTIONS[resource.type]:
            expected = {
                member["email"]
                for member in oracle.document["members"]
                if oracle.allowed(oracle.grants_of(member["email"]), action, resource.ref)
            }
            could = who_could(action, resource).values_list("user__email", flat=True)
            assert set(could) == expected, (action, resource.ref)
        twins = [(twin, action) for twin in (who, who_could) for action in (READ, EDIT)]
        numbers = [twin(action, resource).count() for twin, action in twins]
        assert reached(resource) == Reached(*numbers), resource.ref
