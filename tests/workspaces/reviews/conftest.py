"""A review of acme, opened by ada: bo is in growth, cy has one grant, olga owns it as well."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, timedelta

import pytest
from django.utils import timezone

from accounts.models.user import User
from tests.world import SYSTEM, World
from workspaces.change import Actor
from workspaces.models import Answer, Covers, Review, ReviewItem
from workspaces.operations.members import members
from workspaces.operations.reviews import answering, closing, opening
from workspaces.operations.reviews.answering import Said
from workspaces.operations.reviews.opening import Asked


def in_days(days: int) -> date:
    return (timezone.now() + timedelta(days=days)).astimezone(UTC).date()


@dataclass
class Reviewing:
    """A world and short ways to review in it."""

    world: World

    def open(self, covers=Covers.PEOPLE, *, by: str = "ada", choose=None, **asked) -> Review:
        if covers == Covers.PEOPLE:
            choose = choose or (lambda workspace: workspace.members.all())
        words = Asked(asked.pop("name", "Autumn"), covers, in_days(14), **asked)
        return opening.open_review(self.world.workspace, words, choose, by=self.actor(by))

    def item(self, review: Review, holder: str, way: str = "") -> ReviewItem:
        rows = review.items.filter(holder__startswith=holder)
        return rows.get(way=way) if way else rows.get()

    def say(
        self,
        review: Review,
        items: Collection[ReviewItem],
        answer: str = Answer.REMOVE,
        *,
        by: str = "ada",
        **said,
    ) -> int:
        numbers = [item.number for item in items]
        return answering.answer(review, numbers, Said(answer, **said), by=self.actor(by))

    def close(self, review: Review, *, by: str = "ada") -> Review:
        return closing.close(review, by=self.actor(by))

    def actor(self, name: str) -> Actor:
        return self.world.actor(name)


@pytest.fixture
def reviewing(world) -> Reviewing:
    olga = User.objects.create_user("olga@example.org")
    members.add(world.workspace, olga, by=SYSTEM, owner=True)
    return Reviewing(world)
