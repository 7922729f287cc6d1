"""The bench runs: what it compares agrees, no statement too many, and nothing about time."""

import json
import subprocess
import sys

import pytest
from django.db import connection

from tests.bench.worlds import database
from tests.bench.worlds.load import BENCH
from tests.bench.worlds.rows import pour
from tests.bench.worlds.world import SIZES, document
from tests.test_architecture import ROOT
from workspaces.operations.documents import load_documents
from workspaces.operations.groups import groups

pytestmark = pytest.mark.any_database


@pytest.fixture
def beside(db, tmp_path):
    """The database beside which the bench puts its own."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{tmp_path / 'suite.sqlite3'}"
    parts = connection.settings_dict
    return f"postgres://{parts['USER']}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"


def test_answers_agree_with_guardian_and_the_bare_driver_R9(beside):
    command = [sys.executable, "-m", "tests.bench", "--size", "T", "--seconds", "0", "--json"]
    try:
        done = subprocess.run(
            [*command, "--rebuild", "--database", beside],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        database.drop(database.url_for(beside, "bench_t"))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["sections"]
    assert all(found.values())
    assert found.keys() >= {"questions", "mutations", "decisions", "documents"}


def test_a_world_written_as_rows_is_the_one_that_its_document_says(db):
    size = SIZES["T"]
    workspace = pour(size)
    text = json.dumps(document(size)).encode()
    (difference,) = load_documents([("", text)], by=BENCH, dry_run=True)
    assert not difference.lines
    groups.create(workspace, "Who comes next", by=BENCH)  # ids go on where the rows end
