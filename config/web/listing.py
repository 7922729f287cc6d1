"""What lists share: paging and sorting by the address (screens §3, rule 12)."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
ROWS = 50


class RowsPage(Page, Generic[M]):  # type: ignore[type-arg]
    """A page whose rows are read once."""

    rows: list[M]

    def __init__(self, object_list: Any, number: int, paginator: Any) -> None:
        self.rows = list(object_list)
        super().__init__(self.rows, number, paginator)


class RowsPaginator(Paginator, Generic[M]):  # type: ignore[type-arg]
    def _get_page(self, *args: Any, **options: Any) -> RowsPage[M]:
        return RowsPage(*args, **options)


def paged(request: HttpRequest, rows: QuerySet[M], *, key: str = "page") -> RowsPage[M]:
    """Return the asked-for page of 50 rows; a number that makes no sense gives a page that is.

    Counts once and reads once, in SQL.
    """
    found: Any = RowsPaginator(rows, ROWS).get_page(request.GET.get(key))
    return found  # type: ignore[no-any-return]


def sorting(request: HttpRequest, allowed: Mapping[str, object], default: str) -> str:
    """Return the sort asked for when it is an allowed one, else the default (H9)."""
    asked = request.GET.get("sort", default)
    return asked if asked.removeprefix("-") in allowed else default
