"""Brings a world into its database once; later runs find it there."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from tests.bench.contestants.guardian_side.fill import fill
from tests.bench.contestants.guardian_side.models import Stamp
from tests.bench.measuring.apart import apart, most_memory
from tests.bench.worlds.load import sign_everybody_in
from tests.bench.worlds.others import pour_others
from tests.bench.worlds.rows import pour
from tests.bench.worlds.world import SLUG, Size, document
from workspaces.models import Workspace

VERSION = 1  # of the worlds; another one is brought in anew


def ensure(size: Size, *, seed: int) -> Stamp:
    """Return the stamp of the world in the database in use, brought in where it is not there.

    Raises SystemExit when another one lies there.
    """
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0, run_syncdb=True)  # guardian's side, which has none
    world = f"{size.name}, seed {seed}, version {VERSION}"
    stamp = Stamp.objects.first()
    if stamp is None:
        return _build(size, seed, world)
    if stamp.world != world:
        raise SystemExit(f"The database holds {stamp.world}, not {world}: say --rebuild.")
    return stamp


def _build(size: Size, seed: int, world: str) -> Stamp:
    if Workspace.objects.exists():
        raise SystemExit("The database was left half made: say --rebuild.")
    figures = _imported(size, seed) if size.compared else _poured(size, seed)
    stamp = Stamp.objects.create(world=world, figures=figures)
    with connection.cursor() as cursor:  # what autovacuum does in time
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return stamp


def _imported(size: Size, seed: int) -> dict[str, Any]:
    """Bring a world in as operators do, and the same access beside it as guardian has it."""
    text = json.dumps(document(size, seed=seed))
    with written(text) as file:
        taken = apart("import", file)
    workspace = Workspace.objects.get(slug=SLUG)
    start = time.perf_counter()
    with transaction.atomic():
        sign_everybody_in(workspace)
        fill(workspace)
    return {
        "import": asdict(taken),
        "bytes": len(text.encode()),
        "guardian": time.perf_counter() - start,
    }


def _poured(size: Size, seed: int) -> dict[str, Any]:
    """Write a world that is too large for that."""
    start = time.perf_counter()
    workspace = pour(size, seed=seed)
    pour_others(size.others)
    with transaction.atomic():
        sign_everybody_in(workspace)
    return {"rows": time.perf_counter() - start, "memory": most_memory()}


@contextmanager
def written(text: str) -> Iterator[str]:
    """Put a document into a file for as long as it is needed."""
    with NamedTemporaryFile("w", suffix=".json", delete=False, encoding="utf-8") as file:
        file.write(text)
    try:
        yield file.name
    finally:
        Path(file.name).unlink()
