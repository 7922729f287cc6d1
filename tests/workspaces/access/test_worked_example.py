"""The worked example of `workspaces/README.md` (R1, R2)."""

import pytest

from tests.world import SYSTEM, World, give_grants
from workspaces.access.engine import Access
from workspaces.catalogue import Scope
from workspaces.models import GrantTerms, Member
from workspaces.operations.groups import groups
from workspaces.terms import Terms


def by_labels(world: World, *labels: str) -> GrantTerms:
    return Terms("source-admin", Scope.LABELS, labels=tuple(world.label(t) for t in labels))


def edits(member: Member) -> list[str]:
    return [source.slug for source in Access.of(member).reach("edit", "source").by_name()]


@pytest.mark.parametrize(
    ("labels", "reached"),
    [
        (["environment:prod"], ["a", "b"]),
        (["environment:prod", "product:truck"], ["b"]),
        (["product:car"], ["a", "c"]),
    ],
)
def test_labels_within_a_grant_narrow_R2(world, labels, reached):
    dee = world.member("dee")
    give_grants(dee, [by_labels(world, *labels)], by=SYSTEM)
    assert edits(dee) == reached


def test_two_groups_widen_R2(world):
    dee = world.member("dee")
    for name, label in (("cars", "product:car"), ("trucks", "product:truck")):
        group = groups.create(world.workspace, name, by=SYSTEM)
        give_grants(group, [by_labels(world, label)], by=SYSTEM)
        groups.add_members(group, [dee], by=SYSTEM)
    assert edits(dee) == ["a", "b", "c"]
