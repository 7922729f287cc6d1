"""Closing a review: all that was answered happens at once, and nothing else (V4)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Mail
from tests.cast.managing import through
from tests.world import SYSTEM, everything, give_grants
from workspaces.access.engine import Access
from workspaces.change import lock_workspace
from workspaces.errors import Conflict, Denied, Unproved
from workspaces.models import (
    Answer,
    Covers,
    DirectoryGroup,
    GroupMember,
    ReviewOutcome,
    Unanswered,
)
from workspaces.operations.grants import ends
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.reviews import closing
from workspaces.operations.tokens import tokens
from workspaces.operations.trail import undo
from workspaces.spans import Span
from workspaces.terms import Terms

LATER = timezone.now() + timedelta(days=30)


def outcomes(review):
    return {i.holder.partition("@")[0]: i.outcome for i in review.items.exclude(outcome="")}


def test_what_is_to_be_taken_away_goes_V4(reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, who) for who in ("bo", "cy", "olga")])
    reviewing.close(review)
    world = reviewing.world
    assert not world.member("cy").grants.exists()
    assert not world.member("bo").joined_groups.exists()
    assert not world.member("olga").owner
    assert outcomes(review) == dict.fromkeys(("bo", "cy", "olga"), "applied")


def test_what_is_to_end_gets_its_end_V4(reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, w) for w in ("bo", "cy")], Answer.END, ends=LATER)
    reviewing.close(review)
    world = reviewing.world
    assert world.member("cy").grants.get().expires_at == LATER
    assert world.member("bo").joined_groups.get().expires_at == LATER


def test_an_end_is_never_made_later_V4(reviewing):
    world, soon = reviewing.world, timezone.now() + timedelta(days=3)
    (grant,) = give_grants(world.member("dee"), [Terms("source-admin", "all", ends=soon)])
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "dee")], Answer.END, ends=LATER)
    reviewing.close(review)
    grant.refresh_from_db()
    assert grant.expires_at == soon


def test_what_would_end_before_it_starts_goes_V4_W1(reviewing):
    world, starts = reviewing.world, timezone.now() + timedelta(days=60)
    give_grants(world.member("dee"), [Terms("source-admin", "all", starts=starts)])
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "dee")], Answer.END, ends=LATER)
    reviewing.close(review)
    assert not world.member("dee").grants.exists()


def test_a_day_that_has_passed_ends_it_now_V4(reviewing):
    review = reviewing.open()
    item = reviewing.item(review, "cy")
    reviewing.say(review, [item], Answer.END, ends=LATER)
    with lock_workspace(review.workspace_id):
        review.items.filter(pk=item.pk).update(ends_at=timezone.now() - timedelta(days=1))
    reviewing.close(review)
    cy, a = reviewing.world.member("cy"), reviewing.world.resource("source/a")
    assert not Access.of(cy).check("read", a)
    assert cy.grants.exists()


def test_what_nobody_answered_stays_unless_the_review_says_otherwise_V1(reviewing):
    before = [reviewing.world.member("cy").grants.count()]
    review = reviewing.close(reviewing.open())
    assert [reviewing.world.member("cy").grants.count()] == before
    assert outcomes(review) == {}


def test_what_nobody_answered_goes_where_the_review_says_so_V1(reviewing):
    review = reviewing.open(unanswered=Unanswered.REMOVE)
    reviewing.say(review, [reviewing.item(review, who) for who in ("bo", "olga")], Answer.KEEP)
    reviewing.say(review, [reviewing.item(review, "ada")], Answer.KEEP, by="olga")
    reviewing.close(review)
    assert not reviewing.world.member("cy").grants.exists()
    assert reviewing.world.member("bo").joined_groups.exists()


def test_where_only_one_owner_is_theirs_stays_and_is_marked_V3(reviewing):
    members.set_owner(reviewing.world.member("olga"), owner=False, by=SYSTEM)
    review = reviewing.open(Covers.OWNERS, unanswered=Unanswered.REMOVE)
    reviewing.close(review)
    assert outcomes(review) == {"ada": ReviewOutcome.ALONE}
    assert reviewing.world.member("ada").owner


def test_what_changed_meanwhile_is_left_and_listed_V4_XU3(reviewing):
    review = reviewing.open()
    cy = reviewing.world.member("cy")
    reviewing.say(review, [reviewing.item(review, "cy")])
    ends.set_end(cy.grants.get(), LATER, by=SYSTEM)
    assert [item.holder for item in closing.preview(review).changed] == ["cy@example.org"]
    reviewing.close(review)
    assert cy.grants.exists()
    assert outcomes(review) == {"cy": ReviewOutcome.CHANGED}


def test_what_has_gone_meanwhile_is_listed_V4(reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, who) for who in ("bo", "cy")])
    members.remove(reviewing.world.member("cy"), by=SYSTEM)
    groups.remove_members(
        reviewing.world.group("growth"), [reviewing.world.member("bo")], by=SYSTEM
    )
    reviewing.close(review)
    assert outcomes(review) == dict.fromkeys(("bo", "cy"), ReviewOutcome.CHANGED)


def test_a_place_that_a_directory_pushes_is_a_task_V4(reviewing):
    world = reviewing.world
    with lock_workspace(world.workspace.pk):
        DirectoryGroup.objects.create(workspace=world.workspace, group=world.group("growth"))
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "bo")])
    reviewing.close(review)
    assert world.member("bo").joined_groups.exists()
    assert outcomes(review) == {"bo": ReviewOutcome.TASK}


def test_a_token_loses_what_is_taken_away_V4(reviewing):
    token, _ = tokens.create(
        reviewing.world.workspace, "robot", by=SYSTEM, policy=[Terms("source-admin", "all")]
    )
    review = reviewing.open(Covers.TOKENS, choose=lambda w: w.tokens.all())
    reviewing.say(review, [reviewing.item(review, "robot")])
    assert closing.preview(review).tokens == (("robot", 1),)
    reviewing.close(review)
    assert not token.grants.exists()


def test_closing_is_one_event_V4(reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, who) for who in ("bo", "cy", "olga")])
    events = reviewing.world.workspace.events.count()
    reviewing.close(review)
    assert reviewing.world.workspace.events.count() == events + 1
    newest = reviewing.world.workspace.events.newest_first().first()
    assert (newest.action, newest.after["digest"]) == ("review.closed", review_of(review).digest)


def review_of(review):
    return type(review).objects.get(pk=review.pk)


def test_whose_access_went_is_told_V4(reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "cy")])
    Mail.objects.all().delete()
    reviewing.close(review)
    assert [mail.to for mail in Mail.objects.all()] == ["cy@example.org"]


def test_the_joint_review_says_who_loses_what_V4(reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, who) for who in ("bo", "cy")])
    people = {one.member.user.email: one for one in closing.preview(review).people.people}
    assert [(m.type, m.was, m.becomes) for m in people["cy@example.org"].moves] == [
        ("source", "view", "none"),
        ("destination", "view", "none"),
    ]
    assert {m.type for m in people["bo@example.org"].moves} >= {"source", "warehouse"}


def test_a_joint_review_that_no_longer_fits_closes_nothing_V4(reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "cy")])
    seen = reviewing.actor("ada").having_seen(closing.preview(review).digest)
    reviewing.say(review, [reviewing.item(review, "bo")], by="olga")
    members.set_owner(reviewing.world.member("dee"), owner=True, by=SYSTEM)
    before = everything()
    with pytest.raises(Conflict):
        closing.close(review, by=seen)
    assert everything() == before


def test_the_last_owners_stay_and_are_listed_while_the_rest_is_applied_R7_XU3(reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, who) for who in ("olga", "cy")])
    reviewing.say(review, [reviewing.item(review, "ada")], by="olga")
    assert len(closing.preview(review).last) == 2
    reviewing.close(review)
    assert reviewing.world.workspace.members.filter(owner=True).count() == 2
    last = ReviewOutcome.LAST
    assert outcomes(review) == {"ada": last, "olga": last, "cy": ReviewOutcome.APPLIED}


def test_ownership_that_ends_asks_for_a_proof_S8(reviewing):
    review = reviewing.open()
    reviewing.say(review, [reviewing.item(review, "olga")])
    with pytest.raises(Unproved):
        closing.close(review, by=replace(reviewing.actor("ada"), proved=False))
    assert reviewing.world.member("olga").owner


def test_a_review_closes_once_V4_XU2(reviewing):
    review = reviewing.close(reviewing.open())
    with pytest.raises(Conflict):
        reviewing.close(review)


class TestTakingItBack:
    """Closing can be undone, all of it or nothing (V4, U6)."""

    @pytest.fixture
    def closed(self, reviewing):
        self.world = reviewing.world
        self.before = self.held()
        review = reviewing.open()
        reviewing.say(review, [reviewing.item(review, who) for who in ("bo", "olga")])
        reviewing.say(review, [reviewing.item(review, "cy")], Answer.END, ends=LATER)
        reviewing.close(review)
        self.event = self.world.workspace.events.newest_first().first()
        return review

    def held(self):
        world = self.world
        return (
            [m.owner for m in world.workspace.members.order_by("pk")],
            sorted(map(repr, world.workspace.grants.terms())),
            [(p.member_id, p.span) for p in GroupMember.objects.order_by("member")],
        )

    def back(self):
        return undo.undo(self.world.workspace, self.event.number, by=self.world.actor("ada"))

    def test_all_of_it_comes_back(self, closed):
        assert self.held() != self.before
        self.back()
        assert self.held() == self.before

    def test_it_is_one_event_that_says_which_it_takes_back(self, closed):
        taken = self.back()
        assert (taken.action, taken.undoes) == ("review.taken_back", self.event.number)

    def test_what_was_given_with_its_span_comes_back_with_it(self, reviewing):
        world = reviewing.world
        groups.remove_members(world.group("growth"), [world.member("bo")], by=SYSTEM)
        groups.add_members(
            world.group("growth"), [world.member("bo")], span=Span(ends=LATER), by=SYSTEM
        )
        review = reviewing.open()
        reviewing.say(review, [reviewing.item(review, "bo")])
        reviewing.close(review)
        self.world, self.event = world, world.workspace.events.newest_first().first()
        self.back()
        assert world.member("bo").joined_groups.get().expires_at == LATER

    def test_an_end_that_was_moved_since_holds_it_back(self, closed):
        grant = self.world.member("cy").grants.get()
        ends.set_end(grant, LATER + timedelta(days=1), by=SYSTEM)
        with pytest.raises(Conflict):
            self.back()

    def test_somebody_who_left_since_holds_it_back(self, closed):
        members.remove(self.world.member("bo"), by=SYSTEM)
        before = everything()
        with pytest.raises(Conflict):
            self.back()
        assert everything() == before

    def test_somebody_who_is_in_the_group_again_holds_it_back(self, closed):
        groups.add_members(self.world.group("growth"), [self.world.member("bo")], by=SYSTEM)
        with pytest.raises(Conflict):
            self.back()


def test_a_member_closes_no_review_V4(reviewing):
    review = reviewing.open()
    with pytest.raises(Denied):
        closing.close(review, by=through(reviewing.world, "bo"))
