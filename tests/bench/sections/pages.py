"""Pages under load: ours beside Django's own list of the same rows, and a page of nothing."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median, quantiles

from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.bench import urls
from tests.bench.context import Bench
from tests.bench.measuring.clock import statements
from tests.bench.measuring.serving import Server, served
from tests.bench.report import MEGABYTES, TIMES, Figure, counted
from tests.bench.worlds.load import BENCH
from tests.bench.worlds.world import OWNER, SLUG
from workspaces.change import audit, lock_workspace, target
from workspaces.models import Workspace

CONNECTIONS = (1, 4, 16)
SLICES = 4  # each page is asked for in this many turns
PER_SECOND = "/s"
EVENTS = 100
MEMBERS, PLAIN, FULL, EMPTY = "members", "stock list", "stock, columns", "empty page"
# Session; sign-in with user and limits; membership and workspace; policy.
BEFORE_A_PAGE = 4
HEAVIEST = 120


@dataclass(slots=True)
class Load:
    """What came back from one page: seconds per answer, and answers per second of each turn."""

    taken: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def words(self) -> str:
        cuts = quantiles(self.taken, n=100)
        return f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms"


def figures(bench: Bench) -> Iterator[Figure]:
    """Ask for pages in turns, over more and more connections at once."""
    _tell_something(bench.workspace)
    paths = _paths()
    client = Client(SERVER_NAME="localhost")
    client.force_login(bench.members(OWNER)[0].user, backend="accounts.backends.SignInBackend")
    client.get(paths[MEMBERS])  # notes the activity, once a minute
    count = statements(client.get, [(paths[MEMBERS],)])
    yield counted("members: statements, session and guard included", count, None)
    yield counted("members: statements of its own", count - BEFORE_A_PAGE, 8)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    yield _weight(paths, cookie, bench.seconds)
    with served() as server:
        for connections in CONNECTIONS:
            loads = _under_load(server, paths, cookie, connections, bench.seconds)
            for name, load in loads.items():
                words = f"{name}, {connections} connections"
                yield Figure(words, load.rate, PER_SECOND, against=load.words)
            yield from _compared(bench, loads, connections)


def _weight(paths: Mapping[str, str], cookie: str, seconds: float) -> Figure:
    """Say what a worker weighs that answered our pages, and nobody else's."""
    ours = {name: path for name, path in paths.items() if name not in (PLAIN, FULL, EMPTY)}
    with served() as server:
        _under_load(server, ours, cookie, max(CONNECTIONS), seconds)
        return Figure("heaviest worker", server.heaviest(), MEGABYTES, HEAVIEST, at_most=True)


def _compared(bench: Bench, loads: Mapping[str, Load], connections: int) -> Iterator[Figure]:
    targets = {PLAIN: 1.25, FULL: bench.target(6, 3), EMPTY: 0.2}
    for other, wanted in targets.items():
        ratio = loads[MEMBERS].rate / loads[other].rate
        yield Figure(f"members, {connections} connections", ratio, TIMES, wanted, against=other)


def _paths() -> dict[str, str]:
    ours = {name: reverse(f"workspaces:{name}", args=[SLUG]) for name in (MEMBERS, "groups")}
    return {
        **ours,
        "sources": reverse("workspaces:resources", args=[SLUG, "source"]),
        "audit trail": reverse("workspaces:audit", args=[SLUG]),
        "my access": reverse("workspaces:my_access", args=[SLUG]),
        PLAIN: reverse("plain:workspaces_member_changelist"),
        FULL: reverse("full:workspaces_member_changelist"),
        EMPTY: urls.EMPTY,
    }


def _under_load(
    server: Server, paths: Mapping[str, str], cookie: str, connections: int, seconds: float
) -> dict[str, Load]:
    """Ask for every page in turns, so that what slows the machine slows each of them."""
    loads = {name: Load() for name in paths}
    with ThreadPoolExecutor(connections) as pool:
        for _ in range(SLICES):
            for name, path in paths.items():
                start = time.perf_counter()
                end = start + seconds / SLICES
                asking = [pool.submit(_ask, server, path, cookie, end) for _ in range(connections)]
                taken = [one for asked in asking for one in asked.result()]
                loads[name].taken += taken
                loads[name].rates.append(len(taken) / (time.perf_counter() - start))
    return loads


def _ask(server: Server, path: str, cookie: str, end: float) -> list[float]:
    """Ask for a page again and again until the end; return the seconds of each answer."""
    taken = []
    while not taken or time.perf_counter() < end:
        start = time.perf_counter()
        status = server.get(path, cookie)
        taken.append(time.perf_counter() - start)
        assert status == 200, (path, status)
    return taken


def _tell_something(workspace: Workspace) -> None:
    """Give the trail two pages: a world that was just brought in has one event."""
    with lock_workspace(workspace.pk) as locked:
        for _ in range(EVENTS - min(EVENTS, locked.events.count())):
            audit.record(locked, "workspace.settings_changed", by=BENCH, target=target(locked))
