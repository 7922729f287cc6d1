"""Cerbos, a decision engine with the same interface: it is told what it decides by each time.

It knows nobody and nothing; roles and labels of the subject, and labels of the resource, come with
the question. Its policy says for each role what it gives on sources that carry a common label.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.bench.measuring.serving import HOST, free_port
from tests.bench.worlds.database import STATE
from workspaces.access.decide import Facts, Policy
from workspaces.catalogue import ACTIONS, ResourceType, Scope, roles_giving

VERSION = "0.51.0"
PATIENCE = 20  # seconds
SOURCE = str(ResourceType.SOURCE)
EVERYTHING = "everything"  # what all resources carry


def question(asked: dict[str, Any], policy: Policy, facts: Facts) -> dict[str, Any]:
    """Return a question of ours with what Cerbos wants to know along with it."""
    subject = {
        "cerbos.roles": sorted({held.role for held in policy.held}) or ["nobody"],
        "labels": sorted(
            {str(label) for held in policy.held for label in held.labels}
            | {EVERYTHING for held in policy.held if held.scope == Scope.ALL}
        ),
    }
    resource = {"labels": [EVERYTHING, *map(str, sorted(facts.labels))]}
    return {
        **asked,
        "subject": {**asked["subject"], "properties": subject},
        "resource": {**asked["resource"], "properties": resource},
    }


def batch(questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return questions as a batch, for which Cerbos wants a context."""
    return {"context": {"asked": "together"}, "evaluations": questions}


@contextmanager
def serving() -> Iterator[int | None]:
    """Run Cerbos on loopback and yield its port; None where npm does not have it."""
    program = _program()
    if program is None:
        print("Cerbos is not to be had here: nothing is compared with it.", file=sys.stderr)
        yield None
        return
    with TemporaryDirectory() as folder:
        port = _configure(Path(folder))
        quiet = subprocess.DEVNULL  # it complains of each connection that ends
        command = [program, "server", "--config", f"{folder}/conf.json"]
        with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
            try:
                _wait_for(port)
                yield port
            finally:
                process.terminate()


def _program() -> Path | None:
    """Return the program itself: what npm puts before it would outlive being ended."""
    folder = STATE / "cerbos"
    npm = shutil.which("npm")
    if npm and not folder.exists():
        install = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
        subprocess.run([*install, f"cerbos@{VERSION}"], check=False, stdout=subprocess.DEVNULL)
    return next(folder.glob("node_modules/@cerbos/*/cerbos-*"), None)


def _configure(folder: Path) -> int:
    """Write what Cerbos reads; return the port it will listen on."""
    (folder / "policies").mkdir()
    rules = [
        {
            "actions": [action],
            "effect": "EFFECT_ALLOW",
            "roles": sorted(roles_giving(SOURCE, action)),
            "condition": {"match": {"expr": "R.attr.labels.exists(l, l in P.attr.labels)"}},
        }
        for action in ACTIONS[SOURCE]
        if roles_giving(SOURCE, action)
    ]
    policy = {
        "apiVersion": "api.cerbos.dev/v1",
        "resourcePolicy": {"resource": SOURCE, "version": "default", "rules": rules},
    }
    port, inner = free_port(), free_port()
    conf = {
        "server": {"httpListenAddr": f"{HOST}:{port}", "grpcListenAddr": f"{HOST}:{inner}"},
        "storage": {"driver": "disk", "disk": {"directory": f"{folder}/policies"}},
        "telemetry": {"disabled": True},
    }
    (folder / "policies" / "source.json").write_text(json.dumps(policy))
    (folder / "conf.json").write_text(json.dumps(conf))
    return port


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            urlopen(f"http://{HOST}:{port}/_cerbos/health").close()
            return
        except URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
