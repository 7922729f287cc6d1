"""CSV files that people hand in: what a program or a spreadsheet wrote, or what was pasted.

Nothing of it is guessed (N4): a column that nobody knows is refused by its name.
"""

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from config.web.lists.csv_export import MARK, neutral
from config.web.values.text import same_key

SHOWN = 60  # characters of what is not understood
BETWEEN = "\t;,"  # what parts cells: of pasted columns, and of the spreadsheets of some countries


class Unreadable(ValueError):
    """A file that is no table of ours, with a sentence about why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line below the headings: its number in the file, its cells by column, trimmed.

    `fault` says what is wrong with the line as such.
    """

    number: int
    cells: Mapping[str, str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a file, without empty ones, and the headings that were passed over."""

    lines: tuple[Line, ...]
    columns: Collection[str]
    ignored: tuple[str, ...]


def table_in(text: str, columns: Mapping[str, str], *, ignored: Collection[str] = ()) -> Table:
    """Read a file whose headings are all among `columns`, or passed over as `ignored`.

    `columns` are keys of the cells by their headings, of which several may mean the same one.
    Headings are compared as names are (N2). The mark of UTF-8 may stand before them; commas,
    semicolons or tabs part the cells. Raises Unreadable.
    """
    rows = _rows(text.removeprefix(MARK))
    if not rows:
        raise Unreadable(_("There is nothing in it."))
    _first, headings = rows[0]
    known = {same_key(heading): key for heading, key in columns.items()}
    passed = {same_key(heading) for heading in ignored}
    keys = [known.get(same_key(heading), "") for heading in headings]
    for number, (heading, key) in enumerate(zip(headings, keys, strict=True)):
        if not key and heading and same_key(heading) not in passed:
            words = _("There is no column “{name}” here.").format(name=heading[:SHOWN])
            raise Unreadable(words)
        if key in keys[:number] and key:
            words = _("The column “{name}” stands there twice.").format(name=heading[:SHOWN])
            raise Unreadable(words)
    return Table(
        tuple(_line(number, cells, headings, keys) for number, cells in rows[1:]),
        frozenset(keys) - {""},
        tuple(h for h, key in zip(headings, keys, strict=True) if h and not key),
    )


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, each with the number of the line it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    found, begun = [], 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                found.append((begun, cells))
            begun = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(_("Line {n} is no line of a CSV file.").format(n=begun)) from error
    return found


def _delimiter(text: str) -> str:
    """Return what parts the headings; none of ours holds such a sign."""
    headings = next((line for line in text.splitlines() if line.strip()), "")
    return max(BETWEEN, key=headings.count) if any(map(headings.count, BETWEEN)) else ","


def _line(number: int, cells: list[str], headings: list[str], keys: list[str]) -> Line:
    """Return a line by its columns. A cell without a heading is said, not passed over."""
    named = [key or heading for key, heading in zip(keys, headings, strict=True)]
    nameless = [*(c for c, name in zip(cells, named, strict=False) if not name)]
    beyond = any(nameless) or any(cells[len(headings) :])
    fault = _("It has more cells than there are headings.") if beyond else ""
    return Line(number, {k: c for k, c in zip(keys, cells, strict=False) if k}, fault)


def readings(cell: str) -> tuple[str, ...]:
    """Return what may have been meant by a cell: as it is, and without the guard before it.

    The guard is the quote mark that our own files put before what looks like a formula.
    """
    bare = cell.removeprefix("'")
    return (cell, bare) if bare != cell and neutral(bare) == cell else (cell,)
