"""How long an owner waits for the first byte of each page, four of them asking at once."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

from tests.bench.context import Bench
from tests.bench.measuring.addresses import addresses
from tests.bench.measuring.calls import signed_in_as
from tests.bench.measuring.serving import Server, served
from tests.bench.report import MEGABYTES, SECONDS, Figure
from tests.bench.worlds.stage import OWNING, staged

CONNECTIONS = 4
LEAST = 5  # answers to each connection
OF_A_PAGE = 0.25  # of the seconds of a question: there are many
WAITED = 0.3  # seconds at most for 95 of 100
HEAVIEST = 150


def figures(bench: Bench) -> Iterator[Figure]:
    paths = addresses(staged(bench.workspace))
    owner = bench.workspace.members.select_related("user").get(user__email=OWNING)
    cookie = signed_in_as(owner.user)["HTTP_COOKIE"]
    with served() as server, ThreadPoolExecutor(CONNECTIONS) as pool:
        for name, path in paths.items():
            waited, busy = _waited(server, pool, path, cookie, bench.seconds * OF_A_PAGE)
            words = f"{busy * 1000:.0f} ms of CPU"
            yield Figure(name, waited, SECONDS, WAITED, at_most=True, ours=waited, against=words)
        yield Figure("heaviest worker", server.heaviest(), MEGABYTES, HEAVIEST, at_most=True)


def _waited(
    server: Server, pool: ThreadPoolExecutor, path: str, cookie: str, seconds: float
) -> tuple[float, float]:
    """Return how long 95 of 100 wait at most, and what an answer keeps a worker busy for.

    The latter hardly depends on what else the machine does; of PostgreSQL it says nothing.
    """
    connections, least = (CONNECTIONS, LEAST) if seconds else (1, 2)
    if seconds:
        server.first_byte(path, cookie)  # what a worker does once
    end, busy = time.perf_counter() + seconds, server.busy()
    asking = [pool.submit(_ask, server, path, cookie, end, least) for _ in range(connections)]
    taken = [one for asked in asking for one in asked.result()]
    return quantiles(taken, n=20)[-1], (server.busy() - busy) / len(taken)


def _ask(server: Server, path: str, cookie: str, end: float, least: int) -> list[float]:
    taken: list[float] = []
    while len(taken) < least or time.perf_counter() < end:
        taken.append(server.first_byte(path, cookie))
    return taken
