"""A PgBouncer in transaction mode, as it stands before a primary."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.peers.clusters import SITE, USER, Cluster, as_postgres, free_port, until_true

INI = """
[databases]
{site} = host=127.0.0.1 port={port} dbname={site} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {sessions}
max_client_conn = 100
query_wait_timeout = 3
server_connect_timeout = 2
server_login_retry = 1
"""


class Pooler:
    """One that runs, and can be told to lead to another server, as whoever promotes it does."""

    def __init__(self, folder: Path, *, sessions: int) -> None:
        self.ini, self.port, self.sessions = folder / "pgbouncer.ini", free_port(), sessions
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/{SITE}"

    def lead_to(self, cluster: Cluster) -> None:
        self.ini.write_text(
            INI.format(site=SITE, port=cluster.port, own=self.port, user=USER,
                       sessions=self.sessions)
        )  # fmt: skip
        if self.process is not None:
            self.process.send_signal(signal.SIGHUP)


@contextmanager
def pooling(cluster: Cluster, *, sessions: int = 2) -> Iterator[Pooler]:
    """Run one before a cluster, with so many sessions for all."""
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if not program:
        pytest.skip("there is no pgbouncer on this machine")
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-pgbouncer-"))
    folder.chmod(0o755)
    pooler = Pooler(folder, sessions=sessions)
    pooler.lead_to(cluster)
    pooler.process = subprocess.Popen([program, "-q", str(pooler.ini)], **as_postgres())
    try:
        until_true(lambda: psycopg.connect(pooler.url).close() is None, "pgbouncer does not answer")
        yield pooler
    finally:
        pooler.process.kill()
        pooler.process.wait()
        shutil.rmtree(folder)
