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
        self.fields = model._meta.concrete_fields
        self.names = [field.attname for field in self.fields]
        self.places = {name: place for place, name in enumerate(self.names)}
        self.text = ", ".join(f"{alias}.{field.column}" for field in self.fields)

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def _converters(self) -> dict[int, tuple[Any, list[Converter]]]:
        """Return what the database in use needs converted: the place, and by what.

        A site works on one kind of database as long as it runs.
        """
        found = {}
        for place, field in enumerate(self.fields):
            column = field.cached_col
            by_database = connection.ops.get_db_converters(column)
            converters = [*by_database, *column.get_db_converters(connection)]
            if converters:
                found[place] = column, converters
        return found

    def value(self, row: Sequence[Any], name: str) -> Any:
        """Return one value of a row of these columns."""
        place = self.places[name]
        found = row[place]
        if found is not None and place in self._converters:  # no column keeps nothing otherwise
            column, converters = self._converters[place]
            for convert in converters:
                found = convert(found, column, connection)
        return found

    def instance(self, row: Sequence[Any]) -> M:
        """Return the instance that these columns of a row make."""
        values = [self.value(row, name) for name in self.names]
        return self.model.from_db(connection.alias, self.names, values)
