"""A whole policy in one step: what is shown first is what is saved then (R14, R7)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from tests.oracle import Oracle
from tests.workspaces.access.test_property import in_many_worlds
from tests.world import SYSTEM, World, give_grants
from workspaces.access.changes.levels import NONE
from workspaces.access.decide import rights
from workspaces.access.engine import Access
from workspaces.change import audit
from workspaces.errors import Conflict, Refused
from workspaces.models import Event, GrantTerms
from workspaces.operations.grants import policies
from workspaces.operations.grants.policies import Proposal
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.resources import resources
from workspaces.terms import Terms


def readers(world: World, *refs: str) -> GrantTerms:
    return Terms(
        "source-read-only", "resources", resources=tuple(world.resource(ref) for ref in refs)
    )


def by_label(world: World, role: str, *labels: str) -> GrantTerms:
    return Terms(role, "labels", labels=tuple(world.label(text) for text in labels))


def shown(review):
    return [(m.type, m.was, m.becomes, m.count) for m in review.moves]


def test_a_preview_says_what_rises_and_writes_nothing(world):
    proposal = Proposal((by_label(world, "source-admin", "environment:prod"),))
    review = policies.preview(world.member("cy"), proposal)
    assert shown(review) == [
        ("source", "none", "edit", 1),
        ("source", "view", "edit", 1),
        ("destination", "view", "edit", 1),
    ]
    assert review.moves[0].names == ("Source B",)
    assert review.changes == 2
    assert world.member("cy").grants.count() == 1


def test_what_groups_give_stays_and_is_said_to(world):
    bo = world.member("bo")
    give_grants(bo, [readers(world, "source/a", "source/c")], by=SYSTEM)
    review = policies.preview(bo, Proposal())
    assert shown(review) == [("source", "view", "none", 1)]
    growth = (world.group("growth").pk,)
    stays = {stay.type: (stay.count, stay.groups) for stay in review.stays}
    assert stays == {"source": (1, growth), "destination": (1, growth)}


def test_rights_on_the_workspace_are_told_too(world):
    review = policies.preview(world.member("dee"), Proposal((Terms("source-admin", "all"),)))
    assert review.gained == ("create_source",)
    assert review.lost == ()


def test_becoming_an_owner_is_everything_R3(world):
    review = policies.preview(world.member("dee"), Proposal(owner=True))
    assert "administer" in review.gained
    assert sum(move.count for move in review.moves if move.becomes == "edit") == 8


def test_a_change_keeps_equal_grants_as_they_are(world):
    cy = world.member("cy")
    kept = cy.grants.get()
    policies.change(
        cy, Proposal((*policies.as_proposed(cy), Terms("function-admin", "all"))), by=SYSTEM
    )
    assert set(cy.grants.values_list("role", flat=True)) == {"source-read-only", "function-admin"}
    assert cy.grants.get(role="source-read-only").pk == kept.pk


def test_one_save_is_one_event_with_before_and_after_A1(world):
    cy = world.member("cy")
    before = Event.objects.filter(workspace=world.workspace).count()
    event = policies.change(
        cy, Proposal((Terms("function-admin", "all"),), owner=True), by=SYSTEM.because("OPS-1")
    )
    assert Event.objects.filter(workspace=world.workspace).count() == before + 1
    assert event.action == "policy.changed"
    assert event.reason == "OPS-1"
    assert event.before == {
        "grants": [{"role": "source-read-only", "scope": {"resources": ["source/a"]}}],
        "owner": False,
    }
    assert event.after == {
        "grants": [{"role": "function-admin", "scope": {"all": True}}],
        "owner": True,
    }


def test_a_save_that_changes_nothing_leaves_no_event(world):
    cy = world.member("cy")
    assert policies.change(cy, Proposal(policies.as_proposed(cy)), by=SYSTEM) is None


def test_no_event_no_change_A1(world, monkeypatch):
    def away(*args, **options):
        raise DatabaseError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", away)
    with pytest.raises(DatabaseError):
        policies.change(world.member("cy"), Proposal(owner=True), by=SYSTEM)
    assert not world.member("cy").owner
    assert world.member("cy").grants.count() == 1


def test_what_was_looked_at_is_saved(world):
    dee, proposal = world.member("dee"), Proposal((readers(world, "source/a"),))
    seen = policies.preview(dee, proposal).digest
    assert policies.change(dee, proposal, by=SYSTEM.having_seen(seen))


def test_a_review_that_others_made_stale_is_a_conflict_XD4(world):
    dee = world.member("dee")
    proposal = Proposal((by_label(world, "source-admin", "environment:prod"),))
    seen = policies.preview(dee, proposal).digest
    resources.delete(world.resource("source/b"), by=SYSTEM)
    with pytest.raises(Conflict, match="meanwhile"):
        policies.change(dee, proposal, by=SYSTEM.having_seen(seen))
    assert not dee.grants.exists()


def test_somebody_elses_change_that_makes_no_difference_is_no_conflict(world):
    dee, proposal = world.member("dee"), Proposal((readers(world, "source/a"),))
    seen = policies.preview(dee, proposal).digest
    groups.create(world.workspace, "elsewhere", by=SYSTEM)
    assert policies.change(dee, proposal, by=SYSTEM.having_seen(seen))


def test_a_form_changed_after_its_review_is_shown_again(world):
    dee = world.member("dee")
    seen = policies.preview(dee, Proposal((readers(world, "source/a"),))).digest
    with pytest.raises(Refused, match="Save again") as refused:
        policies.change(dee, Proposal((readers(world, "source/b"),)), by=SYSTEM.having_seen(seen))
    assert not isinstance(refused.value, Conflict)


def test_two_owners_editing_one_policy_lose_nothing_XI8(world):
    dee = world.member("dee")
    first, second = (Proposal((readers(world, f"source/{slug}"),)) for slug in ("a", "b"))
    seen = [policies.preview(dee, proposal).digest for proposal in (first, second)]
    policies.change(dee, first, by=SYSTEM.having_seen(seen[0]))
    with pytest.raises(Conflict):
        policies.change(dee, second, by=SYSTEM.having_seen(seen[1]))
    assert Access.of(dee).check("read", world.resource("source/a"))


def test_the_last_owner_keeps_the_flag_R7_XC1(world):
    with pytest.raises(Conflict, match="last owner"):
        policies.change(world.member("ada"), Proposal(owner=False), by=SYSTEM)
    assert world.member("ada").owner


@pytest.mark.parametrize(
    "grant",
    [
        Terms("warehouse-admin", "labels"),
        Terms("source-admin", "labels"),
        Terms("source-admin", "resources"),
        Terms("no-such-role", "all"),
        Terms("workspace-owner", "all"),
    ],
)
def test_a_grant_that_is_not_valid_changes_nothing_XB4_XB5_XB6(world, grant):
    with pytest.raises(Refused):
        policies.change(world.member("cy"), Proposal((grant,), owner=True), by=SYSTEM)
    assert not world.member("cy").owner
    assert world.member("cy").grants.get().role == "source-read-only"


def test_a_grant_that_has_ended_gives_nothing_in_the_preview_R6(world):
    ended = timezone.now() - timedelta(seconds=1)
    grant = Terms("source-admin", "all", ends=ended)
    review = policies.preview(world.member("dee"), Proposal((grant,)))
    assert review.moves == ()
    assert review.changes == 1


def test_a_group_changes_like_a_member(world):
    group = world.group("growth")
    proposal = Proposal((Terms("space-admin", "all"),))
    review = policies.preview(group, proposal)
    assert ("warehouse", "view", "none", 1) in shown(review)
    policies.change(group, proposal, by=SYSTEM.having_seen(review.digest))
    assert Access.of(world.member("bo")).check("edit", world.resource("space/eu"))


def test_statements_do_not_grow_with_grants(world, django_assert_max_num_queries):
    dee = world.member("dee")
    many = [readers(world, "source/a", "source/b", "source/c")] * 40
    give_grants(dee, many, by=SYSTEM)
    with django_assert_max_num_queries(14):
        policies.preview(dee, Proposal((Terms("source-admin", "all"),)))


@pytest.mark.django_db
def test_the_preview_never_differs_from_what_the_save_does_R9(request):
    in_many_worlds(previewed, request.config.getoption("--worlds") // 4)


def previewed(world: World, oracle: Oracle) -> None:
    """Let one person get another's policy: what was shown is what the answers then differ by."""
    first, second = (world.member(f"p{i}@example.org") for i in (0, 1))
    things = list(world.workspace.resources.all())
    proposal = Proposal(policies.living(policies.as_proposed(second)), owner=second.owner)
    review = policies.preview(first, proposal)
    before = levels(first, things)
    on_workspace = Access.of(first).on_workspace()
    policies.change(first, proposal, by=SYSTEM.having_seen(review.digest))
    after = levels(first, things)
    moved = {}
    for thing in things:
        for was, becomes in zip(before[thing.pk], after[thing.pk], strict=True):
            if was != becomes:
                key = (thing.type, was, becomes)
                moved[key] = moved.get(key, 0) + 1
    assert {(m.type, m.was, m.becomes): m.count for m in review.moves} == moved
    assert Access.of(first).on_workspace() == (on_workspace | set(review.gained)) - set(review.lost)


def levels(member, things):
    """Return each thing's level, and the rights beside it, from single checks."""
    access = Access.of(member)
    facts = access.facts(things)
    found = {}
    for thing in things:
        allowed = rights(access.policy, facts[thing.pk])
        level = "edit" if "edit" in allowed else "view" if "read" in allowed else NONE
        found[thing.pk] = (
            level,
            "engage" if "engage" in allowed else NONE,
            "view_pii" if "view_pii" in allowed else NONE,
        )
    return found


def test_members_whose_ownership_is_not_named_keep_it(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    policies.change(world.member("bo"), Proposal((readers(world, "source/a"),)), by=SYSTEM)
    assert world.member("bo").owner
