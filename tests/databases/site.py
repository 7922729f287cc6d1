"""The site on clusters of its own: its tables, a small world, its nodes, its commands.

Nothing here uses the database of the suite: what a test asks, it asks nodes and servers.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.api.conftest import secret_for
from tests.peers.clusters import SITE, USER, Cluster
from tests.peers.nodes import Node, serving
from tests.test_architecture import ROOT
from tests.world import ACME, SYSTEM, World, acme
from workspaces.catalogue import DECISION_READER
from workspaces.operations.documents import load_document


@dataclass(frozen=True)
class Site:
    """How the processes of a site are started, and who and what is in it.

    `people` are public ids by address: each may read the source by a grant of their own.
    """

    environment: dict[str, str]
    reader: str
    looker: str
    writers: list[str]
    people: dict[str, str]
    source: dict[str, str]

    @contextmanager
    def node(self, *, workers: int = 1, **environment: str) -> Iterator[Node]:
        """Run a node of this site, as production does."""
        kept = {"CONN_MAX_AGE": "60"}
        with serving(workers=workers, **{**self.environment, **kept, **environment}) as node:
            yield node

    def give(self, node: Node, email: str, number: int, *, given: bool) -> int:
        """Let somebody read the source or not, as one of the writers; return the status."""
        listed = {"id": self.source["id"], "type": "SOURCE"}
        policy = [{"roleId": "source-read-only", "resources": [listed]}]
        path = f"/api/users/{self.people[email]}/permissions"
        body = {"permissions": policy if given else []}
        status: int = node.send("PUT", path, body, self.writers[number % len(self.writers)])[0]
        return status

    def may_read(self, node: Node, email: str) -> Any:
        """Ask whether somebody may read it: the answer as its status and JSON."""
        question = {
            "subject": {"type": "user", "id": email},
            "action": {"name": "read"},
            "resource": {"type": "source", "id": self.source["slug"]},
        }
        return node.send("POST", "/access/v1/evaluation", question, self.reader)

    def command(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return command({**self.environment, **environment}, *words)


def address_of(*clusters: Cluster) -> str:
    """Return the `DATABASE_URL` of a site whose primary is one of these."""
    return f"postgres://{USER}@{','.join(cluster.address for cluster in clusters)}/{SITE}"


def settled(clusters: Sequence[Cluster], folder: Path, *, writers: int, people: int) -> Site:
    """Make the tables, and a workspace with so many people and tokens of writers."""
    environment = {
        "DATABASE_URL": address_of(*clusters),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "STATE_DIR": str(folder),
        "LOG_LEVEL": "CRITICAL",
    }
    command(environment, "migrate", "--verbosity", "0")
    told = command(
        environment, "shell", "--no-imports", "-c",
        f"from tests.databases.site import tell; tell({writers}, {people})",
    )  # fmt: skip
    return Site(environment, **json.loads(told.stdout))


def tell(writers: int, people: int) -> None:
    """Fill the database of this process, and print what `Site` knows of it."""
    reads = {"role": "source-read-only", "scope": {"resources": ["source/a"]}}
    many = [
        {"email": f"p{number}@example.org", "name": f"Person {number}", "grants": [reads]}
        for number in range(people)
    ]
    world = World(load_document(acme(members=[*ACME["members"], *many]), by=SYSTEM))
    source = world.resource("source/a")
    known = {
        "reader": secret_for(world.workspace, DECISION_READER),
        "looker": secret_for(world.workspace, "workspace-owner", name="looker"),
        "writers": [
            secret_for(world.workspace, "workspace-owner", name=f"writer {number}")
            for number in range(writers)
        ],
        "people": dict(
            world.workspace.members.order_by("pk").values_list("user__email", "public_id")
        ),
        "source": {"id": source.public_id, "slug": source.slug},
    }
    sys.stdout.write(json.dumps(known))


def command(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the site, which succeeds."""
    ended = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr or ended.stdout
    return ended
