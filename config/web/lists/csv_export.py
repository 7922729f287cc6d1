"""CSV files that a spreadsheet may open: streamed, quoted, and never a formula (XI9)."""

import csv
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from config.web.values.text import same_key

ROWS_AT_ONCE = 200
ASKED_EVERY = 2.0  # seconds
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # by it spreadsheets know that a file is UTF-8
BEGINS = frozenset("=+-@\N{MINUS SIGN}")  # what spreadsheets take for the start of a formula
BREAKS = frozenset("\t\r\n")
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")

Cell = str | int | datetime | None


class Written(str):
    """Whole lines of a file, made of what `quoted` returns; they go into it as they are."""


END = "\r\n"
Row = Sequence[Cell] | Written


def csv_answer(
    name: str,
    heading: Sequence[str],
    rows: Iterable[Row],
    *,
    still_allowed: Callable[[], bool],
) -> StreamingHttpResponse:
    """Answer with a file called `<name>.csv`, whose rows are read while it is sent.

    RFC 4180, UTF-8 with its mark, every cell quoted. `name` is chosen by the server: small
    letters, digits and hyphens; ValueError for anything else.
    A long file asks again every two seconds whether whoever gets it still may (R4); when not,
    its last line says that it stops there.
    """
    if not FILE_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a file.")
    return StreamingHttpResponse(
        _encoded([heading], _while_allowed(rows, still_allowed)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _while_allowed(rows: Iterable[Row], still_allowed: Callable[[], bool]) -> Iterator[Row]:
    """Yield rows while they may be read; what ends early says so, also where rows ran out."""
    asked = time.monotonic()
    for row in chain(rows, [None]):
        if time.monotonic() - asked >= ASKED_EVERY:
            if not still_allowed():
                yield [_("Stopped here: whoever asked for this may not read it any more.")]
                return
            asked = time.monotonic()
        if row is not None:
            yield row


def quoted(cells: Iterable[Cell]) -> str:
    """Return cells as they stand in a line, each in quotes."""
    return ",".join('"' + neutral(cell).replace('"', '""') + '"' for cell in cells)


def neutral(cell: Cell) -> str:
    """Write a cell so that no spreadsheet takes it for a formula.

    Text that begins like one gets a quote mark before it. Times are ISO 8601 in UTC.
    """
    match cell:
        case None:
            return ""
        case datetime():
            return cell.astimezone(UTC).isoformat(timespec="seconds")
        case int():
            return str(cell)
    text = cell.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return f"'{text}" if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Whether a spreadsheet might reckon with a text: by what can first be seen of it.

    Signs of other widths and heights are read as the plain ones; what is drawn as nothing
    or a blank is passed over, as spreadsheets do.
    """
    for char in text:
        if (formula := _begins_one(char)) is not None:
            return formula
    return False


@lru_cache(maxsize=4096)
def _begins_one(char: str) -> bool | None:
    """Whether a formula may begin with the sign; None for what is passed over."""
    if char in BREAKS:
        return True
    plain = same_key(char)
    return plain[0] in BEGINS if plain else None


class _Lines(list[str]):
    """What the csv module writes to."""

    write = list.append


def _encoded(*parts: Iterable[Row]) -> Iterator[bytes]:
    lines = _Lines([MARK])
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    for part in parts:
        for row in part:
            if isinstance(row, Written):
                yield _joined([*lines, row])
                lines.clear()
                continue
            writer.writerow([neutral(cell) for cell in row])
            if len(lines) >= ROWS_AT_ONCE:
                yield _joined(lines)
                lines.clear()
        if lines:
            yield _joined(lines)
            lines.clear()


def _joined(lines: Iterable[str]) -> bytes:
    return "".join(lines).encode(errors="replace")
