"""Pages of lists: each goes on after the key of the row before it (XH9).

A row that goes while somebody leafs through makes no other one skipped, as an offset would.
A cursor carries that key, signed, and is good for the list it was given for alone. The
vendor's cursors are base64 of an offset: `MA==`, and whatever else is written so, is the
first page of a list that lies in a table.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from django.core import signing
from django.db.models import F, Q, TextField
from django.db.models.expressions import OrderBy
from django.db.models.functions import Cast, Length
from ninja import Field, Schema
from pydantic import PrivateAttr, ValidationInfo, model_validator

from workspaces.api.public.errors import Invalid

MOST, USUAL = 1000, 200
FARTHEST = 10**9  # no list of ours is longer; larger numbers are nobody's cursor
FEW, HEAVY = 100, 8_000_000  # rows that are not weighed; characters of JSON in a page
FIRST = "MA=="
AFTER, BEFORE = "a", "b"
SIGNER = signing.Signer(salt="workspaces.api.public.paging")


class PageQuery(Schema):
    """`pagination[count]` and `pagination[cursor]`, or with dots."""

    count: int = Field(USUAL, alias="pagination.count", ge=1, le=MOST)
    cursor: str = Field("", alias="pagination.cursor")
    _list: str = PrivateAttr("")

    @model_validator(mode="after")
    def _remember_the_list(self, info: ValidationInfo) -> "PageQuery":
        request = (info.context or {})["request"]
        self._list = f"{request.workspace.pk} {request.path}"
        return self

    @property
    def of(self) -> str:
        """The list that a page of is asked for."""
        return self._list


class PageInfo(Schema):
    """Where a page lies; keys that do not apply are left out, never null."""

    current: str
    next: str | None = None
    previous: str | None = None
    totalEntries: int


Show = Callable[[Sequence[Any]], list[Any]]


def paged(
    rows: Any, query: PageQuery, show: Show, *, weighed_by: str = ""
) -> tuple[list[Any], dict[str, Any]]:
    """Return one page, shown, with its `pagination`; counts once and reads once, in SQL.

    `rows` is an ordered QuerySet, or a list for what is no table. Where a column is named
    that may hold much, a page ends before it grows too heavy, and `next` goes on from there.
    Raises Invalid for a cursor that is not one of ours, or of another list.
    """
    if isinstance(rows, list):
        page, info = _of_list(rows, query)
    else:
        page, info = _Keyed(rows, query, weighed_by).page()
        info["totalEntries"] = rows.count()
    return show(page), info


class _Keyed:
    """Rows of a table by the key they are ordered by, with the primary key as its last part."""

    def __init__(self, rows: Any, query: PageQuery, weighed_by: str) -> None:
        order = [*rows.query.order_by, *({"pk", "-pk"}.isdisjoint(rows.query.order_by) * ["pk"])]
        self.keys = {f"page_key_{i}": _directed(part) for i, part in enumerate(order)}
        named = {name: expression for name, (expression, _) in self.keys.items()}
        self.rows = rows.order_by(*order).annotate(**named)
        self.count, self.cursor, self.weighed_by = query.count, query.cursor, weighed_by
        self.list = hashlib.sha256(f"{query.of} {order}".encode()).hexdigest()[:16]

    def page(self) -> tuple[list[Any], dict[str, Any]]:
        way, values = self._read()
        if way == BEFORE:
            found, more = self._fitting(self._beyond(values, back=True))
            if more:
                return self._told(found[::-1], more=True, first=False)
            way = ""  # that is the beginning: a whole page of it
        found, more = self._fitting(self._beyond(values, back=False) if way else self.rows)
        return self._told(found, more=more, first=not way)

    def _fitting(self, rows: Any) -> tuple[list[Any], bool]:
        """Return as many of the first rows as a page takes, and whether there are more."""
        count = self.count
        if self.weighed_by and count > FEW:
            text = Length(Cast(self.weighed_by, TextField()))
            weights = rows.annotate(page_weight=text).values_list("page_weight", flat=True)
            sums = accumulate(weight or 0 for weight in weights[:count])
            count = max(1, sum(so_far <= HEAVY for so_far in sums))
        found = list(rows[: count + 1])
        return found[:count], len(found) > count

    def _told(
        self, page: list[Any], *, more: bool, first: bool
    ) -> tuple[list[Any], dict[str, Any]]:
        info = {"current": FIRST if first else self.cursor}
        if more:
            info["next"] = self._cursor(AFTER, page[-1])
        if not first:
            info["previous"] = self._cursor(BEFORE, page[0]) if page else FIRST
        return page, info

    def _beyond(self, values: Sequence[Any], *, back: bool) -> Any:
        """Return the rows after a key, or those before it, the nearest first."""
        beyond = Q()
        for (name, (_, falls)), value in reversed(
            list(zip(self.keys.items(), values, strict=True))
        ):
            way = "lt" if falls != back else "gt"
            further = Q((f"{name}__{way}", value))
            # The first part says where to begin, so that an index can be used.
            beyond = Q((f"{name}__{way}e", value)) & (further | beyond) if beyond else further
        rows = self.rows.filter(beyond)
        return rows.reverse() if back else rows

    def _cursor(self, way: str, row: Any) -> str:
        values = [getattr(row, name) for name in self.keys]
        return SIGNER.sign_object([self.list, way, values])

    def _read(self) -> tuple[str, Sequence[Any]]:
        """Return whither and from which key; nowhere for the first page."""
        if not self.cursor or _offset(self.cursor) is not None:
            return "", ()
        try:
            of_list, way, values = SIGNER.unsign_object(self.cursor)
        except (signing.BadSignature, ValueError) as error:
            raise _unknown() from error
        if of_list != self.list:
            raise _unknown()
        return way, values


def _directed(part: Any) -> tuple[Any, bool]:
    """Return what an ordering is by, and whether it falls."""
    if isinstance(part, str):
        return F(part.removeprefix("-")), part.startswith("-")
    if isinstance(part, OrderBy):
        return part.expression, part.descending
    return part, False


def _of_list(rows: list[Any], query: PageQuery) -> tuple[list[Any], dict[str, Any]]:
    """Return a page of a list that never changes, by offset."""
    start = _offset(query.cursor or FIRST)
    if start is None:
        raise _unknown()
    end = start + query.count
    info: dict[str, Any] = {"current": _written(start), "totalEntries": len(rows)}
    if end < len(rows):
        info["next"] = _written(end)
    if start > 0:
        info["previous"] = _written(max(0, start - query.count))
    return rows[start:end], info


def _written(offset: int) -> str:
    return base64.b64encode(str(offset).encode()).decode()


def _offset(cursor: str) -> int | None:
    """Return the number that a cursor of the vendor's kind is, None for another one."""
    try:
        text = base64.b64decode(cursor, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    fits = text.isascii() and text.isdigit() and len(text) <= len(str(FARTHEST))
    return int(text) if fits else None


def _unknown() -> Invalid:
    return Invalid("pagination.cursor", "This cursor is not one of ours.")
