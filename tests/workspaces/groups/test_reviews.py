"""What a review of a group says is what the save does, for everybody, in random worlds (R14)."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest

from tests.oracle import Oracle
from tests.workspaces.access.test_property import in_many_worlds
from tests.world import SYSTEM, World
from workspaces.access.engine import Access
from workspaces.catalogue import EDIT, ENGAGE, READ, VIEW_PII
from workspaces.models import GrantTerms, Member
from workspaces.operations.changes.affected import PeopleReview
from workspaces.operations.grants import policies
from workspaces.operations.groups import groups, reviews
from workspaces.operations.groups.reviews import AccessReview

WORLDS = 12
Save = Callable[..., object]
LEVELS = ("none", "view", "edit")
ASIDE = (ENGAGE, VIEW_PII)


class Answers:
    """What the engine answers about everybody and everything, at one moment."""

    def __init__(self, world: World) -> None:
        self.level: dict[tuple[int, str, str], str] = {}
        self.aside: set[tuple[int, str, str, str]] = set()
        self.on_workspace: dict[int, frozenset[str]] = {}
        things = list(world.workspace.resources.all())
        for member in world.workspace.members.all():
            access = Access.of(member)
            self.on_workspace[member.pk] = access.on_workspace()
            for thing in things:
                edits, reads = (access.check(action, thing) for action in (EDIT, READ))
                key = member.pk, thing.type, thing.ref
                self.level[key] = LEVELS[2 if edits else 1 if reads else 0]
                self.aside |= {(*key, action) for action in ASIDE if access.check(action, thing)}


def said(review: PeopleReview) -> dict[tuple[int, str, str, str], int]:
    """Return the review's counts by member, type, level before and level after."""
    return {
        (one.member.pk, move.type, move.was, move.becomes): move.count
        for one in review.people
        for move in one.moves
    }


def done(before: Answers, after: Answers) -> dict[tuple[int, str, str, str], int]:
    """Return the same counts as the difference of the engine's answers."""
    counts: dict[tuple[int, str, str, str], int] = {}
    for (member, type_, ref), was in before.level.items():
        steps = [(was, after.level[member, type_, ref])]
        for action in ASIDE:
            had, has = ((member, type_, ref, action) in a.aside for a in (before, after))
            steps.append((action if had else "none", action if has else "none"))
        for was_, becomes in steps:
            if was_ != becomes:
                key = member, type_, was_, becomes
                counts[key] = counts.get(key, 0) + 1
    return counts


def require_true(world: World, review: PeopleReview | AccessReview, save: Save) -> None:
    """Save, and fail unless the answers moved exactly as the review said."""
    people = review.people if isinstance(review, AccessReview) else review
    before = Answers(world)
    save(by=SYSTEM.having_seen(review.digest))
    after = Answers(world)
    assert said(people) == done(before, after)
    told = {one.member.pk: one for one in people.people}
    for member, had in before.on_workspace.items():
        has = after.on_workspace[member]
        gained, lost = (told[member].gained, told[member].lost) if member in told else ((), ())
        assert (set(gained), set(lost)) == (has - had, had - has)


def people_of(world: World) -> list[Member]:
    return list(world.workspace.members.select_related("user"))


def policy_of_somebody(world: World) -> tuple[GrantTerms, ...]:
    """Whatever the random world gave to one person."""
    return policies.living(policies.as_proposed(world.member("p0@example.org")))


def joined(world: World, oracle: Oracle) -> None:
    everybody = people_of(world)
    for group in world.workspace.groups.all():
        review = reviews.of_joining(group, everybody)
        require_true(world, review, partial(groups.add_members, group, everybody))


def left(world: World, oracle: Oracle) -> None:
    some = people_of(world)[:2]
    for group in world.workspace.groups.all():
        review = reviews.of_leaving(group, some)
        require_true(world, review, partial(groups.remove_members, group, some))


def moved(world: World, oracle: Oracle) -> None:
    everybody = people_of(world)
    for group, to in pairwise(world.workspace.groups.order_by("pk")):
        review = reviews.of_moving(group, everybody, to)
        require_true(world, review, partial(groups.move_members, group, everybody, to))


def regranted(world: World, oracle: Oracle) -> None:
    policy = policy_of_somebody(world)
    for group in world.workspace.groups.all():
        review = reviews.of_access(group, policy)
        require_true(world, review, partial(groups.regrant, group, policy))


def deleted(world: World, oracle: Oracle) -> None:
    for group in world.workspace.groups.all():
        review = reviews.of_deleting(group)
        require_true(world, review, partial(groups.delete, group))


def made(world: World, oracle: Oracle) -> None:
    policy, everybody = policy_of_somebody(world), people_of(world)
    review = reviews.of_new_group(world.workspace, policy, everybody)
    save = partial(groups.create, world.workspace, "new", policy=policy, members=everybody)
    require_true(world, review, save)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [joined, left, moved, regranted, deleted, made])
def test_a_review_says_what_the_save_does_R9(change):
    in_many_worlds(change, WORLDS)
