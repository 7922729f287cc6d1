"""The questions of the engine, against django-guardian and against the bare driver."""

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

from tests.bench.contestants.driver import WAYS, Driver
from tests.bench.contestants.guardian_side import ask as guardian
from tests.bench.contestants.guardian_side.models import ACTIONS
from tests.bench.context import Bench, things
from tests.bench.measuring.clock import Ask, alternate, repeated, statements
from tests.bench.report import MICROSECONDS, Figure, counted, faster, within
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


def compare(bench: Bench, driver: Driver) -> None:
    """Raise AssertionError where one of the three answers something else."""
    sources = bench.sources()
    for member in bench.everybody():
        user, page = member.user, first_page(member)
        assert page == guardian.first_page(user), f"first page of {user}"
        for way in WAYS:
            assert page == driver.first_page(member.pk, way), f"first page of {user}, by hand"
        reached = Access.of(member).reach(READ, "source").count()
        assert reached == guardian.count(user), f"count of {user}"
        for source, thing in zip(sources, things(sources), strict=True):
            for action in ACTIONS:
                answer = check(member, action, source)
                assert answer == guardian.may(user, action, thing), f"{user} {action} {source}"
            assert check(member, READ, source) == driver.check(member.pk, source.pk), f"{user}"
    everywhere = guardian.everywhere(READ)
    for source, thing in zip(sources[:3], things(sources[:3]), strict=True):
        users = set(who(READ, source).values_list("user_id", flat=True))
        assert users == guardian.who(READ, thing) | everywhere, f"who reads {source}"
        assert set(readers(source)) == set(driver.who(source.pk)), f"who reads {source}, by hand"


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
    pairs = list(zip(sources, things(sources), strict=True))
    members = [*bench.members(LABELLED_ONLY), *bench.members(LISTED_ONLY), *_partly(bench)]
    cases = [(m, source, thing) for m in members for source, thing in pairs[:4]]
    taken = alternate(
        {
            OURS: lambda m, source, thing: check(m, READ, source),
            THEIRS: lambda m, source, thing: guardian.has_perm(m.user, READ, thing),
            BARE: lambda m, source, thing: driver.check(m.pk, source.pk),
        },
        cases,
        seconds=bench.seconds,
    )
    yield faster(
        "first check of a request", taken[OURS], taken[THEIRS], THEIRS, bench.target(15, 5)
    )
    yield within("first check of a request", taken[OURS], taken[BARE], BARE, None)
    yield counted("… statements", statements(lambda m, s, t: check(m, READ, s), cases), 2)
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
    objects = things(sources)
    members = [*bench.members(LABELLED_ONLY), *bench.members(LISTED_ONLY), *_partly(bench)]
    cases = [(member,) for member in members]

    def ours(member: Member) -> Any:
        return Access.of(member).rights(sources)

    taken = alternate(
        {OURS: ours, THEIRS: lambda m: guardian.rights(m.user, objects)},
        cases,
        seconds=bench.seconds,
    )
    name = f"rights of {len(sources)} objects × 3 actions"
    yield faster(name, taken[OURS], taken[THEIRS], "prefetch_perms", bench.target(6, 2.5))
    yield counted("… statements", statements(ours, cases), 2)
    few = cases[::3]
    taken = alternate(
        {OURS: ours, THEIRS: lambda m: guardian.rights_by_cell(m.user, objects)},
        few,
        seconds=bench.seconds / 100,
    )
    yield faster(name, taken[OURS], taken[THEIRS], "has_perm", 200)


def _lists(bench: Bench, driver: Driver) -> Iterator[Figure]:
    """First pages by kind of member, and over all kinds against what is quickest by hand."""
    whole = {OURS: 0.0, BARE: 0.0}
    for kind in KINDS:
        cases = [(member,) for member in bench.members(kind)[:6]]
        contestants: dict[str, Ask] = {way: partial(_by_hand, driver, way) for way in WAYS}
        contestants |= {OURS: first_page, THEIRS: lambda m: guardian.first_page(m.user)}
        taken = alternate(contestants, cases, seconds=bench.seconds)
        floor = min(taken[way] for way in WAYS)
        whole[OURS] += taken[OURS]
        whole[BARE] += floor
        name, least = f"first list page: {kind}", bench.target(3, 8) if kind == LISTED_ONLY else 1
        yield faster(name, taken[OURS], taken[THEIRS], THEIRS, least)
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

    taken = alternate(
        {OURS: ours, THEIRS: lambda m: guardian.count(m.user)}, cases, seconds=bench.seconds
    )
    yield faster("count of the list", taken[OURS], taken[THEIRS], THEIRS, None)
    yield counted("… statements", statements(ours, cases), 2)


def _who(bench: Bench, driver: Driver) -> Iterator[Figure]:
    sources = bench.sources(4)
    cases = list(zip(sources, things(sources), strict=True))
    taken = alternate(
        {
            OURS: lambda source, thing: readers(source),
            THEIRS: lambda source, thing: guardian.who(READ, thing),
            BARE: lambda source, thing: driver.who(source.pk),
        },
        cases,
        seconds=bench.seconds,
    )
    yield faster("who can read", taken[OURS], taken[THEIRS], THEIRS, 100)
    yield within("who can read", taken[OURS], taken[BARE], BARE, 2.5)
    yield counted("… statements", statements(lambda s, t: readers(s), cases), 1)


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
