"""Reviews of a demo workspace: one that is closed and comes again, one that waits for answers."""

from datetime import timedelta

from config.web.values.dates import today
from workspaces.change import Actor
from workspaces.models import (
    ActorKind,
    Again,
    Answer,
    Covers,
    Member,
    Review,
    ReviewItem,
    Workspace,
)
from workspaces.operations.reviews.answering import Said, answer
from workspaces.operations.reviews.closing import close
from workspaces.operations.reviews.opening import Asked, open_review

ANSWERED = 6  # items of the open review


def review_access(workspace: Workspace) -> None:
    """Let two owners of the workspace review some of it; nobody's access changes."""
    first, second = (
        Actor(ActorKind.USER, owner.user.email, owner.user, member=owner.public_id)
        for owner in _owners(workspace)
    )
    day = today()
    asked = Asked("Groups, first look", Covers.GROUPS, day, again=Again.QUARTERLY)
    looked_at = open_review(workspace, asked, lambda w: w.groups.all(), by=first)
    _keep(looked_at, list(looked_at.items.in_order()), (first, second), "Still on the team")
    close(looked_at, by=first)
    asked = Asked("Broad access", Covers.BROAD, day + timedelta(days=12))
    waiting = open_review(workspace, asked, by=first)
    _keep(waiting, list(waiting.items.in_order()[:ANSWERED]), (first, second), "")


def _owners(workspace: Workspace) -> list[Member]:
    return list(workspace.members.owners().select_related("user").by_name()[:2])


def _keep(review: Review, items: list[ReviewItem], by: tuple[Actor, Actor], note: str) -> None:
    """Keep items: the second owner what is the first one's own, the first all else (V3)."""
    first, second = by
    own = [item for item in items if first.user and item.own == first.user.pk]
    others = [item for item in items if item not in own]
    for actor, theirs in ((first, others), (second, own)):
        answer(review, [item.number for item in theirs], Said(Answer.KEEP, note=note), by=actor)
