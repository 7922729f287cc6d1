"""Tokens and invites stand on a resource's *People*, beside its people (R14, I1)."""

import pytest

from tests.cast.invited import ask
from tests.world import SYSTEM
from workspaces.access.engine import Access
from workspaces.access.who import invites_that_would
from workspaces.catalogue import ACTIONS
from workspaces.change import lock_workspace
from workspaces.operations.invites.contents import Offer
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms


@pytest.fixture
def full(world):
    """Tokens and invites, some of which reach source A."""
    prod = (Terms("source-admin", "labels", labels=(world.label("environment:prod"),)),)
    tokens.create(world.workspace, "ci", by=SYSTEM, policy=prod)
    tokens.create(world.workspace, "elsewhere", by=SYSTEM, policy=[Terms("space-admin", "all")])
    ask(world, "own@example.org", Offer(grants=prod), ident="1")
    ask(world, "grouped@example.org", Offer(groups=(world.group("growth"),)), ident="2")
    ask(world, "owner@example.org", Offer(owner=True), ident="3")
    ask(world, "nothing@example.org", ident="4")
    ask(world, "reader@example.org", Offer(grants=(Terms("source-read-only", "all"),)), ident="5")
    return world


def test_whoever_accepts_would_hold_what_who_says_of_invites_I1_R9(full):
    invites = list(full.workspace.invites.open())
    for thing in [*full.workspace.resources.all(), full.workspace]:
        for action in ACTIONS[getattr(thing, "type", "workspace")]:
            would = {invite for invite in invites if Access.of(invite).check(action, thing)}
            assert set(invites_that_would(action, thing)) == would, (action, thing)


def test_an_invite_that_is_over_is_none_I1(full):
    with lock_workspace(full.workspace.pk, by=SYSTEM):
        full.workspace.invites.update(voided_at=full.workspace.created_at)
    assert not invites_that_would("read", full.resource("source/a")).exists()


def test_tokens_and_invites_stand_in_people_with_their_paths(full, see):
    page = see("ada", "sources/a/people")
    context = page.answer.context
    assert [(row.name, row.level) for row in context["tokens"]] == [("ci", "edit")]
    assert [(row.name, row.level) for row in context["invites"]] == [
        ("grouped@example.org", "edit"), ("own@example.org", "edit"),
        ("owner@example.org", "edit"), ("reader@example.org", "view"),
    ]  # fmt: skip
    assert "They reach nothing yet" in page
    assert "3 people reach it" in page


@pytest.mark.parametrize("who", ["bo", "cy"])  # may edit it, may read it
def test_nobody_but_owners_is_told_of_either_R14(full, see, who):
    page = see(who, "sources/a/people")
    assert "own@example.org" not in page.raw
    assert "Tokens" not in page.text.split("3 people reach it")[1]
