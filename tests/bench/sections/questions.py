"""The questions of the engine, against django-guardian and against the bare driver."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

from tests.bench.contestants.driver import WAYS, Driver
from tests.bench.contestants.guardian_side import ask as guardian
from tests.bench.contestants.guardian_side.models import ACTIONS
from tests.bench.context import Bench, things
from tests.bench.measuring.clock import Ask, Case, alternate, repeated, statements
from tests.bench.report import MICROSECONDS, SECONDS, Figure, counted, faster, within
from tests.bench.worlds.world import EVERYTHING, KINDS, LABELLED_ONLY, LISTED_ONLY, USUAL
from workspaces.access.decide import allows, paths
from workspaces.access.engine import Access
from workspaces.access.explain import explain
from workspaces.access.facts import load_policy
from workspaces.access.who import who
from workspaces.catalogue import READ
from workspaces.models import Member, Resource

PAGE = 50
OURS, THEIRS, BARE = "gatehouse", "guardian", "driver"
OWN = {OURS, BARE, *WAYS}  # who needs no rows of guardian's


def figures(bench: Bench) -> Iterator[Figure]:
    driver = Driver(bench.url, bench.workspace.pk)
    compare(bench, driver)
    yield from _policy(bench, driver)
    yield from _checks(bench, driver)
    yield from _rights(bench)
    yield from _lists(bench, driver)
    yield from _count(bench)
    yield from _who(bench, driver)
    yield from _explain(bench)


def first_page(member: Member) -> list[int]:
    """Answer the first page of what a member can read, by id and name."""
    rows = Access.of(member).reach(READ, "source").by_name()
    return [pk for pk, _ in rows.values_list("pk", "name")[:PAGE]]


def check(member: Member, action: str, source: Resource) -> bool:
    """Answer the first question of a request."""
    return Access.of(member).check(action, source)


def readers(source: Resource) -> list[int]:
    return list(who(READ, source).values_list("pk", flat=True))


def first_readers(source: Resource) -> list[int]:
    return list(who(READ, source).by_name().values_list("pk", flat=True)[:PAGE])


def compare(bench: Bench, driver: Driver) -> None:
    """Raise AssertionError where one of the three answers something else."""
    sources = bench.sources()
    for member in bench.everybody():
        for way in WAYS:
            page = driver.first_page(member.pk, way)
            assert first_page(member) == page, f"first page of {member.user}, by hand"
        for source in sources:
            answer = driver.check(member.pk, source.pk)
            assert check(member, READ, source) == answer, f"{member.user} reads {source}"
    for source in sources[:3]:
        assert set(readers(source)) == set(driver.who(source.pk)), f"who reads {source}, by hand"
    if bench.size.compared:
        _compare_with_guardian(bench, sources)


def _compare_with_guardian(bench: Bench, sources: list[Resource]) -> None:
    thing = things(sources)
    for member in bench.everybody():
        user = member.user
        assert first_page(member) == guardian.first_page(user), f"first page of {user}"
        reached = Access.of(member).reach(READ, "source").count()
        assert reached == guardian.count(user), f"count of {user}"
        for source in sources:
            for action in ACTIONS:
                answer = guardian.may(user, action, thing[source])
                assert check(member, action, source) == answer, f"{user} {action} {source}"
    everywhere = guardian.everywhere(READ)
    for source in sources[:3]:
        users = set(who(READ, source).values_list("user_id", flat=True))
        assert users == guardian.who(READ, thing[source]) | everywhere, f"who reads {source}"


def _policy(bench: Bench, driver: Driver) -> Iterator[Figure]:
    cases = [(member,) for member in bench.members(USUAL)]
    taken = alternate(
        {OURS: load_policy, BARE: lambda member: driver.policy(member.pk)},
        cases,
        seconds=bench.seconds,
    )
    yield within("policy of a usual member", taken[OURS], taken[BARE], BARE, None)
    yield counted("… statements", statements(load_policy, cases), 1)


def _checks(bench: Bench, driver: Driver) -> Iterator[Figure]:
    """Check members without access to everything: guardian's own rows answer for them."""
    sources = bench.sources()
    thing = things(sources)
    members = [*bench.members(LABELLED_ONLY), *bench.members(LISTED_ONLY), *_partly(bench)]
    cases = list(product(members, sources[:4]))
    asks = {
        OURS: lambda m, source: check(m, READ, source),
        THEIRS: lambda m, source: guardian.has_perm(m.user, READ, thing[source]),
        BARE: lambda m, source: driver.check(m.pk, source.pk),
    }
    taken = _in_turns(bench, asks, cases)
    yield _faster("first check of a request", taken, THEIRS, bench.target(15, 5))
    yield within("first check of a request", taken[OURS], taken[BARE], BARE, None)
    yield counted("… statements", statements(lambda m, s: check(m, READ, s), cases), 2)
    yield from _further(members[-1], sources)


def _partly(bench: Bench) -> list[Member]:
    """Return usual members who do not reach every source."""
    usual = bench.members(USUAL)
    return [m for m in usual if not Access.of(m).policy.covers_all(READ, "source")][:4]


def _further(member: Member, sources: list[Resource]) -> Iterator[Figure]:
    access = Access.of(member)
    facts = access.facts(sources)
    seconds = [
        repeated(allows, access.policy, action, facts[source.pk])
        for source in sources
        for action in ACTIONS
    ]
    worst = sorted(seconds)[len(seconds) // 2]
    yield Figure("each further check", worst * 1e6, MICROSECONDS, 20, at_most=True, ours=worst)
    asked = [(access.policy, action, facts[source.pk]) for source in sources for action in ACTIONS]
    yield counted("… statements", statements(allows, asked), 0)
    others = [(READ, source) for source in sources]
    yield counted("… statements, of a thing not on the page", statements(access.check, others), 1)


def _rights(bench: Bench) -> Iterator[Figure]:
    sources = bench.sources(PAGE)
    objects = list(things(sources).values())
    members = [*bench.members(LABELLED_ONLY), *bench.members(LISTED_ONLY), *_partly(bench)]
    cases = [(member,) for member in members]

    def ours(member: Member) -> Any:
        return Access.of(member).rights(sources)

    fetched, by_cell = "prefetch_perms", "has_perm"
    taken = _in_turns(
        bench, {OURS: ours, fetched: lambda m: guardian.rights(m.user, objects)}, cases
    )
    name = f"rights of {len(sources)} objects × 3 actions"
    yield _faster(name, taken, fetched, bench.target(6, 2.5))
    yield counted("… statements", statements(ours, cases), 2)
    if bench.size.compared:
        asks = {OURS: ours, by_cell: lambda m: guardian.rights_by_cell(m.user, objects)}
        taken = alternate(asks, cases[::3], seconds=bench.seconds / 100)
        yield _faster(name, taken, by_cell, 200)


def _lists(bench: Bench, driver: Driver) -> Iterator[Figure]:
    """First pages by kind of member, and over all kinds against what is quickest by hand."""
    whole = {OURS: 0.0, BARE: 0.0}
    for kind in KINDS:
        cases = [(member,) for member in bench.members(kind)[:6]]
        contestants: dict[str, Ask] = {way: partial(_by_hand, driver, way) for way in WAYS}
        contestants |= {OURS: first_page, THEIRS: lambda m: guardian.first_page(m.user)}
        taken = _in_turns(bench, contestants, cases)
        floor = min(taken[way] for way in WAYS)
        whole[OURS] += taken[OURS]
        whole[BARE] += floor
        name, least = f"first list page: {kind}", bench.target(3, 8) if kind == LISTED_ONLY else 1
        yield _faster(name, taken, THEIRS, least)
        yield within(name, taken[OURS], floor, BARE, None)
        yield counted("… statements", statements(first_page, cases), 2)
    yield within("first list pages, all kinds together", whole[OURS], whole[BARE], BARE, 2.5)


def _by_hand(driver: Driver, way: str, member: Member) -> list[int]:
    return driver.first_page(member.pk, way)


def _count(bench: Bench) -> Iterator[Figure]:
    cases = [(m,) for m in (*bench.members(EVERYTHING), *bench.members(LABELLED_ONLY))]
    cases += [(m,) for m in bench.members(USUAL)[:3]]

    def ours(member: Member) -> int:
        return Access.of(member).reach(READ, "source").count()

    taken = _in_turns(bench, {OURS: ours, THEIRS: lambda m: guardian.count(m.user)}, cases)
    yield _faster("count of the list", taken, THEIRS, None)
    yield counted("… statements", statements(ours, cases), 2)


def _who(bench: Bench, driver: Driver) -> Iterator[Figure]:
    """Ask for everybody, and for what a page of people shows: the first, and how many."""
    sources = bench.sources(4)
    thing = things(sources)
    cases = [(source,) for source in sources]
    asks = {
        OURS: readers,
        THEIRS: lambda source: guardian.who(READ, thing[source]),
        BARE: lambda source: driver.who(source.pk),
    }
    taken = _in_turns(bench, asks, cases)
    yield _faster("who can read", taken, THEIRS, 100)
    yield within("who can read", taken[OURS], taken[BARE], BARE, 2.5)
    yield counted("… statements", statements(readers, cases), 1)
    seconds = alternate({OURS: first_readers}, cases, seconds=bench.seconds)[OURS]
    yield Figure("who can read: a first page", seconds, SECONDS, ours=seconds)


def _in_turns(bench: Bench, asks: Mapping[str, Ask], cases: Sequence[Case]) -> dict[str, float]:
    """Ask whoever holds this world: guardian does not hold each."""
    there = {name: ask for name, ask in asks.items() if bench.size.compared or name in OWN}
    return alternate(there, cases, seconds=bench.seconds)


def _faster(name: str, taken: Mapping[str, float], other: str, target: float | None) -> Figure:
    """Say how many times quicker we are than the other one, or where there is none our time."""
    if other in taken:
        return faster(name, taken[OURS], taken[other], other, target)
    return Figure(name, taken[OURS], SECONDS, ours=taken[OURS])


def _explain(bench: Bench) -> Iterator[Figure]:
    members = [*bench.members(LABELLED_ONLY), *bench.members(LISTED_ONLY), *_partly(bench)]
    cases = list(product(members, bench.sources()))

    def walk(member: Member, source: Resource) -> Any:
        access = Access.of(member)
        return list(paths(access.policy, READ, access.facts([source])[source.pk]))

    asks = {
        OURS: walk,
        "check": lambda m, s: check(m, READ, s),
    }
    taken = alternate(asks, cases, seconds=bench.seconds)
    yield within("every path", taken[OURS], taken["check"], "check", 1.2)
    asks[OURS] = lambda m, s: explain(Access.of(m), READ, s)
    taken = alternate(asks, cases, seconds=bench.seconds)
    yield within("explain, everything named", taken[OURS], taken["check"], "check", None)
