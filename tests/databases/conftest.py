"""A site on two machines of PostgreSQL, for all tests of this folder that want one."""

import pytest

from tests.databases.site import settled
from tests.peers.clusters import replicated

CHANGES = 55  # of access that a token may make in a minute, less some to spare
OTHERS = 3  # people beside those who lose their access in one test
PACE = 30  # changes in a second, which no machine of ours makes


@pytest.fixture(scope="session")
def pair():
    with replicated() as clusters:
        yield clusters


@pytest.fixture(scope="session")
def site(pair, tmp_path_factory, request):
    people = request.config.getoption("--revokes") + OTHERS
    writers = min(PACE * 60, people + 1000) // CHANGES
    return settled(pair.machines, tmp_path_factory.mktemp("site"), writers=writers, people=people)
