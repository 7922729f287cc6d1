"""What lists share: paging and sorting by the address (U9)."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import F, Func, IntegerField, Model, QuerySet, Subquery, Value
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
Rows = TypeVar("Rows", bound=QuerySet[Any])
ROWS = 50
POSSIBLE = range(1, 10**9)  # numbers of pages that a database can be asked for


class Drawn:
    """Base of what a template draws many of.

    A template asks a thing for a key first, and for an attribute when that has failed:
    twenty failures a row are a fifth of drawing it. So here keys are attributes.
    """

    __slots__ = ()
    __getitem__ = object.__getattribute__


class RowsPage(Page, Generic[M]):  # type: ignore[type-arg]
    """A page whose rows are read once."""

    rows: list[M]

    def __init__(self, object_list: Any, number: int, paginator: Any) -> None:
        self.rows = list(object_list)
        super().__init__(self.rows, number, paginator)


def paged(
    request: HttpRequest,
    rows: QuerySet[M],
    *,
    key: str = "page",
    whole: QuerySet[M] | None = None,
    total: Subquery | int | None = None,
    known: Callable[[int], list[M]] | None = None,
) -> RowsPage[M]:
    """Return the asked-for page of 50 rows; a number that makes no sense gives a page that is.

    Counts and reads in one statement, in SQL; past the end it takes two more. `whole`, in
    the same order, reads what `rows` only finds: an index can then tell which 50 they are,
    where the rows themselves would all be sorted. `total` is how many there are, where that
    need not be counted; `known` reads a page of these rows by a statement that is there
    already, each row with `n_found`.
    """
    paginator: Any = Paginator(rows, ROWS)
    number = _number(request.GET.get(key, ""))
    if number in POSSIBLE and not _is_folded(rows):
        counted = _count_of(rows) if total is None else total
        n_found = Value(counted) if isinstance(counted, int) else counted
        found: Any = known(number) if known else _read(rows, whole, number, n_found=n_found)
        if found or number == 1:
            paginator.count = found[0].n_found if found else 0
            return RowsPage(found, number, paginator)
    if not 1 <= number <= paginator.num_pages:
        number = paginator.num_pages
    return RowsPage(_read(rows, whole, number), number, paginator)


def first_of(rows: QuerySet[M], number: int) -> tuple[list[M], int]:
    """Return the first rows, and how many there are in all; 1 statement."""
    found: Any = list(rows.annotate(n_found=_count_of(rows))[:number])
    return found, found[0].n_found if found else 0


def _read(
    rows: QuerySet[M], whole: QuerySet[M] | None, number: int, **more: Subquery | Value
) -> list[M]:
    part = slice((number - 1) * ROWS, number * ROWS)
    if whole is None:
        return list(rows.annotate(**more)[part])
    return list(whole.annotate(**more).filter(pk__in=rows.values("pk")[part]))


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 1


def _count_of(rows: QuerySet[M]) -> Subquery:
    """Count the rows beside reading some of them: `COUNT` as a plain function groups nothing."""
    number = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().values(n=number))


def _is_folded(rows: QuerySet[M]) -> bool:
    """Whether a row of these stands for several, so that they must be counted from outside."""
    return bool(rows.query.distinct or rows.query.group_by or rows.query.combinator)


def sorting(request: HttpRequest, allowed: Mapping[str, object], default: str) -> str:
    """Return the sort asked for when it is an allowed one, else the default (XH9)."""
    asked = request.GET.get("sort", default)
    return asked if asked.removeprefix("-") in allowed else default


def in_order(rows: Rows, sort: str, sorts: Mapping[str, Callable[[Any], Any]]) -> Rows:
    """Return rows by the order of a sort that `sorting` found, turned round behind a "-"."""
    found: Rows = sorts[sort.removeprefix("-")](rows)
    return found.reverse() if sort.startswith("-") else found


def query_of(request: HttpRequest) -> str:
    """Return the page's query string, which every row of a list carries on: "?q=bo"."""
    return f"?{request.GET.urlencode()}"
