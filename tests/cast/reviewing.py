"""Reviews of access, answered and closed."""

from datetime import date

from tests.world import SYSTEM, World
from workspaces.models import Answer, Covers, Review
from workspaces.operations.reviews import answering, closing, opening
from workspaces.operations.reviews.answering import Said
from workspaces.operations.reviews.opening import Asked


def a_review(world: World) -> Review:
    """Return an open review of everybody that comes again."""
    asked = Asked("Autumn", Covers.PEOPLE, date(2099, 12, 31), again="yearly")
    return opening.open_review(world.workspace, asked, lambda w: w.members.all(), by=SYSTEM)


def an_answered_review(world: World) -> Review:
    """Return one by which all goes that is not ada's own; she answered it."""
    review = a_review(world)
    numbers = list(review.items.not_of(world.member("ada")).values_list("number", flat=True))
    answering.answer(review, numbers, Said(Answer.REMOVE), by=world.actor("ada"))
    return review


def reviewed(world: World) -> Review:
    """Return it closed."""
    return closing.close(an_answered_review(world), by=SYSTEM)
