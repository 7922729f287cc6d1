"""The decision API through the whole site, against a page with nothing on it."""

import json
from collections.abc import Iterator
from typing import Any

from tests.bench.context import Bench
from tests.bench.measuring.calls import Site, signed_in_as
from tests.bench.measuring.clock import alternate, statements
from tests.bench.report import Figure, counted, within
from tests.bench.urls import EMPTY
from tests.bench.worlds.load import BENCH
from tests.bench.worlds.world import USUAL
from workspaces.access.engine import Access
from workspaces.catalogue import DECISION_READER, READ, Scope
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

ONE, MANY = "/access/v1/evaluation", "/access/v1/evaluations"
BATCHES = (10, 100)
MOST = 14  # statements of a batch, whatever its length: the token's door and the answers


def figures(bench: Bench) -> Iterator[Figure]:
    site = Site()
    page = signed_in_as(bench.members(USUAL)[0].user)
    asked = [Terms(DECISION_READER, Scope.ALL)]
    token, secret = tokens.create(bench.workspace, "Bench", by=BENCH, policy=asked)
    door = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    questions = [_question(member, source) for member, source in _pairs(bench)]
    _compare(bench, site, door, questions)
    asks = {
        "empty": lambda: site.call(EMPTY, **page),
        "one": lambda: site.call(ONE, body=questions[0], **door),
        **{
            f"batch of {n}": lambda n=n: site.call(MANY, body=_batch(questions, n), **door)
            for n in BATCHES
        },
    }
    taken = alternate(asks, [()], seconds=bench.seconds * 2)
    for name, ask in asks.items():
        if name != "empty":
            what = f"decisions: {name}"
            yield within(what, taken[name], taken["empty"], "empty page", None)
            yield Figure(f"{what}, requests a second", 1 / taken[name], "/s", ours=taken[name])
            yield counted("… statements", statements(ask, [()]), MOST)
    tokens.revoke(token, by=BENCH)


def _pairs(bench: Bench) -> list[tuple[Any, Any]]:
    members, sources = bench.members(USUAL), bench.sources(max(BATCHES))
    return [(members[n % len(members)], sources[n % len(sources)]) for n in range(max(BATCHES))]


def _question(member: Any, source: Any) -> dict[str, Any]:
    return {
        "subject": {"type": "user", "id": member.user.email},
        "action": {"name": READ},
        "resource": {"type": "source", "id": source.slug},
    }


def _batch(questions: list[dict[str, Any]], number: int) -> dict[str, Any]:
    return {"evaluations": questions[:number]}


def _compare(bench: Bench, site: Site, door: dict[str, str], questions: list[Any]) -> None:
    """Raise AssertionError where a batch answers something else than the engine."""
    answers = json.loads(site.call(MANY, body=_batch(questions, max(BATCHES)), **door))
    for answer, (member, source) in zip(answers["evaluations"], _pairs(bench), strict=True):
        expected = Access.of(member).check(READ, source)
        assert answer["decision"] is expected, f"{member.user} reads {source}"
