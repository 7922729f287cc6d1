"""The site under gunicorn on loopback, as long as it is asked, and what its workers weigh."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

WORKERS = 2
PATIENCE = 30  # seconds until it answers
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Server:
    pid: int
    port: int

    def get(self, path: str, cookie: str = "") -> int:
        """Ask for a page on a connection of its own, read it, and return its status."""
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE)
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def first_byte(self, path: str, cookie: str) -> float:
        """Return the seconds until a page, which must be there, begins to come."""
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE)
        start = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        seconds = time.perf_counter() - start
        answer.read()
        connection.close()
        assert answer.status == 200, (path, answer.status)
        return seconds

    def heaviest(self) -> float:
        """Return the most megabytes that a worker held so far; Linux tells."""
        return max(_peak((worker / "status").read_text()) for worker in self._workers())

    def busy(self) -> float:
        """Return the seconds that the workers have kept processors busy for."""
        ticks = (_ticks((worker / "stat").read_text()) for worker in self._workers())
        return sum(ticks) / os.sysconf("SC_CLK_TCK")

    def _workers(self) -> list[Path]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [Path(f"/proc/{pid}") for pid in children]


def _peak(status: str) -> float:
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


def _ticks(stat: str) -> int:
    user, system = stat.rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


@contextmanager
def served() -> Iterator[Server]:
    """Serve the site from the database in use."""
    port = free_port()
    options = ["--workers", str(WORKERS), "--bind", f"{HOST}:{port}", "--log-level", "error"]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", *options]
    with subprocess.Popen(command) as process:
        server = Server(process.pid, port)
        try:
            _wait_for(server)
            yield server
        finally:
            process.terminate()


def _wait_for(server: Server) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            if server.get("/livez") == 200:
                return
        except OSError:
            if time.monotonic() > end:
                raise
        time.sleep(0.1)
