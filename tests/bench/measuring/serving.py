"""The site under gunicorn on loopback, as long as it is asked, and what its workers weigh."""

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

    def heaviest(self) -> float:
        """Return the most megabytes that a worker held so far; Linux tells."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return max(_peak(Path(f"/proc/{pid}/status").read_text()) for pid in children)


def _peak(status: str) -> float:
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


@contextmanager
def served() -> Iterator[Server]:
    """Serve the site from the database in use."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
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
