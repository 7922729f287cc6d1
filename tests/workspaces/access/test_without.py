"""What if something were taken away: the answer is what is so once it really was (R9, R14)."""

from collections import Counter
from itertools import pairwise

import pytest
from django.db import transaction

from tests.oracle import Oracle
from tests.workspaces.access.test_property import QUESTIONS, in_many_worlds, level, moved
from tests.world import SYSTEM, World
from workspaces.access.changes.without import Asked, Ways, what_if, without
from workspaces.access.engine import Access
from workspaces.access.facts import load_policy
from workspaces.catalogue import ACTIONS, EDIT, READ
from workspaces.change import lock_workspace
from workspaces.models import Grant, GroupMember, Member
from workspaces.operations.documents import dump_document
from workspaces.operations.members import joining


def ways_of(member: Member) -> list[Ways]:
    """Each way by which somebody holds something, now or one day, and its groups' grants."""
    places = member.joined_groups.values_list("group", flat=True)
    grants = Grant.objects.filter(member=member) | Grant.objects.filter(group__in=places)
    return [
        *([Ways(own_role=True)] if member.owner else []),
        *(Ways(groups=frozenset({pk})) for pk in places),
        *(Ways(grants=frozenset({pk})) for pk in grants.values_list("pk", flat=True)),
    ]


def asked_in(world: World) -> list[Asked]:
    """Each way by itself, each two that follow each other, and all of them."""
    found = []
    for member in world.workspace.members.select_related("user"):
        each = ways_of(member)
        some = {(way,) for way in each} | set(pairwise(each)) | {tuple(each)}
        found += [Asked(member, ways) for ways in some if ways]
    return found


class Back(Exception):
    pass


def really_without(world: World, asked: Asked, look) -> None:
    """Take the ways away, look, and take that back."""
    gone = asked.together
    try:
        with transaction.atomic(), lock_workspace(world.workspace.pk, by=SYSTEM):
            Grant.objects.filter(pk__in=gone.grants).delete()
            GroupMember.objects.filter(member=asked.member, group__in=gone.groups).drop()
            if gone.own_role:
                joining.write_owner(Member.objects.filter(pk=asked.member.pk), owner=False)
            look()
            raise Back
    except Back:
        pass


def agree(world: World, oracle: Oracle) -> None:
    things = list(world.workspace.resources.all())
    for asked in asked_in(world):
        told = without(load_policy(asked.member), asked.together)
        thing = things[asked.member.pk % len(things)]
        [found] = what_if([asked], thing)

        def look(asked=asked, told=told, thing=thing, found=found) -> None:
            email = asked.member.user.email
            after = Oracle(dump_document(world.workspace))
            had, has = oracle.grants_of(email), after.grants_of(email)
            really = load_policy(asked.member)
            assert set(told.held) == set(really.held)
            for one in things:
                for action in QUESTIONS:
                    expected = after.allowed(has, action, one.ref)
                    assert Access(told).check(action, one) == expected, (action, one.ref)
            expected = {a for a in ACTIONS["workspace"] if after.allowed_on_workspace(has, a)}
            assert Access(told).on_workspace() == expected
            assert (found.on.was.level, found.on.becomes.level) == (
                level(oracle, had, thing.ref), level(after, has, thing.ref),
            )  # fmt: skip
            gives = [g for g in has if after.allowed([g], by_level(found.on.becomes), thing.ref)]
            assert len(found.on.becomes.by) == len(gives)
            rest = [one for one in things if thing.pk not in {one.pk, one.source_id}]
            assert counted(found.elsewhere) == counted_by(oracle, after, had, has, rest)
            beneath = [one for one in things if one.source_id == thing.pk]
            assert counted(found.on.beneath) == counted_by(oracle, after, had, has, beneath)
            assert found.changes == (
                found.on.could[0] != found.on.could[1]
                or {(a, o.ref) for o in things for a in QUESTIONS if oracle.allowed(had, a, o.ref)}
                != {(a, o.ref) for o in things for a in QUESTIONS if after.allowed(has, a, o.ref)}
                or bool(found.lost)
            )

        really_without(world, asked, look)


def by_level(found) -> str:
    return EDIT if found.level == EDIT else READ


def counted(moves) -> Counter:
    return Counter({(move.type, move.was, move.becomes): move.count for move in moves})


def counted_by(oracle, after, had, has, things) -> Counter:
    """What moves by the plain reading of both documents, before and after."""
    return Counter(
        (one.type, was, becomes)
        for one in things
        for was, becomes in moved(oracle, had, has, one.ref, after)
    )


@pytest.mark.django_db
def test_what_would_be_lost_is_what_is_lost_once_it_is_taken_R9_R14(request):
    in_many_worlds(agree, request.config.getoption("--worlds") // 40)


def test_of_several_people_each_is_answered_alone_and_as_quickly_R14(
    world, django_assert_max_num_queries
):
    for name in ("bo", "cy"):
        assert ways_of(world.member(name))
    asked = [
        Asked(member, tuple(ways_of(member))) for member in map(world.member, ("ada", "bo", "cy"))
    ]
    thing = world.resource("source/a")
    with django_assert_max_num_queries(9):
        together = what_if(asked, thing)
    for one, found in zip(asked, together, strict=True):
        [alone] = what_if([one], thing)
        assert (found.on, found.lost) == (alone.on, alone.lost)
        assert counted(found.elsewhere) == counted(alone.elsewhere)


def test_a_grant_of_a_group_goes_from_everybody_in_it_R14(world):
    bo, growth = world.member("bo"), world.group("growth")
    grants = frozenset(growth.grants.values_list("pk", flat=True))
    [by_grants] = what_if([Asked(bo, (Ways(grants=grants),))])
    [by_place] = what_if([Asked(bo, (Ways(groups=frozenset({growth.pk})),))])
    assert by_grants.elsewhere == by_place.elsewhere
    assert not without(load_policy(growth), Ways(grants=grants)).held
