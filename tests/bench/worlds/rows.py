"""Brings a world into the database as rows: for sizes whose document would fill the memory.

What lies there afterwards is what the import would have written, which a test holds, but for the
one event: it mentions the owners and the labels alone.
"""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model

from accounts.models.user import User
from labels.models import Label, ResourceLabel
from tests.bench.worlds.load import BENCH
from tests.bench.worlds.world import OF_A_KIND, USUAL, Document, Drawing, Size
from workspaces.catalogue import Scope
from workspaces.models import (
    Grant,
    GrantLabel,
    GrantResource,
    Group,
    GroupMember,
    Member,
    Resource,
    Workspace,
)
from workspaces.operations.documents import load_document

AT_ONCE = 5000
WRITTEN = (
    User,
    Member,
    Group,
    GroupMember,
    Resource,
    ResourceLabel,
    Grant,
    GrantLabel,
    GrantResource,
)


def pour(size: Size, *, seed: int = 1) -> Workspace:
    """Write a world of this size, saying on standard error how far it is; return its workspace.

    Memory holds the addresses and the names of things, and a few thousand rows.
    """
    _hurry()
    drawing = Drawing(size, seed)
    pouring = _Pouring(drawing)
    for part in (pouring.resources, pouring.members, pouring.groups):
        start = time.perf_counter()
        with transaction.atomic():
            part()
        news = f"{size.name}: {pouring.rows:,} rows, {time.perf_counter() - start:.0f} s"
        print(f"{news} for {part.__name__}", file=sys.stderr, flush=True)
    reset_ids(WRITTEN)
    return pouring.workspace


def reset_ids(models: Sequence[type[Model]]) -> None:
    """Let the ids of these tables go on where their rows end."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _hurry() -> None:
    """Let SQLite hold the indexes it fills: a world is made anew where the machine stops."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -200000")
            cursor.execute("PRAGMA synchronous = OFF")


class _Pouring:
    """One world on its way into the database, a few thousand rows at a time."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing, self.people = drawing, drawing.members()
        self.rows = 0
        owners = list(islice(self.people, OF_A_KIND))  # nothing is drawn for them
        self.workspace = load_document({**drawing.frame(), "members": owners}, by=BENCH)
        self.labels = {str(row): row.pk for row in Label.objects.filter(workspace=self.workspace)}
        self.things: dict[str, int] = {}
        self.members_by_address: dict[str, int] = {}
        self.numbers = {model: count(newest(model) + 1) for model in WRITTEN}

    def resources(self) -> None:
        for batch in _batches(self.drawing.resources()):
            rows = [self._resource(said) for said in batch]
            self._write(Resource, rows)
            carried = zip(rows, (said.get("labels", ()) for said in batch), strict=True)
            self._join(
                ResourceLabel,
                ("resource_id", "label_id", "folded_key"),
                (
                    (row.pk, self.labels[name], name.partition(":")[0])
                    for row, names in carried
                    for name in names
                ),
            )

    def _resource(self, said: Document) -> Any:
        source = self.things[said["source"]] if "source" in said else None
        columns = {name: said[name] for name in ("type", "slug", "name")}
        row = self._new(Resource, source_id=source, **columns)
        self.things[row.ref] = row.pk
        return row

    def members(self) -> None:
        for batch in _batches(self.people):
            users = [User.objects.without_password(said["email"], said["name"]) for said in batch]
            for user in users:
                user.pk = next(self.numbers[User])
            self._write(User, users)
            rows = [self._new(Member, user_id=user.pk) for user in users]
            self._write(Member, rows)
            self._grants("member_id", zip(rows, batch, strict=True))
            self.members_by_address |= {
                said["email"]: row.pk
                for said, row in zip(batch, rows, strict=True)
                if said["email"].startswith(USUAL)
            }

    def groups(self) -> None:
        for batch in _batches(self.drawing.groups(self.members_by_address)):
            rows = [self._new(Group, name=said["name"]) for said in batch]
            self._write(Group, rows)
            self._join(
                GroupMember,
                ("group_id", "member_id"),
                (
                    (row.pk, self.members_by_address[email])
                    for row, said in zip(rows, batch, strict=True)
                    for email in said["members"]
                ),
            )
            self._grants("group_id", zip(rows, batch, strict=True))

    def _grants(self, subject: str, holders: Iterable[tuple[Model, Document]]) -> None:
        given = ((row.pk, said) for row, holder in holders for said in holder["grants"])
        for batch in _batches(given):
            rows = [self._grant(subject, *one) for one in batch]
            self._write(Grant, rows)
            named = [(row.pk, said["scope"]) for row, (_, said) in zip(rows, batch, strict=True)]
            for model, scope, pks in (
                (GrantLabel, Scope.LABELS, self.labels),
                (GrantResource, Scope.RESOURCES, self.things),
            ):
                to = "label_id" if scope == Scope.LABELS else "resource_id"
                names = ((pk, name) for pk, said in named for name in said.get(scope, ()))
                self._join(model, ("grant_id", to), ((pk, pks[name]) for pk, name in names))

    def _grant(self, subject: str, holder: int, said: Document) -> Any:
        (scope,) = said["scope"]
        labels = len(said["scope"].get(Scope.LABELS, ()))
        columns = {"role": said["role"], "scope": str(scope), "n_labels": labels, subject: holder}
        return self._new(Grant, **columns)

    def _new(self, model: Any, **columns: Any) -> Any:
        pk = next(self.numbers[model])
        return model(pk=pk, workspace_id=self.workspace.pk, **columns)

    def _write(self, model: type[Model], rows: Iterable[Any]) -> None:
        self.rows += write(model, rows)

    def _join(
        self, model: type[Model], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
    ) -> None:
        """Insert rows of no more than ids and words; what they do not name is as it is at first."""
        given = ("id", "workspace_id", *columns)
        rest = [field for field in model._meta.concrete_fields if field.column not in given]
        same = tuple(field.get_db_prep_save(field.get_default(), connection) for field in rest)
        head, numbers = self.workspace.pk, self.numbers[model]
        whole = ((next(numbers), head, *row, *same) for row in rows)
        self.rows += insert(model, [*given, *(field.column for field in rest)], whole)


def write(model: type[Model], rows: Iterable[Any]) -> int:
    """Insert rows that have their ids; return how many."""
    fields = model._meta.concrete_fields
    return insert(model, [field.column for field in fields], _stored(fields, rows))


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows past every rule but those of their table; return how many."""
    into = f"{model._meta.db_table} ({', '.join(columns)})"
    written = 0
    for batch in _batches(rows):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                    for row in batch:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", batch)
        written += len(batch)
    return written


def _stored(fields: Sequence[Any], rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the values of each row's columns, cleaned and with the keys made of them (N1–N3)."""
    for row in rows:
        row.fit()
        yield [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]  # noqa: FBT003


def newest(model: Any) -> int:
    """Return the largest id there is, 0 where there is none."""
    return model.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, AT_ONCE)):
        yield batch
