"""The decision API over HTTP: beside Cerbos in turns, and beside a page with nothing on it."""

import json
import random
from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.bench.contestants import cerbos
from tests.bench.context import Bench
from tests.bench.measuring import load
from tests.bench.measuring.calls import Site, signed_in_as
from tests.bench.measuring.clock import statements
from tests.bench.measuring.serving import served
from tests.bench.report import COUNT, TIMES, Figure, counted
from tests.bench.urls import EMPTY
from tests.bench.worlds.load import BENCH
from tests.bench.worlds.world import OWNER, USUAL
from workspaces.access.engine import Access
from workspaces.catalogue import ACTIONS, DECISION_READER, READ, Scope
from workspaces.models import Member, Resource
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

ONE, MANY, SEARCH = "/access/v1/evaluation", "/access/v1/evaluations", "/access/v1/search/subject"
CONNECTIONS, TURNS = 4, 5
BATCH = 50
ASKED = 100  # questions, each about another person and another source
MOST = {"single": 2, "batch": 5}  # statements
COMPARED = {"S": 2_000, "M": 20_000, "L": 100_000, "XL": 100_000}
AT_ONCE = 1000
PER_SECOND = "/s"

Pair = tuple[Member, Resource]


def figures(bench: Bench) -> Iterator[Figure]:
    asked = [Terms(DECISION_READER, Scope.ALL)]
    token, secret = tokens.create(bench.workspace, "Bench", by=BENCH, policy=asked)
    bearer = f"Bearer {secret}"
    pairs = _pairs(bench)
    questions = [_question(member, source, READ) for member, source in pairs]
    try:
        yield _differences(bench, bearer)
        site, door = Site(), {"HTTP_AUTHORIZATION": bearer}
        for name, path, body in (
            ("single", ONE, questions[0]), ("batch", MANY, {"evaluations": questions[:BATCH]}),
        ):  # fmt: skip
            site.call(path, body=body, **door)  # notes the use, once a minute
            number = statements(lambda at=path, b=body: site.call(at, body=b, **door), [()])
            yield counted(f"{name}: statements", number, MOST[name])
        yield from _over_http(bench, bearer, pairs, questions)
    finally:
        tokens.revoke(token, by=BENCH)


def _over_http(
    bench: Bench, bearer: str, pairs: list[Pair], questions: list[dict[str, Any]]
) -> Iterator[Figure]:
    owner = bench.members(OWNER)[0]
    ours = {
        "single": [load.post(ONE, one, Authorization=bearer) for one in questions],
        "batch": [load.post(MANY, {"evaluations": questions[:BATCH]}, Authorization=bearer)],
        "search": [load.post(SEARCH, one, Authorization=bearer) for one in questions],
        "empty page": [load.get(EMPTY, Cookie=signed_in_as(owner.user)["HTTP_COOKIE"])],
    }
    told = _told(pairs, questions)
    theirs = {
        "single": [load.post(ONE, one) for one in told],
        "batch": [load.post(MANY, cerbos.batch(told[:BATCH]))],
    }
    with served() as server, cerbos.serving() as port:
        rates = _rates(bench, {"ours": (server.port, ours), "theirs": (port, theirs)})
    targets = {"single": bench.target(0.6, 0.3), "batch": bench.target(1.5, 1)}
    for name in ours:
        decisions = BATCH if name == "batch" else 1
        yield Figure(f"{name}, {CONNECTIONS} connections", rates["ours", name] * decisions, "/s")
        if ("theirs", name) in rates:
            beside = rates["theirs", name]
            yield Figure(f"… Cerbos {cerbos.VERSION}", beside * decisions, PER_SECOND)
            ratio = rates["ours", name] / beside
            yield Figure("…", ratio, TIMES, targets[name], against="Cerbos")
    ratio = rates["ours", "single"] / rates["ours", "empty page"]
    yield Figure("single", ratio, TIMES, against="empty page")


def _rates(
    bench: Bench, servers: dict[str, tuple[int | None, dict[str, list[bytes]]]]
) -> dict[tuple[str, str], float]:
    """Return the median answers a second of each question to each server, asked in turns."""
    found: dict[tuple[str, str], list[float]] = {}
    for _ in range(TURNS + 1):
        for who, (port, asked) in servers.items():
            for name, requests in asked.items() if port else ():
                seconds = bench.seconds / 2
                rate = load.rate(port, requests, connections=CONNECTIONS, seconds=seconds)
                found.setdefault((who, name), []).append(rate)
    return {key: median(rates[1:]) for key, rates in found.items()}  # the first turn warms up


def _pairs(bench: Bench) -> list[Pair]:
    members, sources = bench.members(USUAL, ASKED), bench.sources(ASKED)
    return [(members[n % len(members)], sources[n % len(sources)]) for n in range(ASKED)]


def _question(member: Member, source: Resource, action: str) -> dict[str, Any]:
    return {
        "subject": {"type": "user", "id": member.user.email},
        "action": {"name": action},
        "resource": {"type": "source", "id": source.slug},
    }


def _told(pairs: list[Pair], questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the questions as Cerbos wants them, with what we know ourselves."""
    told = []
    for (member, source), asked in zip(pairs, questions, strict=True):
        access = Access.of(member)
        told.append(cerbos.question(asked, access.policy, access.facts([source])[source.pk]))
    return told


def _differences(bench: Bench, bearer: str) -> Figure:
    """Count the answers that are not the engine's; raises AssertionError where there are any."""
    draw, site = random.Random(3), Site()  # noqa: S311
    sources = bench.sources(AT_ONCE)
    people = [*bench.everybody(), *bench.members(USUAL, ASKED)]
    most, compared = COMPARED.get(bench.size.name, AT_ONCE), 0
    while compared < most:
        member = draw.choice(people)
        cases = [(source, draw.choice(ACTIONS[source.type])) for source in sources]
        body = {"evaluations": [_question(member, source, action) for source, action in cases]}
        said = json.loads(site.call(MANY, body=body, HTTP_AUTHORIZATION=bearer))["evaluations"]
        access = Access.of(member)
        expected = [access.check(action, source) for source, action in cases]
        assert [answer["decision"] for answer in said] == expected, member.user.email
        compared += len(cases)
    return Figure(f"differences to the engine, of {compared:,}", 0, COUNT, 0, at_most=True)
