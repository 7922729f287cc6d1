"""PostgreSQL clusters of a test's own: a primary and its standbys, which it may kill."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

USER, SITE = "postgres", "gatehouse"
# No disk is waited for: processes are killed here, machines are not. Standbys may be rewound from.
SERVER = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "wal_keep_size": "256MB",
    "max_wal_senders": "6",
    "hot_standby_feedback": "on",
    "wal_retrieve_retry_interval": "200ms",
    "wal_receiver_timeout": "5s",
    "log_min_messages": "fatal",
}
PATIENCE = 30  # seconds


class Cluster:
    """One server; `kill` ends it as a machine that loses its power does."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.data, self.port = name, folder / name, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return self.url_of(USER)

    def url_of(self, role: str) -> str:
        """Return the address by which a role comes to the site's database."""
        return f"postgres://{role}@{self.address}/{SITE}"

    def ask(self, text: str, *, database: str = USER) -> Any:
        """Run a statement as superuser; return the first column of its first row, if any."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, dbname=database, autocommit=True,
            connect_timeout=2,
        ) as line:  # fmt: skip
            found = line.execute(text)
            row = found.fetchone() if found.description else None
            return row and row[0]

    def begin(self) -> None:
        """Make a cluster of its own, and the site's database in it."""
        run("initdb", "-D", str(self.data), "-A", "trust", "-U", USER, "-E", "UTF8", "-N",
            "--locale=C.UTF-8")  # fmt: skip
        self.start()
        self.ask(f"CREATE DATABASE {SITE}")

    def follow(self, primary: "Cluster") -> None:
        """Become a standby of another, from a copy of it as it is now."""
        shutil.rmtree(self.data, ignore_errors=True)
        origin = f"host=127.0.0.1 port={primary.port} user={USER} application_name={self.name}"
        run("pg_basebackup", "-D", str(self.data), "-d", origin, "-c", "fast", "-R", "-N")
        self.start()

    def start(self) -> None:
        options = [word for key, value in SERVER.items() for word in ("-c", f"{key}={value}")]
        self.process = subprocess.Popen(
            [program("postgres"), "-D", str(self.data), "-p", str(self.port), *options],
            **as_postgres(),
        )
        until_true(lambda: self.ask("SELECT true"), f"{self.name} does not answer")

    def kill(self) -> None:
        """End every process of it at once; nothing is written or said any more."""
        assert self.process is not None
        family = [self.process.pid, *children_of(self.process.pid)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def come_back_behind(self, primary: "Cluster") -> None:
        """Start again after a kill, as it was, as if it were a standby of the new primary."""
        own = self.data / "postgresql.auto.conf"
        origin = f"host=127.0.0.1 port={primary.port} user={USER}"
        own.write_text(own.read_text() + f"primary_conninfo = '{origin}'\n")
        shutil.copyfile("/dev/null", self.data / "standby.signal")
        shutil.chown(self.data / "standby.signal", own.owner(), own.group())
        self.start()

    def promote(self) -> None:
        """Make a standby the primary, that waits for nobody until somebody follows it."""
        self.ask("SELECT pg_promote()")
        self.wait_for()

    def wait_for(self, *standbys: "Cluster") -> None:
        """Let commits wait for all of these standbys from now on."""
        names = ", ".join(f'"{standby.name}"' for standby in standbys)
        value = f"FIRST {len(standbys)} ({names})" if standbys else ""
        self.ask(f"ALTER SYSTEM SET synchronous_standby_names = '{value}'")
        self.ask("SELECT pg_reload_conf()")
        until_true(lambda: self.is_followed_by(len(standbys)), f"{value}: they do not follow")

    def is_followed_by(self, number: int) -> bool:
        """Whether so many standbys stream, and commits wait for each of them."""
        synchronous = self.ask(
            "SELECT count(*) FROM pg_stat_replication"
            " WHERE state = 'streaming' AND sync_state = 'sync'"
        )
        return bool(synchronous == number)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def until_true(true: Callable[[], object], otherwise: str) -> None:
    """Wait until something is so; while a server does not answer it is not."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(psycopg.OperationalError):
            if true():
                return
        time.sleep(0.02)
    raise AssertionError(otherwise)


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, of the newest version there is."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found:
        pytest.skip(f"there is no {name} on this machine")
    return str(found[-1])


def as_postgres() -> dict[str, Any]:
    """Return how a process is started that may not run as root."""
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if os.geteuid() == 0:
        quiet |= {"user": USER, "group": USER, "extra_groups": []}
    return {**quiet, "cwd": "/"}


def run(name: str, *words: str) -> None:
    subprocess.run([program(name), *words], check=True, **as_postgres())


def children_of(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


class Pair:
    """A primary and the standby that its commits wait for, of two machines in changing parts."""

    def __init__(self, folder: Path) -> None:
        self.primary, self.standby = Cluster("one", folder), Cluster("other", folder)
        self.machines = (self.primary, self.standby)

    def fail_over(self) -> None:
        """Kill the primary and let the standby take over, as whoever watches them would."""
        self.primary.kill()
        self.take_over()

    def take_over(self) -> None:
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary

    def mend(self) -> None:
        """Let the machine that was killed follow the other, whose commits wait for it again."""
        self.standby.follow(self.primary)
        self.primary.wait_for(self.standby)


@contextmanager
def replicated() -> Iterator[Pair]:
    """Run a primary and a standby that its commits wait for, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-clusters-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER, USER)
    pair = Pair(folder)
    try:
        pair.primary.begin()
        pair.mend()
        yield pair
    finally:
        for machine in pair.machines:
            if machine.process is not None:
                machine.kill()
        shutil.rmtree(folder)
