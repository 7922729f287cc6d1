"""Rows of the hot statements as instances of models, such as Django makes of its own."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
Converter = Callable[[Any, Any, Any], Any]


class Columns(Generic[M]):
    """All columns of a model under an alias of a statement, and what a row of them is."""

    def __init__(self, model: type[M], alias: str) -> None:
        self.model = model
        fields = model._meta.concrete_fields
        self.names = [field.attname for field in fields]
        self.text = ", ".join(f"{alias}.{field.column}" for field in fields)

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def _converters(self) -> list[tuple[int, Any, list[Converter]]]:
        """Return what the database in use needs converted: position, expression, converters.

        A site works on one kind of database as long as it runs.
        """
        found = []
        for position, field in enumerate(self.model._meta.concrete_fields):
            column = field.cached_col
            by_database = connection.ops.get_db_converters(column)
            converters = [*by_database, *column.get_db_converters(connection)]
            if converters:
                found.append((position, column, converters))
        return found

    def instance(self, row: Sequence[Any]) -> M:
        """Return the instance that these columns of a row make."""
        values = list(row)
        for position, column, converters in self._converters:
            for convert in converters:
                values[position] = convert(values[position], column, connection)
        return self.model.from_db(connection.alias, self.names, values)
