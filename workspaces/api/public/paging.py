"""Pages of lists: cursors are base64 of an offset, as the vendor's are; `MA==` is the first."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any

from ninja import Field, Schema

from workspaces.api.public.errors import Invalid

MOST, USUAL = 1000, 200
FARTHEST = 10**9  # no list of ours is longer; larger numbers are nobody's cursor


class PageQuery(Schema):
    """`pagination[count]` and `pagination[cursor]`, or with dots."""

    count: int = Field(USUAL, alias="pagination.count", ge=1, le=MOST)
    cursor: str = Field("", alias="pagination.cursor")


class PageInfo(Schema):
    """Where a page lies; keys that do not apply are left out, never null."""

    current: str
    next: str | None = None
    previous: str | None = None
    totalEntries: int


def paged(
    rows: Any, query: PageQuery, show: Callable[[Sequence[Any]], list[Any]]
) -> tuple[list[Any], dict[str, Any]]:
    """Return one page, shown, with its `pagination`; counts once and reads once, in SQL.

    `rows` is a QuerySet, or a list for what is no table. Raises Invalid for a cursor that is
    not one of ours.
    """
    start = _offset(query.cursor)
    total = len(rows) if isinstance(rows, list) else rows.count()
    page = list(rows[start : start + query.count])
    info: dict[str, Any] = {"current": _cursor(start), "totalEntries": total}
    if start + query.count < total:
        info["next"] = _cursor(start + query.count)
    if start > 0:
        info["previous"] = _cursor(max(0, start - query.count))
    return show(page), info


def _cursor(offset: int) -> str:
    return base64.b64encode(str(offset).encode()).decode()


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        text = base64.b64decode(cursor, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise Invalid("pagination.cursor", "This cursor is not one of ours.") from error
    if not text.isascii() or not text.isdigit() or len(text) > len(str(FARTHEST)):
        raise Invalid("pagination.cursor", "This cursor is not one of ours.")
    return int(text)
