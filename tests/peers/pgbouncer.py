"""A PgBouncer in transaction mode, as it stands before a primary."""

import shutil
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
"""


@contextmanager
def pooling(cluster: Cluster, *, sessions: int = 2) -> Iterator[str]:
    """Run one before a cluster, with so many sessions for all; hand over its `DATABASE_URL`."""
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if not program:
        pytest.skip("there is no pgbouncer on this machine")
    own, folder = free_port(), Path(tempfile.mkdtemp(prefix="gatehouse-pgbouncer-"))
    ini = folder / "pgbouncer.ini"
    ini.write_text(INI.format(site=SITE, port=cluster.port, own=own, user=USER, sessions=sessions))
    folder.chmod(0o755)
    url = f"postgres://{USER}@127.0.0.1:{own}/{SITE}"
    process = subprocess.Popen([program, "-q", str(ini)], **as_postgres())
    try:
        until_true(lambda: psycopg.connect(url).close() is None, "pgbouncer does not answer")
        yield url
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)
