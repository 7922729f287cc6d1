"""What reviewers may say, and of what (V1, V3, V4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.world import SYSTEM, give_grants
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import Answer, Covers, Reviewers, ReviewItem
from workspaces.operations.groups import groups, managers
from workspaces.operations.reviews import answering
from workspaces.operations.reviews.answering import Said
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms


def test_an_answer_stands_with_who_gave_it_V4(reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "bo")], Answer.REMOVE, note="Left the team")
    item = reviewing.item(review, "bo")
    assert (item.answer, item.note, item.answered_name) == (
        Answer.REMOVE,
        "Left the team",
        "ada@example.org",
    )
    assert item.answered_at is not None


def test_an_answer_changes_until_the_review_closes_V4(reviewing):
    review = reviewing.open()
    cy = [reviewing.item(review, "cy")]
    ends = timezone.now() + timedelta(days=30)
    reviewing.say(review, cy, Answer.END, ends=ends)
    reviewing.say(review, cy, Answer.KEEP)
    item = reviewing.item(review, "cy")
    assert (item.answer, item.ends_at) == (Answer.KEEP, None)


def test_an_answer_is_taken_back_V4(reviewing):
    review = reviewing.open()
    cy = [reviewing.item(review, "cy")]
    reviewing.say(review, cy, Answer.KEEP)
    reviewing.say(review, cy, "")
    item = reviewing.item(review, "cy")
    assert (item.answer, item.answered_name, item.answered_at) == ("", "", None)


def test_a_note_alone_answers_nothing_V4(reviewing):
    review = reviewing.open()
    item = reviewing.item(review, "cy")
    answering.answer(review, [item.number], Said(note="Ask Bo"), by=reviewing.actor("ada"))
    item.refresh_from_db()
    assert (item.answer, item.note, item.answered_name) == ("", "Ask Bo", "")


def test_nobody_reviews_what_is_their_own_V3_XU1(reviewing):
    review = reviewing.open()
    with pytest.raises(Denied):
        reviewing.say(review, [reviewing.item(review, "ada")], Answer.KEEP)


def test_one_of_ones_own_among_many_answers_none_V3_XU1(reviewing):
    review = reviewing.open()
    with pytest.raises(Denied):
        reviewing.say(review, list(review.items.all()), Answer.KEEP)
    assert not review.items.exclude(answer="").exists()


def test_the_grants_of_a_token_are_its_makers_own_V3_XU1(reviewing):
    workspace = reviewing.world.workspace
    tokens.create(
        workspace, "robot", by=reviewing.actor("ada"), policy=[Terms("source-admin", "all")]
    )
    review = reviewing.open(Covers.TOKENS, choose=lambda w: w.tokens.all())
    with pytest.raises(Denied):
        reviewing.say(review, [reviewing.item(review, "robot")], Answer.KEEP)
    assert reviewing.say(review, [reviewing.item(review, "robot")], Answer.KEEP, by="olga") == 1


def test_another_owner_reviews_an_owners_own_V3(reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "ada")], Answer.KEEP, by="olga")
    assert reviewing.item(review, "ada").answered_name == "olga@example.org"


def test_a_member_who_is_not_asked_reviews_nothing_V1(reviewing):
    review = reviewing.open()
    with pytest.raises(Denied):
        reviewing.say(review, [reviewing.item(review, "cy")], Answer.KEEP, by="dee")


def test_whoever_edits_the_resource_reviews_grants_that_list_it_V1(reviewing):
    review = reviewing.open(reviewers=Reviewers.EDITORS)
    assert reviewing.say(review, [reviewing.item(review, "cy")], Answer.KEEP, by="bo") == 1
    with pytest.raises(Denied):
        reviewing.say(review, [reviewing.item(review, "olga")], Answer.KEEP, by="bo")


def test_a_groups_manager_reviews_the_places_in_it_but_their_own_V1_V3_W6_XU1(reviewing):
    growth, dee = reviewing.world.group("growth"), reviewing.world.member("dee")
    managers.set_managers(growth, [dee], by=SYSTEM)
    groups.add_members(growth, [dee], by=SYSTEM)
    review = reviewing.open(reviewers=Reviewers.MANAGERS)
    assert reviewing.say(review, [reviewing.item(review, "bo")], Answer.KEEP, by="dee") == 1
    for other in ("dee", "cy"):
        with pytest.raises(Denied):
            reviewing.say(review, [reviewing.item(review, other)], Answer.KEEP, by="dee")


def test_who_manages_no_more_reviews_no_more_V1_W6(reviewing):
    growth = reviewing.world.group("growth")
    managers.set_managers(growth, [reviewing.world.member("dee")], by=SYSTEM)
    review = reviewing.open(reviewers=Reviewers.MANAGERS)
    managers.set_managers(growth, [], by=SYSTEM)
    with pytest.raises(Denied):
        reviewing.say(review, [reviewing.item(review, "bo")], Answer.KEEP, by="dee")


def test_who_edits_some_of_the_listed_resources_reviews_nothing_V1(reviewing):
    world = reviewing.world
    both = (world.resource("source/a"), world.resource("source/c"))
    give_grants(world.member("dee"), [Terms("source-read-only", "resources", resources=both)])
    review = reviewing.open(reviewers=Reviewers.EDITORS)
    with pytest.raises(Denied):
        reviewing.say(review, [reviewing.item(review, "dee")], Answer.KEEP, by="bo")


def test_a_closed_review_takes_no_answers_V4_XU2(reviewing):
    review = reviewing.close(reviewing.open())
    with pytest.raises(Conflict):
        reviewing.say(review, [reviewing.item(review, "cy")], Answer.KEEP)


def test_numbers_that_no_item_has_answer_nothing_XU2(reviewing):
    review = reviewing.open()
    with pytest.raises(Denied):
        answering.answer(review, [99], Said(Answer.KEEP), by=reviewing.actor("ada"))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said("maybe"), "answer"),
        (Said(Answer.END), "ends"),
        (Said(Answer.END, timezone.now() - timedelta(days=1)), "ends"),
        (Said(Answer.KEEP, timezone.now() + timedelta(days=1)), "ends"),
        (Said(Answer.KEEP, note="n" * 501), "note"),
    ],
)
def test_an_answer_that_says_nothing_is_refused_by_its_field_V4(reviewing, said, field):
    review = reviewing.open()
    item = reviewing.item(review, "cy")
    with pytest.raises(Refused) as refused:
        answering.answer(review, [item.number], said, by=reviewing.actor("ada"))
    assert refused.value.field == field
    assert not ReviewItem.objects.exclude(answer="", note="").exists()


def test_ownership_by_own_role_has_no_end_V4_R7(reviewing):
    review = reviewing.open()
    ends = timezone.now() + timedelta(days=30)
    with pytest.raises(Refused):
        reviewing.say(review, [reviewing.item(review, "olga")], Answer.END, ends=ends)


def test_whoever_owns_no_more_reviews_no_more_V3(reviewing):
    review = reviewing.open()
    ada = reviewing.actor("ada")
    reviewing.say(review, [reviewing.item(review, "ada")], Answer.REMOVE, by="olga")
    reviewing.close(review, by="olga")
    again = reviewing.open(by="olga")
    with pytest.raises(Denied):
        answering.answer(again, [reviewing.item(again, "cy").number], Said(Answer.KEEP), by=ada)


def test_a_system_answers_for_nobody_V3(reviewing):
    review = reviewing.open()
    item = reviewing.item(review, "cy")
    with pytest.raises(Denied):
        answering.answer(review, [item.number], Said(Answer.KEEP), by=SYSTEM)
