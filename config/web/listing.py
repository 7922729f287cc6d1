"""What lists share: paging and sorting by the address (screens §3, rule 12)."""

from collections.abc import Mapping
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
ROWS = 50


def paged(request: HttpRequest, rows: QuerySet[M], *, key: str = "page") -> Page[M]:
    """Return the asked-for page of 50 rows; a number that makes no sense gives a page that is.

    Counts once and reads once, in SQL.
    """
    return Paginator(rows, ROWS).get_page(request.GET.get(key))


def sorting(request: HttpRequest, allowed: Mapping[str, tuple[str, ...]], default: str) -> str:
    """Return the sort asked for when it is an allowed one, else the default (H9)."""
    asked = request.GET.get("sort", default)
    return asked if asked.removeprefix("-") in allowed else default
