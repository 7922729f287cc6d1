"""What a review covers, and that its items are fixed when it opens (V1, V2)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.world import SYSTEM, give_grants
from workspaces.errors import Refused
from workspaces.models import Covers
from workspaces.operations.groups import groups
from workspaces.operations.tokens import tokens
from workspaces.terms import Eligible, Terms


def ways_of(review):
    return [(i.holder.partition("@")[0], str(i.way), i.called) for i in review.items.in_order()]


def test_people_have_an_item_for_each_way_they_hold_something_V2(reviewing):
    assert ways_of(reviewing.open()) == [
        ("ada", "owner", "Workspace Owner"),
        ("bo", "place", "growth"),
        ("cy", "grant", "Source Read-only"),
        ("olga", "owner", "Workspace Owner"),
    ]


def test_a_group_without_grants_is_no_way_V2(reviewing):
    groups.create(
        reviewing.world.workspace, "readers", by=SYSTEM, members=[reviewing.world.member("dee")]
    )
    assert "dee" not in {who for who, *_ in ways_of(reviewing.open())}


def test_what_has_ended_is_no_way_and_what_is_planned_is_one_V2_W1(reviewing):
    now, dee = timezone.now(), reviewing.world.member("dee")
    give_grants(dee, [Terms("space-admin", "all", ends=now - timedelta(days=1))])
    give_grants(dee, [Terms("source-admin", "all", starts=now + timedelta(days=1))])
    review = reviewing.open()
    assert [item.called for item in review.items.filter(holder__startswith="dee")] == [
        "Source Admin"
    ]


def test_items_are_fixed_when_it_opens_V2(reviewing):
    review = reviewing.open()
    give_grants(reviewing.world.member("dee"), [Terms("source-admin", "all")])
    assert not review.items.filter(holder__startswith="dee").exists()


@pytest.mark.parametrize(
    ("covers", "expected"),
    [
        (Covers.BROAD, {("ada", "owner"), ("olga", "owner"), ("dee", "grant"), ("robot", "token")}),
        (Covers.PII, {("cy", "grant")}),
        (Covers.OWNERS, {("ada", "owner"), ("olga", "owner"), ("bo", "place")}),
        (Covers.ELIGIBLE, {("dee", "grant")}),
    ],
)
def test_a_review_covers_what_it_says_V1(reviewing, covers, expected):
    world = reviewing.world
    give_grants(world.member("dee"), [Terms("source-admin", "all")])
    held = Eligible(proof=False)
    give_grants(world.member("dee"), [Terms("space-read-only", "all", eligible=held)])
    give_grants(world.member("cy"), [Terms("pii-access", "all")])
    chiefs = [Terms("workspace-owner", "all", ends=timezone.now() + timedelta(days=3))]
    groups.create(world.workspace, "chiefs", by=SYSTEM, policy=chiefs, members=[world.member("bo")])
    tokens.create(world.workspace, "robot", by=SYSTEM, policy=[Terms("warehouse-admin", "all")])
    found = {(who, way) for who, way, _called in ways_of(reviewing.open(covers))}
    if covers == Covers.BROAD:
        expected = expected | {("bo", "place")}
    assert found == expected


def test_a_review_of_tokens_has_their_grants_V1(reviewing):
    workspace = reviewing.world.workspace
    tokens.create(workspace, "robot", by=SYSTEM, policy=[Terms("source-admin", "all")])
    gone, _ = tokens.create(workspace, "old", by=SYSTEM, policy=[Terms("source-admin", "all")])
    tokens.revoke(gone, by=SYSTEM)
    review = reviewing.open(Covers.TOKENS, choose=lambda w: w.tokens.all())
    assert ways_of(review) == [("robot", "token", "Source Admin")]


def test_a_review_of_labels_has_whoever_holds_something_by_them_V1(reviewing):
    label = reviewing.world.label("environment:prod")
    review = reviewing.open(Covers.LABELS, choose=lambda w: w.labels.filter(pk=label.pk))
    assert ways_of(review) == [("bo", "place", "growth")]


def test_a_review_of_groups_has_the_places_in_them_V1(reviewing):
    review = reviewing.open(Covers.GROUPS, choose=lambda w: w.groups.all())
    assert ways_of(review) == [("bo", "place", "growth")]


def test_an_item_says_since_when_and_by_whom_V2(reviewing):
    world = reviewing.world
    groups.add_members(world.group("growth"), [world.member("dee")], by=world.actor("ada"))
    item = reviewing.item(reviewing.open(), "dee")
    assert (item.given_by, item.since.date()) == ("ada@example.org", timezone.now().date())


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("covers", "everything"),
        ("reviewers", "friends"),
        ("again", "weekly"),
        ("unanswered", "keep"),
    ],
)
def test_a_word_that_is_not_known_opens_nothing_V1(reviewing, field, wrong):
    with pytest.raises(Refused) as refused:
        reviewing.open(**{"choose": lambda w: w.members.all(), field: wrong})
    assert refused.value.field == field
    assert not reviewing.world.workspace.reviews.exists()


def test_a_review_of_nothing_is_not_opened_V1(reviewing):
    with pytest.raises(Refused) as refused:
        reviewing.open(Covers.PII)
    assert refused.value.field == "covers"
    assert not reviewing.world.workspace.reviews.exists()
