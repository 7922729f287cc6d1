"""Nodes of the site: processes of their own that share the test's database."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connection

from tests.test_architecture import ROOT

COOKIE, CSRF = "gatehouse", "gatehouse-csrf"
TOKEN = "x" * 32


@dataclass(frozen=True)
class Node:
    """One process, and how to ask it."""

    port: int
    pid: int

    def get(self, path: str, session: str = "", **headers: str) -> http.client.HTTPResponse:
        return self._ask("GET", path, session, None, headers)

    def post(
        self, path: str, data: dict[str, Any], session: str = "", **headers: str
    ) -> http.client.HTTPResponse:
        """Send a form, with the proof that it came from a page of the same browser."""
        form = {"csrfmiddlewaretoken": TOKEN, **data}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self._ask("POST", path, session, urlencode(form, doseq=True), headers)

    def send(self, method: str, path: str, body: Any, secret: str) -> Any:
        """Send JSON as a program does, with a token; the answer as its status and JSON."""
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        answer = self._ask(method, path, "", json.dumps(body), headers)
        return answer.status, json.loads(answer.text)  # type: ignore[attr-defined]

    def _ask(
        self, method: str, path: str, session: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": f"{COOKIE}={session}; {CSRF}={TOKEN}", **headers}
        line.request(method, path, body, headers)
        answer = line.getresponse()
        answer.text = answer.read().decode()  # type: ignore[attr-defined]
        line.close()
        return answer


@contextmanager
def serving(*, minutes: float = 0, workers: int = 1, **environment: str) -> Iterator[Node]:
    """Run a node, its clock wrong by so many minutes, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "tests.peers.served",
               "--bind", f"127.0.0.1:{port}", "--workers", str(workers),
               "--log-level", "error"]  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": database_url(),
            "CLOCK_MINUTES": str(minutes),
            "CONN_MAX_AGE": "0",
            "LOG_LEVEL": "ERROR",
            **environment,
        },
    )
    try:
        _wait_for(port, process)
        yield Node(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def database_url() -> str:
    """Return the address of the database that this test writes to."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    return f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "the node ended by itself"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the node does not answer")
