"""What goes over a whole workspace: documents, files, changes that touch thousands."""

from collections.abc import Iterator

from django.db import transaction

from labels.operations import assigning, replacing
from labels.operations.assigning import Assignment
from labels.operations.making import create, delete
from labels.syntax import parse_label
from tests.bench.context import Bench
from tests.bench.measuring.apart import Measured, apart
from tests.bench.measuring.clock import timed
from tests.bench.report import MEGABYTES, MICROSECONDS, SECONDS, TIMES, Figure
from tests.bench.worlds.build import written
from tests.bench.worlds.load import BENCH
from workspaces.access.decide import Held
from workspaces.catalogue import ResourceType, Scope
from workspaces.operations.changes.affected import affected, gaining
from workspaces.operations.documents import document_text
from workspaces.operations.sign_in import open_sessions

MANY = 10_000
OF_A_FILE = 10  # times its size may an import take of memory


def figures(bench: Bench) -> Iterator[Figure]:
    yield from _documents(bench)
    yield from _labels(bench)
    yield from _everybody(bench)
    yield from _measured("people and what they reach, as CSV", apart("csv"))


def _documents(bench: Bench) -> Iterator[Figure]:
    if "import" in bench.loaded:  # not where the world was written as rows
        yield from _imported(bench)
    yield from _measured("export", apart("export"))
    with written(document_text(bench.workspace)) as file:
        again = apart("import", file)
    assert again.rows == 0, "importing what was exported writes nothing"
    yield Figure("import of what was exported", again.seconds, SECONDS, ours=again.seconds)


def _imported(bench: Bench) -> Iterator[Figure]:
    loaded = Measured(**bench.loaded["import"])
    yield from _measured("import", loaded)
    of_file = loaded.megabytes * 2**20 / bench.loaded["bytes"]
    target = OF_A_FILE if loaded.rows >= MANY else None
    yield Figure("import: memory as a multiple of the file", of_file, TIMES, target, at_most=True)


def _measured(name: str, taken: Measured) -> Iterator[Figure]:
    yield Figure(f"{name}: {taken.rows:,} rows", taken.seconds, SECONDS, ours=taken.seconds)
    yield Figure(f"{name}: a row", taken.seconds / max(taken.rows, 1) * 1e6, MICROSECONDS)
    yield Figure(f"{name}: memory beside Django's own", taken.megabytes, MEGABYTES)


def _labels(bench: Bench) -> Iterator[Figure]:
    """Put a label on ten thousand sources, rename it the safe way, take all of it back."""
    workspace = bench.workspace
    sources = workspace.resources.of_type(ResourceType.SOURCE).order_by("pk")[:MANY]
    number = sources.count()
    things = workspace.resources.filter(pk__in=sources.values("pk"))
    old = create(workspace, parse_label("wide:old"), by=BENCH)
    put = Assignment(ResourceType.SOURCE, things, put=(old,))
    seconds = timed(lambda: assigning.assign(workspace, put, by=BENCH))
    yield Figure(f"label onto {number:,} sources", seconds, SECONDS, ours=seconds)
    seconds = timed(lambda: replacing.replace(old, parse_label("wide:new"), by=BENCH))
    yield Figure(f"rename of a label on {number:,} sources", seconds, SECONDS, ours=seconds)
    new = workspace.labels.named(parse_label("wide:new")).get()
    take = Assignment(ResourceType.SOURCE, things, take=(new,))
    assigning.assign(workspace, take, by=BENCH)
    delete(new, by=BENCH)


def _everybody(bench: Bench) -> Iterator[Figure]:
    workspace = bench.workspace
    members = workspace.members.all()
    label = workspace.labels.order_by("pk").first()
    for scope, held in (
        ("by a label", Held("source-admin", Scope.LABELS, labels=frozenset([label.pk]))),
        ("on everything", Held("source-admin", Scope.ALL)),
    ):
        seconds = timed(lambda held=held: affected(workspace, members, gaining([held])))
        name = f"review: a grant {scope} for {bench.size.members:,} people"
        yield Figure(name, seconds, SECONDS, ours=seconds)
    seconds = timed(_follow, open_sessions.users_of(workspace))
    name = f"{bench.size.members:,} open sessions follow a new rule"
    yield Figure(name, seconds, SECONDS, ours=seconds)


def _follow(users: set[int]) -> None:
    with transaction.atomic():
        open_sessions.follow(users)
