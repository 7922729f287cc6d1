"""The safe rename: another label in the place of the old one, everywhere at once (L5)."""

from functools import partial

import pytest

from labels import operations as labels
from labels.models import Label, ResourceLabel
from labels.operations.replacing import preview
from labels.syntax import parse_label
from tests.peers.race import together
from tests.world import SYSTEM, acme, build, give_grants
from workspaces.access.engine import Access
from workspaces.errors import Conflict, Refused
from workspaces.models import Grant
from workspaces.operations.tokens import tokens
from workspaces.operations.trail import undo
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms


def replace(world, old, new, *, by=SYSTEM):
    return labels.replace(world.label(old), parse_label(new), by=by)


def looked(world, old, new):
    return preview(world.label(old), parse_label(new))


def by_label(world, *texts, role="source-admin"):
    return Terms(role, "labels", labels=tuple(world.label(text) for text in texts))


def carrying(world, text):
    rows = ResourceLabel.objects.filter(label=world.label(text)).order_by("resource__slug")
    return [row.resource.ref for row in rows]


def test_a_new_label_takes_over_on_everything_and_in_every_grant_L5(world):
    give_grants(
        world.member("dee"), [by_label(world, "environment:prod", "product:car")], by=SYSTEM
    )
    token, _ = tokens.create(
        world.workspace, "ci", by=SYSTEM, policy=[by_label(world, "environment:prod")]
    )
    new = replace(world, "environment:prod", "stage:live")
    assert carrying(world, "stage:live") == ["source/a", "source/b", "space/eu"]
    assert not world.workspace.labels.filter(key="environment", value="prod").exists()
    assert Grant.objects.filter(label_set__label=new).count() == 3
    source_a = world.resource("source/a")
    for subject in (world.member("bo"), world.member("dee"), token):
        assert Access.of(subject).check("edit", source_a)


def test_the_key_a_resource_carries_it_under_follows_L3(world):
    replace(world, "environment:prod", "stage:live")
    rows = ResourceLabel.objects.filter(resource=world.resource("source/a"))
    assert sorted(rows.values_list("folded_key", flat=True)) == ["product", "stage"]


def test_the_description_goes_along(world):
    labels.create(world.workspace, parse_label("old:one"), description="What for", by=SYSTEM)
    assert replace(world, "old:one", "new:one").description == "What for"


def test_it_is_one_event_that_lists_what_moved_A1(world):
    replace(world, "environment:prod", "environment:live", by=SYSTEM.because("rename"))
    event = world.workspace.events.newest_first().first()
    assert event.action == "label.replaced"
    assert event.before == {
        "label": "environment:prod",
        "on": ["source/a", "source/b", "space/eu"],
        "grants": [
            {
                "holder": "group growth",
                "role": "source-admin",
                "scope": {"labels": ["environment:prod"]},
            }
        ],
    }
    assert event.after == {"label": "environment:live", "made": True, "access": {}}
    assert event.reason == "rename"


def test_with_a_new_label_nobodys_access_changes_L5(world):
    before = everybody(world)
    review = looked(world, "environment:prod", "environment:live")
    replace(world, "environment:prod", "environment:live", by=SYSTEM.having_seen(review.digest))
    assert review.concerned is None
    assert everybody(world) == before


def everybody(world):
    """Return what each member may read and edit."""
    return {
        (member.user.email, action): {
            thing.ref for thing in Access.of(member).reach_any_type(action)
        }
        for member in world.workspace.members.select_related("user")
        for action in ("read", "edit")
    }


def test_the_preview_counts_things_and_grants_L5(world):
    give_grants(world.member("dee"), [by_label(world, "environment:prod")], by=SYSTEM)
    review = looked(world, "environment:prod", "environment:live")
    assert review.resources == (("source", 2), ("space", 1))
    assert review.holders == (("member", 1), ("group", 1))
    assert review.grants == 2


def test_the_preview_of_a_merge_says_who_gains_L5(world):
    give_grants(world.member("dee"), [by_label(world, "environment:dev")], by=SYSTEM)
    review = looked(world, "environment:prod", "environment:dev")
    people = {
        one.member.user.email: [(m.type, m.was, m.becomes, m.count) for m in one.moves]
        for one in review.concerned.people.people
    }
    assert people == {
        "bo@example.org": [("source", "none", "edit", 1)],
        "dee@example.org": [
            ("source", "none", "edit", 2), ("destination", "none", "edit", 1)
        ],
    }  # fmt: skip
    replace(world, "environment:prod", "environment:dev", by=SYSTEM.having_seen(review.digest))
    assert Access.of(world.member("dee")).check("edit", world.resource("source/a"))


def test_a_grant_that_asked_for_both_asks_for_one_L5(world):
    labels.create(world.workspace, parse_label("stage:live"), by=SYSTEM)
    give_grants(world.member("dee"), [by_label(world, "environment:prod", "stage:live")], by=SYSTEM)
    labels.relabel(world.resource("source/a"), put=[world.label("stage:live")], by=SYSTEM)
    replace(world, "environment:prod", "stage:live")
    [grant] = world.member("dee").grants.all()
    assert grant.n_labels == grant.label_set.count() == 1
    assert carrying(world, "stage:live") == ["source/a", "source/b", "space/eu"]
    assert Access.of(world.member("dee")).check("edit", world.resource("source/b"))


def test_a_label_is_not_replaced_by_its_own_spelling_L1_L5(world):
    with pytest.raises(Refused) as refusal:
        replace(world, "environment:prod", "Environment:PROD")
    assert refusal.value.rule == "L1"


def test_two_values_of_one_key_on_a_thing_are_refused_L3(world):
    with pytest.raises(Conflict) as conflict:
        replace(world, "environment:prod", "product:suv")
    assert conflict.value.rule == "L3"
    assert world.label("environment:prod")


def test_two_values_of_one_key_in_a_grant_are_refused_XD8(world):
    labels.create(world.workspace, parse_label("stage:beta"), by=SYSTEM)
    give_grants(world.member("dee"), [by_label(world, "environment:prod", "stage:beta")], by=SYSTEM)
    with pytest.raises(Conflict) as conflict:
        replace(world, "environment:prod", "stage:live")
    assert conflict.value.rule == "XD8"


def test_a_full_plan_still_takes_a_label_in_the_place_of_another_L7(world):
    small_plan(world)
    for number in range(3):
        labels.create(world.workspace, parse_label(f"brand:v{number}"), by=SYSTEM)
    assert replace(world, "brand:v0", "brand:v9")
    with pytest.raises(Refused):
        labels.create(world.workspace, parse_label("brand:v10"), by=SYSTEM)


def small_plan(world):
    workspaces.set_plan_and_flag(
        world.workspace, plan="free", hipaa_eligible=False, by=SYSTEM.because("smaller")
    )


def test_a_preview_that_no_longer_fits_is_refused_XD4(world):
    seen = looked(world, "environment:prod", "environment:dev").digest
    give_grants(world.member("dee"), [by_label(world, "environment:dev")], by=SYSTEM)
    with pytest.raises(Conflict) as conflict:
        replace(world, "environment:prod", "environment:dev", by=SYSTEM.having_seen(seen))
    assert conflict.value.rule == "stale"


def test_it_can_be_undone_where_the_label_was_made_for_it(world):
    before = everybody(world)
    replace(world, "environment:prod", "stage:live")
    event = world.workspace.events.newest_first().first()
    undo.undo(world.workspace, event.number, by=SYSTEM)
    assert carrying(world, "environment:prod") == ["source/a", "source/b", "space/eu"]
    assert everybody(world) == before


def test_a_merge_is_not_undone_and_says_why(world):
    replace(world, "environment:prod", "environment:dev")
    event = world.workspace.events.newest_first().first()
    with pytest.raises(Conflict, match="was there before"):
        undo.undo(world.workspace, event.number, by=SYSTEM)


def crowd(size):
    """Return a world in which one label is on `size` sources and in 40 grants or more."""
    emails = [f"p{i}@example.org" for i in range(40)]
    scope = {"labels": ["environment:prod"]}
    return build(
        acme(
            resources=[
                {"type": "source", "slug": f"s{i}", "name": f"S {i}",
                 "labels": ["environment:prod"]}
                for i in range(size)
            ],
            members=[{"email": "ada@example.org", "owner": True}] + [
                {"email": email, "grants": [{"role": "source-admin", "scope": scope}]}
                for email in emails
            ],
            groups=[],
        )
    )  # fmt: skip


@pytest.mark.parametrize("size", [1, 10_000])
def test_ten_thousand_things_and_forty_grants_take_as_many_statements(
    db, size, django_assert_num_queries
):
    world = crowd(size)
    old = world.label("environment:prod")
    with django_assert_num_queries(25):
        new = labels.replace(old, parse_label("environment:live"), by=SYSTEM)
    assert new.uses.count() == size
    assert new.grant_uses.count() == 40


@pytest.mark.django_db(transaction=True)
def test_replaced_and_put_on_at_once_leaves_no_loose_end_L4_XD5():
    world = build()
    source = world.resource("source/c")
    old = world.label("environment:prod")
    outcomes = together(
        partial(labels.replace, old, parse_label("environment:live"), by=SYSTEM),
        partial(labels.relabel, source, put=[old], replace=True, by=SYSTEM),
    )
    assert not Label.objects.filter(pk=old.pk).exists()
    refused = isinstance(outcomes[1], Refused)
    assert ("source/c" in carrying(world, "environment:live")) != refused


@pytest.mark.django_db(transaction=True)
def test_replaced_and_given_at_once_leaves_no_loose_end_L4_XD5():
    world = build()
    dee, old = world.member("dee"), world.label("environment:prod")
    outcomes = together(
        partial(labels.replace, old, parse_label("environment:live"), by=SYSTEM),
        partial(give_grants, dee, [by_label(world, "environment:prod")], by=SYSTEM),
    )
    refused = isinstance(outcomes[1], Refused)
    assert Access.of(dee).check("edit", world.resource("source/a")) != refused
