"""What a label's preview says is what the save does, in random worlds (L5, L6, R9)."""

from collections import Counter

import pytest

from labels import operations as labels
from labels.operations import assigning, relabelling, replacing
from labels.operations.assigning import Assignment
from labels.syntax import LabelName
from tests.workspaces.access.test_property import in_many_worlds
from tests.world import SYSTEM
from workspaces.access.engine import Access
from workspaces.access.facts import load_policies
from workspaces.catalogue import LABELLED
from workspaces.errors import Conflict


@pytest.fixture
def count(request):
    return max(request.config.getoption("--worlds") // 12, 1)


def rights_of_all(world):
    """Return the rights of everybody on everything: (address, type/slug) -> actions."""
    things = list(world.workspace.resources.all())
    people = list(world.workspace.members.select_related("user"))
    policies = load_policies(people)
    refs = {thing.pk: thing.ref for thing in things}
    return {
        (member.user.email, refs[pk]): rights
        for member in people
        for pk, rights in Access(policies[member.pk]).rights(things).items()
    }


def level(rights):
    return "edit" if "edit" in rights else ("view" if "read" in rights else "none")


def moved(before, after):
    """Return how many things of a type move from a level to another, per person."""
    found = {}
    for (email, ref), had in before.items():
        has, type_ = after[email, ref], ref.partition("/")[0]
        moves = found.setdefault(email, Counter())
        if level(had) != level(has):
            moves[type_, level(had), level(has)] += 1
        for action in {"engage", "view_pii"} & (had ^ has):
            moves[(type_, "none", action) if action in has else (type_, action, "none")] += 1
    return {email: moves for email, moves in found.items() if moves}


def told(concerned):
    assert concerned.people.more == 0
    found = {
        one.member.user.email: Counter({(m.type, m.was, m.becomes): m.count for m in one.moves})
        for one in concerned.people.people
    }
    return {email: moves for email, moves in found.items() if moves}


def things_of(world):
    return world.workspace.resources.filter(type__in=LABELLED).order_by("pk")


@pytest.mark.django_db
def test_the_preview_of_labels_on_one_thing_is_what_the_save_does_L6(count):
    in_many_worlds(relabelled, count)


def relabelled(world, oracle):
    chosen = list(world.workspace.labels.by_name())
    for number, thing in enumerate(things_of(world)):
        change = {"put": [chosen[number % len(chosen)]], "take": [chosen[-1 - number]]}
        review = relabelling.preview(thing, by=SYSTEM, replace=True, **change)
        before = rights_of_all(world)
        labels.relabel(thing, by=SYSTEM.having_seen(review.digest), replace=True, **change)
        after = rights_of_all(world)
        there = {key: (had, after[key]) for key, had in before.items() if key[1] == thing.ref}
        assert {c.subject.user.email: (c.had, c.has) for c in review.people} == {
            email: pair for (email, _), pair in there.items() if pair[0] != pair[1]
        }


@pytest.mark.django_db
def test_the_preview_of_labels_on_many_things_is_what_the_save_does_L3(count):
    in_many_worlds(assigned, count)


def assigned(world, oracle):
    env, *_, region = world.workspace.labels.by_name()
    for type_ in LABELLED:
        for put, take in (((env,), (region,)), ((region,), ()), ((), (env,))):
            what = Assignment(type_, world.workspace.resources.all(), put, take)
            review = assigning.preview(world.workspace, what)
            before = rights_of_all(world)
            labels.assign(
                world.workspace, what, by=SYSTEM.having_seen(review.digest), replacing=True
            )
            assert told(review.concerned) == moved(before, rights_of_all(world))


@pytest.mark.django_db
def test_the_preview_of_a_replacement_is_what_the_save_does_L5(count):
    in_many_worlds(replaced, count)


def replaced(world, oracle):
    brand, other, *_ = world.workspace.labels.filter(key="brand").by_name()
    dev = world.workspace.labels.filter(value="dev").get()
    for old, new in (
        (brand, LabelName("Brand", "beta")),
        (other, LabelName("brand", "BETA")),
        (dev, LabelName("region", "emea")),
    ):
        try:
            review = replacing.preview(old, new)
        except Conflict:
            continue  # two values of one key somewhere; nothing is written
        before = rights_of_all(world)
        labels.replace(old, new, by=SYSTEM.having_seen(review.digest))
        expected = moved(before, rights_of_all(world))
        assert (told(review.concerned) if review.concerned else {}) == expected
