"""Labels on one source or space: who may, who gains and loses, what is kept of it (L3, L6)."""

import pytest
from django.utils import timezone

from accounts.models.user import User
from labels import operations as labels
from labels.models import ResourceLabel
from labels.operations.relabelling import preview
from tests.world import SYSTEM, give_grants
from workspaces.access.engine import Access
from workspaces.change import Actor, Right
from workspaces.errors import Conflict, Refused
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms


def by_label(world, *texts, role="source-admin", **more):
    return Terms(role, "labels", labels=tuple(world.label(text) for text in texts), **more)


def carried(world, ref):
    rows = ResourceLabel.objects.filter(resource=world.resource(ref)).order_by("folded_key")
    return [str(row.label) for row in rows]


def put(world, ref, *texts, by=SYSTEM, **options):
    """Put labels on a resource, in place of other values of their keys."""
    chosen = [world.label(text) for text in texts]
    return labels.relabel(world.resource(ref), put=chosen, replace=True, by=by, **options)


def looked(world, ref, *texts, by=SYSTEM):
    chosen = [world.label(text) for text in texts]
    return preview(world.resource(ref), put=chosen, replace=True, by=by)


def people(review):
    return {c.subject.user.email: (set(c.gained), set(c.lost)) for c in review.people}


ADMIN = {"read", "edit", "delete", "label"}


def test_the_preview_names_each_who_gains_and_who_loses_L6_XD3(world):
    give_grants(world.member("dee"), [by_label(world, "environment:dev")], by=SYSTEM)
    review = looked(world, "source/a", "environment:dev")
    assert people(review) == {
        "bo@example.org": (set(), ADMIN), "dee@example.org": (ADMIN, set())
    }  # fmt: skip
    assert review.before == ("environment:prod", "product:car")
    assert review.after == ("environment:dev", "product:car")


def test_the_trail_keeps_who_gained_and_who_lost_XD3(world):
    give_grants(world.member("dee"), [by_label(world, "environment:dev")], by=SYSTEM)
    event = put(world, "source/a", "environment:dev")
    assert event.before == {"labels": ["environment:prod", "product:car"]}
    assert event.after["gained"] == {"dee@example.org": sorted(ADMIN)}
    assert event.after["lost"] == {"bo@example.org": sorted(ADMIN)}


def test_the_trail_says_the_same_when_the_preview_was_skipped_XD4(world):
    give_grants(world.member("dee"), [by_label(world, "environment:dev")], by=SYSTEM)
    seen = looked(world, "source/a", "environment:dev").digest
    event = put(world, "source/a", "environment:dev", by=SYSTEM.having_seen(seen))
    again = put(world, "source/b", "environment:dev")
    assert event.after["gained"] == again.after["gained"]


def test_a_preview_that_no_longer_fits_is_refused_XD4(world):
    seen = looked(world, "source/a", "environment:dev").digest
    give_grants(world.member("dee"), [by_label(world, "environment:dev")], by=SYSTEM)
    with pytest.raises(Conflict) as conflict:
        put(world, "source/a", "environment:dev", by=SYSTEM.having_seen(seen))
    assert conflict.value.rule == "stale"
    assert carried(world, "source/a") == ["environment:prod", "product:car"]


def test_another_choice_than_the_one_looked_at_is_shown_first_XD4(world):
    seen = looked(world, "source/a", "environment:dev").digest
    with pytest.raises(Refused) as refusal:
        put(world, "source/a", "product:truck", by=SYSTEM.having_seen(seen))
    assert refusal.value.rule == "look"


def test_what_somebody_else_changed_elsewhere_does_not_matter_XD4(world):
    seen = looked(world, "source/a", "environment:dev").digest
    groups.create(world.workspace, "new", by=SYSTEM)
    assert put(world, "source/a", "environment:dev", by=SYSTEM.having_seen(seen))


def test_a_grant_that_asks_for_more_labels_gives_nothing_by_one_of_them_R2(world):
    narrow = by_label(world, "environment:dev", "product:truck")
    give_grants(world.member("dee"), [narrow], by=SYSTEM)
    assert people(looked(world, "source/a", "environment:dev")).keys() == {"bo@example.org"}


def test_who_reaches_it_anyway_neither_gains_nor_loses(world):
    everything = Terms("source-admin", "all")
    give_grants(world.member("bo"), [everything], by=SYSTEM)
    assert people(looked(world, "source/a", "environment:dev")) == {}


def test_a_grant_that_ended_gains_nothing_R6(world):
    ended = by_label(world, "environment:dev", ends=timezone.now())
    give_grants(world.member("dee"), [ended], by=SYSTEM)
    assert "dee@example.org" not in people(looked(world, "source/a", "environment:dev"))


def test_people_of_groups_and_tokens_are_named_too_XD3(world):
    give_grants(world.group("growth"), [by_label(world, "product:truck")], by=SYSTEM)
    token, _ = tokens.create(
        world.workspace, "ci", by=SYSTEM, policy=[by_label(world, "environment:dev")]
    )
    event = put(world, "source/a", "environment:dev", "product:truck")
    assert event.after["gained"] == {f"token {token.name}": sorted(ADMIN)}
    assert event.after["lost"] == {}


def test_putting_what_is_there_is_no_event(world):
    assert put(world, "source/a", "environment:prod") is None


def test_a_right_that_hangs_on_a_label_is_refused_as_a_clash_L6_XD2(world):
    with pytest.raises(Conflict) as conflict:
        put(world, "source/a", "environment:dev", by=world.actor("bo"))
    assert conflict.value.rule == "L6"
    with pytest.raises(Conflict):
        looked(world, "source/a", "environment:dev", by=world.actor("bo"))


def test_a_token_is_held_to_the_same_L6(world):
    policy = [by_label(world, "environment:prod")]
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM, policy=policy)
    right = Right(token, "label", world.resource("source/a"))
    with pytest.raises(Conflict):
        put(world, "source/a", "environment:dev", by=Actor("token", "ci", right=right))


def test_an_owner_whose_other_right_hangs_on_the_label_may_L6(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    assert put(world, "source/a", "environment:dev", by=world.actor("bo"))


def reserve(world):
    """Make the workspace one in which relabelling that widens is for owners (L6)."""
    workspaces.set_plan_and_flag(world.workspace, plan="business", hipaa_eligible=True, by=SYSTEM)


def test_widening_is_for_owners_where_reserved_L6_XD3(world):
    reserve(world)
    give_grants(world.member("dee"), [by_label(world, "product:truck")], by=SYSTEM)
    with pytest.raises(Conflict) as conflict:
        put(world, "source/a", "product:truck", by=world.actor("bo"))
    assert conflict.value.rule == "L6"
    assert carried(world, "source/a") == ["environment:prod", "product:car"]
    assert not Access.of(world.member("dee")).check("read", world.resource("source/a"))
    assert put(world, "source/a", "product:truck", by=world.actor("ada"))


def test_a_token_that_would_gain_counts_as_widening_L6(world):
    reserve(world)
    tokens.create(world.workspace, "ci", by=SYSTEM, policy=[by_label(world, "product:truck")])
    with pytest.raises(Conflict):
        put(world, "source/a", "product:truck", by=world.actor("bo"))


def test_narrowing_is_for_everybody_who_may_label_where_widening_is_reserved_L6(world):
    reserve(world)
    give_grants(world.member("dee"), [by_label(world, "product:car")], by=SYSTEM)
    event = labels.relabel(
        world.resource("source/a"), take=[world.label("product:car")], by=world.actor("bo")
    )
    assert event.after["lost"].keys() == {"dee@example.org"}


def test_owners_may_open_it_again_in_a_HIPAA_workspace_L6(world):
    reserve(world)
    world.workspace.relabel_reserved = False
    world.workspace.hipaa_eligible = True
    world.workspace.save()
    give_grants(world.member("dee"), [by_label(world, "product:truck")], by=SYSTEM)
    assert put(world, "source/a", "product:truck", by=world.actor("bo"))


def test_a_member_who_left_changes_nothing_XC4(world):
    bo = world.actor("bo")
    members.remove(world.member("bo"), by=SYSTEM)
    with pytest.raises(Refused):
        put(world, "source/a", "product:truck", by=bo)
    assert carried(world, "source/a") == ["environment:prod", "product:car"]


@pytest.mark.parametrize("size", [2, 40])
def test_statements_do_not_grow_with_people(world, size, django_assert_num_queries):
    crowd = [members.add(world.workspace, user, by=SYSTEM) for user in strangers(size)]
    groups.add_members(world.group("growth"), crowd, by=SYSTEM)
    source = world.resource("source/a")
    dev = world.label("environment:dev")
    with django_assert_num_queries(18):
        event = labels.relabel(source, put=[dev], replace=True, by=SYSTEM)
    assert len(event.after["lost"]) == size + 1


def strangers(number):
    return [User.objects.create_user(f"s{i}@example.org") for i in range(number)]
