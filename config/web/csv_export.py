"""CSV files that a spreadsheet may open: streamed, quoted, and never a formula (I9)."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from django.http import StreamingHttpResponse

ROWS_AT_ONCE = 200
FORMULA = re.compile(r"\s*[=+\-@\t\r\n]")
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")

Cell = str | int | datetime | None


def csv_answer(
    name: str, heading: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """Answer with a file called `<name>.csv`, whose rows are read while it is sent.

    RFC 4180, UTF-8. `name` is chosen by the server: small letters, digits and hyphens;
    ValueError for anything else.
    """
    if not FILE_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a file.")
    return StreamingHttpResponse(
        _encoded([heading], rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


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
    return f"'{text}" if FORMULA.match(text) else text


class _Lines(list[str]):
    """What the csv module writes to."""

    write = list.append


def _encoded(*parts: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    lines = _Lines()
    writer = csv.writer(lines)
    for part in parts:
        for row in part:
            writer.writerow([neutral(cell) for cell in row])
            if len(lines) >= ROWS_AT_ONCE:
                yield _joined(lines)
                lines.clear()
    if lines:
        yield _joined(lines)


def _joined(lines: Iterable[str]) -> bytes:
    return "".join(lines).encode(errors="replace")
