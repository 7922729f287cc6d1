"""A pager that waits, or a reader that had enough, holds up nobody (XJ3)."""

import json
import os
import subprocess
import sys
import time

import pytest

from tests.peers.nodes import database_url
from tests.test_architecture import ROOT
from tests.world import SYSTEM, acme, build
from workspaces.models import Workspace
from workspaces.operations.groups import groups

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 900  # people: their lines are more than a pipe takes in while nobody reads
PATIENCE = 60  # seconds


@pytest.fixture
def large(tmp_path):
    """A document of acme with many people more."""
    document = acme()
    document["members"] += [
        {
            "email": f"person{number}@{'far-away-' * 6}x.{'and-on-' * 8}x.example.org",
            "name": f"Person {number}",
        }
        for number in range(MANY)
    ]
    path = tmp_path / "large.json"
    path.write_text(json.dumps(document))
    return path


def started(*command):
    return subprocess.Popen(
        [sys.executable, "manage.py", *map(str, command)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "DATABASE_URL": database_url(), "LOG_LEVEL": "ERROR"},
    )


def waits(process):
    """Read the first byte of what is written, and leave the rest to wait in the pipe."""
    assert process.stdout.read(1)
    time.sleep(0.5)
    assert process.poll() is None, "all of it went into the pipe"


def had_enough(process):
    """Read no further; return the exit code and what was said about it."""
    process.stdout.close()
    with process.stderr as file:
        error = file.read()
    return process.wait(PATIENCE), error


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_nothing_is_locked_while_the_difference_is_read(large, more):
    world = build()
    process = started("workspace_import", large, *more)
    waits(process)
    began = time.monotonic()
    groups.add_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    assert time.monotonic() - began < 5
    _, error = process.communicate(timeout=PATIENCE)
    # What was read does not hold any more: somebody else wrote meanwhile.
    assert (process.returncode, b"meanwhile" in error) == ((1, True) if not more else (0, False))
    assert world.workspace.members.count() == 4


def test_a_reader_that_has_enough_does_not_undo_the_import(large):
    build()
    process = started("workspace_import", large)
    waits(process)
    assert had_enough(process) == (0, b"")
    assert Workspace.objects.get(slug="acme").members.count() == MANY + 4


def test_an_export_is_no_lock_while_it_is_read(large):
    load = started("workspace_import", large)
    load.communicate(timeout=PATIENCE)
    process = started("workspace_export", "acme")
    waits(process)
    workspace = Workspace.objects.get(slug="acme")
    began = time.monotonic()
    groups.add_members(
        workspace.groups.get(), [workspace.members.get(user__email="dee@example.org")], by=SYSTEM
    )
    assert time.monotonic() - began < 5
    assert had_enough(process) == (0, b"")
