"""The engine against the oracle, in random worlds (R1–R6, R9, W1).

200 worlds in the suite; `pytest tests/workspaces/access/test_property.py --worlds 10000`
walks as many as one likes.
"""

from collections import Counter
from itertools import combinations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from tests.oracle import ACTIONS, Oracle, strength
from tests.workspaces.access.worlds import documents
from tests.world import World, build
from workspaces.access import scopes
from workspaces.access.changes import levels
from workspaces.access.changes.levels import many_moves
from workspaces.access.counts.comparison import compare
from workspaces.access.counts.coverage import coverage
from workspaces.access.counts.extent import extents
from workspaces.access.counts.headcount import headcounts
from workspaces.access.counts.highest import highest_access
from workspaces.access.engine import Access
from workspaces.access.explain import explain
from workspaces.access.facts import load_policies
from workspaces.access.who import groups_that_may, who
from workspaces.catalogue import ROLES

TYPES = [type_ for type_ in ACTIONS if type_ != "workspace"]
QUESTIONS = sorted({action for type_ in TYPES for action in ACTIONS[type_]} | {"fly"})


class _Undo(Exception):
    pass


def in_many_worlds(check, count):
    """Run a check in random worlds, each built and undone in one transaction."""

    @settings(
        max_examples=count,
        deadline=None,
        derandomize=count <= 200,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(documents())
    def each(document):
        try:
            with transaction.atomic():
                check(build(document), Oracle(document))
                raise _Undo
        except _Undo:
            pass

    each()


@pytest.fixture
def count(request):
    return request.config.getoption("--worlds")


@pytest.mark.django_db
def test_engine_agrees_with_the_plain_reading_R9_W1(count):
    in_many_worlds(agree, count)


def agree(world: World, oracle: Oracle) -> None:
    things = list(world.workspace.resources.all())
    people = list(world.workspace.members.select_related("user"))
    policies = load_policies(people)
    yes: dict[tuple[str, str], set[str]] = {}
    for member in people:
        held = oracle.grants_of(member.user.email)
        for pair in answers(Access(policies[member.pk]), oracle, held, things):
            yes.setdefault(pair, set()).add(member.user.email)
        for action in [*ACTIONS["workspace"], "fly"]:
            expected = oracle.allowed_on_workspace(held, action)
            assert Access(policies[member.pk]).check(action, world.workspace) == expected
    groups: dict[tuple[str, str], set[str]] = {}
    for group in world.workspace.groups.with_people():
        held = oracle.grants_of_group(group.name)
        inside = world.workspace.members.in_group(group).values_list("user__email", flat=True)
        assert set(inside) == oracle.inside_group(group.name)
        assert group.people == len(inside)
        for pair in answers(Access.of(group), oracle, held, things):
            groups.setdefault(pair, set()).add(group.name)
    for thing in things:
        for action in QUESTIONS:
            found = list(who(action, thing).values_list("user__email", flat=True))
            assert sorted(found) == sorted(yes.get((action, thing.ref), set()))
            found = list(groups_that_may(action, thing).values_list("name", flat=True))
            assert sorted(found) == sorted(groups.get((action, thing.ref), set()))
    strongest = Counter(strength(oracle.grants_of(member.user.email)) for member in people)
    found = highest_access(world.workspace.pk)
    assert found[:4] == tuple(strongest[name] for name in ("owner", "edit", "view", "minimal"))
    if not oracle.taken and not oracle.running:
        assert found.standing == found.owner + found.edit
    for type_ in TYPES:
        page = [thing for thing in things if thing.type == type_]
        asked = ("read", "edit")
        assert headcounts(asked, page) == {
            t.pk: tuple(len(yes.get((action, t.ref), ())) for action in asked) for t in page
        }


def compared(world: World, oracle: Oracle) -> None:
    people = list(world.workspace.members.select_related("user"))
    policies = load_policies(people)
    things = list(world.workspace.resources.all())
    for one, other in combinations(people, 2):
        held = [oracle.grants_of(member.user.email) for member in (one, other)]
        for found in compare(policies[one.pk], policies[other.pk]):
            refs = [thing.ref for thing in things if thing.type == found.type]
            first, second = ({r for r in refs if oracle.allowed(h, "read", r)} for h in held)
            edits = [{r for r in refs if oracle.allowed(h, "edit", r)} for h in held]
            assert found.reads == (len(first), len(second))
            assert found.edits == (len(edits[0]), len(edits[1]))
            assert (found.only_first.count, found.only_second.count, found.both.count) == (
                len(first - second),
                len(second - first),
                len(first & second),
            )
            assert found.differ.count == len(first & second & (edits[0] ^ edits[1]))


@pytest.mark.django_db
def test_two_people_compared_differ_by_the_plain_reading_R9_W1(count):
    in_many_worlds(compared, count // 8)


def answers(access, oracle, held, things):
    """Ask one subject everything, compare, and return what was allowed."""
    rights = access.rights(things)
    for action in QUESTIONS:
        allowed = {t.ref for t in things if oracle.allowed(held, action, t.ref)}
        assert {t.ref for t in access.reach_any_type(action)} == allowed
        for thing in things:
            expected = thing.ref in allowed
            assert access.check(action, thing) == expected, (action, thing.ref, held)
            assert (action in rights[thing.pk]) == expected
            if expected:
                yield action, thing.ref
    for extent in extents(access.policy):
        of_type = [t for t in things if t.type == extent.type]
        assert extent.edit == sum(oracle.allowed(held, "edit", t.ref) for t in of_type)
        assert extent.edit + extent.view == sum(
            oracle.allowed(held, "read", t.ref) for t in of_type
        )


@pytest.mark.django_db
def test_a_page_read_row_by_row_holds_the_same_R9(count, monkeypatch):
    monkeypatch.setattr(scopes, "MANY", 1)  # any label in use stands on many things here
    in_many_worlds(paged, count // 4)


def paged(world: World, oracle: Oracle) -> None:
    things = list(world.workspace.resources.all())
    for member in world.workspace.members.select_related("user"):
        access, held = Access.of(member), oracle.grants_of(member.user.email)
        for action in QUESTIONS:
            page = access.reach_any_type(action).by_name()[:50]
            allowed = {t.ref for t in things if oracle.allowed(held, action, t.ref)}
            assert {t.ref for t in page} == allowed


@pytest.mark.django_db
@pytest.mark.parametrize("few", [levels.FEW, -1], ids=["decided", "counted"])
def test_moves_are_the_difference_of_the_answers_R9(count, few, monkeypatch):
    monkeypatch.setattr(levels, "FEW", few)
    in_many_worlds(move, count // 4)


def move(world: World, oracle: Oracle) -> None:
    people = list(world.workspace.members.select_related("user"))
    policies = load_policies(people)
    pairs = [(one, other) for one in people for other in people]
    found = many_moves([(policies[one.pk], policies[other.pk]) for one, other in pairs])
    for (one, other), moves in zip(pairs, found, strict=True):
        had, has = (oracle.grants_of(member.user.email) for member in (one, other))
        expected = Counter(
            (thing.type, was, becomes)
            for thing in world.workspace.resources.all()
            for was, becomes in moved(oracle, had, has, thing.ref)
        )
        assert {(m.type, m.was, m.becomes): m.count for m in moves} == expected


def moved(oracle, had, has, ref, after=None):
    """Yield how one thing moves, by level and by the rights beside it."""
    read = ((oracle, had), (after or oracle, has))
    was, becomes = (level(reading, held, ref) for reading, held in read)
    if was != becomes:
        yield was, becomes
    for action in ("engage", "view_pii"):
        was, becomes = (reading.allowed(held, action, ref) for reading, held in read)
        if was != becomes:
            yield ("none", action) if becomes else (action, "none")


def level(oracle, held, ref):
    if oracle.allowed(held, "edit", ref):
        return "edit"
    return "view" if oracle.allowed(held, "read", ref) else "none"


@pytest.mark.django_db
def test_a_grant_covers_what_its_scope_takes_in_R2(count):
    in_many_worlds(cover, count // 4)


def cover(world: World, oracle: Oracle) -> None:
    grants = list(world.workspace.grants.with_details(listed=0))
    labels = {
        thing: {row.label_id for row in thing.labelled.all()}
        for thing in world.workspace.resources.all()
    }
    for grant, number in zip(grants, coverage(grants).values(), strict=True):
        asked = {row.label_id for row in grant.label_set.all()}
        listed = set(grant.listed.values_list("resource_id", flat=True))
        of_type = [thing for thing in labels if thing.type == ROLES[grant.role].type]
        taken_in = {
            "all": of_type,
            "labels": [thing for thing in of_type if asked <= labels[thing]],
            "resources": [thing for thing in of_type if thing.pk in listed],
        }
        assert number == len(taken_in[grant.scope])


@pytest.mark.django_db
def test_every_path_explained_gives_the_answer_by_itself_R9(count):
    in_many_worlds(explained, count // 4)


def explained(world: World, oracle: Oracle) -> None:
    for member in world.workspace.members.select_related("user"):
        access = Access.of(member)
        held = oracle.grants_of(member.user.email)
        could_hold = oracle.at_most().grants_of(member.user.email)
        for thing in world.workspace.resources.all():
            for action in ("read", "edit", "view_pii"):
                answer = explain(access, action, thing)
                assert answer.decision == oracle.allowed(held, action, thing.ref)
                could = oracle.allowed(could_hold, action, thing.ref) and not answer.decision
                assert any(near.eligible for near in answer.nearest) == could, "(W8)"
                if action != "view_pii":
                    alone = [g for g in held if oracle.allowed([g], action, thing.ref)]
                    assert sorted(path.held.role for path in answer.paths) == sorted(
                        grant["role"] for grant in alone
                    )
