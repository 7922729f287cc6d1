"""QuerySets that are put into SQL once per process, for what every page asks.

To build such a query and write it as SQL takes longer than the database takes to answer it, and
comes to the same text each time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connections, router
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]

M = TypeVar("M", bound=Model)
FIRST_MARK = -7_000_000_000_000  # no id of ours; stands where a number will


class Prepared(Generic[M]):
    """A QuerySet that is made once, of whole rows; what differs from call to call comes later.

    `make` takes numbers or texts, and uses each as a value alone: anything else that would
    depend on one – whether there is a condition, how many rows are read – stays as it was
    the first time.
    """

    def __init__(self, make: Callable[..., QuerySet[M]]) -> None:
        self._make = make
        self._known: dict[str, _Written] = {}

    def rows(self, *values: int | str) -> list[M]:
        """Return the rows for these values; 1 statement."""
        written = next(iter(self._known.values()), None)
        using = router.db_for_read(written.model) if written else None
        if written is None or using not in self._known:
            rows = self._make(*(_mark(number, value) for number, value in enumerate(values)))
            using = rows.db
            written = self._known.setdefault(using, _Written.of(rows))
        with connections[using].cursor() as cursor:
            cursor.execute(written.text, written.filled(values))
            return list(written.read(cursor.fetchall(), using))


def _mark(number: int, value: int | str) -> int | str:
    return f"\0{number}" if isinstance(value, str) else FIRST_MARK - number


def _is_value(param: object) -> bool:
    return isinstance(param, int | str)


@dataclass(frozen=True, slots=True)
class _Written:
    """The text of a query, its parameters as they were marked, and how its rows are read."""

    model: type[Model]
    text: str
    params: tuple[Any, ...]
    compiler: Any
    populators: list[Any]

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> "_Written":
        compiler: Any = rows.query.get_compiler(rows.db)
        text, params = compiler.as_sql()
        related = get_related_populators(compiler.klass_info, compiler.select, rows.db)
        return cls(rows.model, text, tuple(params), compiler, related)

    def filled(self, values: tuple[int | str, ...]) -> list[Any]:
        """Return the parameters, each in the driver's own type, with these values in them."""
        by_mark = {_mark(number, value): value for number, value in enumerate(values)}
        return [
            type(param)(by_mark[param])
            if isinstance(param, int | str) and param in by_mark
            else param
            for param in self.params
        ]

    def read(self, found: list[Any], using: str) -> Iterator[Any]:
        """Yield what Django would make of the database's rows."""
        fields = self.compiler.klass_info["select_fields"]
        start, end = fields[0], fields[-1] + 1
        names = [column[0].target.attname for column in self.compiler.select[start:end]]
        for row in self.compiler.results_iter([found]):
            one = self.model.from_db(using, names, row[start:end])
            for populator in self.populators:
                populator.populate(row, one)
            for name, column in self.compiler.annotation_col_map.items():
                setattr(one, name, row[column])
            yield one
