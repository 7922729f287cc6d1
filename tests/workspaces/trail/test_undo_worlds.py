"""In random worlds: after a change and its undo, the engine answers as it did before."""

import json
from random import Random

import pytest

from labels import operations as labels
from tests.oracle import Oracle
from tests.workspaces.access.test_property import in_many_worlds
from tests.world import SYSTEM, World, give_grants, take_grants
from workspaces.access.engine import Access
from workspaces.catalogue import OWNER
from workspaces.change import chain
from workspaces.errors import Refused
from workspaces.operations.grants import policies
from workspaces.operations.grants.policies import Proposal
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.trail.undo import undo


def answers(world: World) -> dict[str, object]:
    """Ask everybody and every group everything."""
    things = list(world.workspace.resources.order_by("pk"))
    found: dict[str, object] = {}
    for subject in (
        *world.workspace.members.select_related("user"),
        *world.workspace.groups.all(),
    ):
        access = Access.of(subject)
        found[subject.public_id] = (access.rights(things), access.on_workspace())
    return found


class Changes:
    """One random change of each kind; a world that has nothing to change it with skips it."""

    def __init__(self, world: World, chance: Random) -> None:
        self.world, self.chance = world, chance
        self.people = list(world.workspace.members.select_related("user").order_by("pk"))
        self.groups = list(world.workspace.groups.order_by("pk"))
        self.pool = [
            new
            for holder in (*self.people, *self.groups)
            for new in policies.living(policies.as_proposed(holder))
        ]

    def some(self, things):
        return self.chance.sample(things, self.chance.randint(0, len(things)))

    def holder_and_grants(self):
        holder = self.chance.choice([*self.people, *self.groups])
        fits = [new for new in self.pool if new.role != OWNER or holder in self.groups]
        return holder, tuple(self.some(fits))

    def policy(self):
        holder, new = self.holder_and_grants()
        owner = self.chance.choice([True, False, None])
        policies.change(holder, Proposal(new, owner=owner), by=SYSTEM)

    def give(self):
        holder, new = self.holder_and_grants()
        give_grants(holder, new, by=SYSTEM)

    def revoke(self):
        holder, _ = self.holder_and_grants()
        take_grants(holder, self.some(list(holder.grants.all())), by=SYSTEM)

    def join(self):
        if self.groups:
            group = self.chance.choice(self.groups)
            # What was planned, and gave way, is put back by hand.
            listed = set(group.memberships.values_list("member", flat=True))
            new = [member for member in self.people if member.pk not in listed]
            groups.add_members(group, self.some(new), by=SYSTEM)

    def leave(self):
        if self.groups:
            group = self.chance.choice(self.groups)
            # A place that has ended does not come back as it was (W1).
            inside = list(self.world.workspace.members.in_group(group).order_by("pk"))
            groups.remove_members(group, self.some(inside), by=SYSTEM)

    def own(self):
        one = self.chance.choice(self.people)
        members.set_owner(one, owner=not one.owner, by=SYSTEM)

    def relabel(self):
        source = self.chance.choice(list(self.world.workspace.resources.of_type("source")))
        chosen = self.some(list(self.world.workspace.labels.order_by("pk")))
        one_per_key = {label.key.lower(): label for label in chosen}
        put = list(one_per_key.values())
        take = [row.label for row in source.labelled.select_related("label")]
        labels.relabel(source, put=put, take=self.some(take), replace=True, by=SYSTEM)


KINDS = ("policy", "give", "revoke", "join", "leave", "own", "relabel")


@pytest.mark.django_db
def test_an_undo_restores_every_answer_R9(request):
    undone = dict.fromkeys(KINDS, 0)

    def check(world: World, oracle: Oracle) -> None:
        chance = Random(json.dumps(oracle.document, sort_keys=True))  # noqa: S311
        before = answers(world)
        for kind in KINDS:
            last = chain.newest(world.workspace)
            try:
                getattr(Changes(world, chance), kind)()
            except Refused:
                continue  # the last owner (R7)
            newest = chain.newest(world.workspace)
            if newest == last:
                continue  # nothing to change
            undo(world.workspace, int(newest.partition(":")[0]), by=SYSTEM)
            assert answers(world) == before, kind
            undone[kind] += 1
        assert chain.verify(world.workspace) is None

    in_many_worlds(check, request.config.getoption("--worlds") // 4)
    assert min(undone.values()) > 0, undone
