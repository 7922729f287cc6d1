"""Rows that mean access can be written only by an operation that holds the workspace lock.

`workspaces.change.lock_workspace` opens the door for one workspace; every write of a
`ClosedModel` outside it raises `ClosedError`. So "lock, check, write, record" (R7, A1)
is not a habit that a new screen could forget.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, ClassVar, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, models

from config.web.values.text_columns import Worded, WordedQuerySet, keys_made_of
from workspaces.errors import Refused

held_workspaces: ContextVar[frozenset[int]] = ContextVar("held_workspaces", default=frozenset())


class ClosedError(RuntimeError):
    """A row that means access was written without the workspace lock."""


def require_lock(model: type[models.Model], workspace_id: int | None = None) -> None:
    """Raise ClosedError unless the workspace (or, where unknown, any workspace) is locked."""
    held = held_workspaces.get()
    if not held or (workspace_id is not None and workspace_id not in held):
        raise ClosedError(
            f"{model.__name__} rows are written by operations, under the workspace lock."
        )


M = TypeVar("M", bound=models.Model, covariant=True)


class ClosedQuerySet(WordedQuerySet[M]):
    """A QuerySet whose bulk writes need the workspace lock."""

    def update(self, **values: Any) -> int:
        if not values.keys() <= getattr(self.model, "OPEN_FIELDS", frozenset()):
            require_lock(self.model)
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        require_lock(self.model)
        return super().delete()

    def delete_alone(self) -> int:
        """Delete rows to which no other row refers; 1 statement however many, return how many.

        `delete` reads them all first where anything could refer to them.
        """
        require_lock(self.model)
        deleted: int = self._raw_delete(self.db)
        return deleted

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        rows = list(objs)
        for workspace_id in {row.workspace_id for row in rows}:
            require_lock(self.model, workspace_id)
        return super().bulk_create(rows, *args, **options)

    def insert_for_each(self, rows: models.QuerySet[Any], **values: Any) -> int:
        """Insert one row of this model for each of `rows`, in one statement; return how many.

        `values` name fields by constants, or by `F` for a column of `rows`; a field that
        is not named gets its default. Not for columns that a key is made of.
        """
        require_lock(self.model, values["workspace"].pk)
        if keys_made_of(self.model, values):
            raise TypeError("What a key is made of is written row by row.")
        columns: list[str] = []
        selected: dict[str, Any] = {}
        for field in self.model._meta.concrete_fields:
            if not field.primary_key:
                value = values.get(field.name, values.get(field.attname, field.get_default()))
                columns.append(connection.ops.quote_name(field.column))
                selected[f"c{len(columns)}"] = _selected(value, field)
        chosen = rows.order_by().annotate(**selected).values_list(*selected)
        text, params = chosen.query.get_compiler(self.db).as_sql()
        table = connection.ops.quote_name(self.model._meta.db_table)
        with connection.cursor() as cursor:
            # Names of ours only; every value is a parameter.
            cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) {text}", params)
            inserted: int = cursor.rowcount
        return inserted

    def bulk_update(self, objs: Iterable[Any], *args: Any, **options: Any) -> int:
        rows = list(objs)
        for workspace_id in {row.workspace_id for row in rows}:
            require_lock(self.model, workspace_id)
        return super().bulk_update(rows, *args, **options)


def _selected(value: Any, field: Any) -> Any:
    """Return a value as a column of a SELECT, written as the field would be stored."""
    if hasattr(value, "resolve_expression"):
        return value
    value = value.pk if isinstance(value, models.Model) else value
    plain = field.target_field if field.is_relation else field
    return models.Value(value, output_field=plain)


class ClosedModel(Worded):
    """Base of every table whose rows decide, or record, who may do what.

    `OPEN_FIELDS` name columns that say nothing about access (last use) and may be
    updated through a QuerySet at any time.
    """

    OPEN_FIELDS: ClassVar[frozenset[str]] = frozenset()

    workspace_id: int

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        require_lock(type(self), self.workspace_id)
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        require_lock(type(self), self.workspace_id)
        return super().delete(*args, **options)

    @classmethod
    def unclean(cls, column: str, sentence: str) -> ValidationError:
        return Refused("N1", sentence, field=column)
