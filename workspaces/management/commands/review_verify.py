"""`manage.py review_verify FILE`: whether a review's report is as it was at the closing (V5)."""

import csv
import io
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from workspaces.management.operators import BAD_INPUT, OperatorCommand
from workspaces.models import Event, Review
from workspaces.operations.reviews import report


class Command(OperatorCommand):
    help = (
        "Check the report of a review, taken out as CSV, against the event of its closing, and "
        "name the first line that is not as it was. That event is vouched for by audit_verify."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        name, lines = self._lines(file)
        event = self._closing(name, lines)
        fault = report.first_fault(lines, event.after["digest"], event.after["lines"])
        if fault:
            self.fail(f"{name}: {fault}.")
        self.stdout.write(f"{name}: {len(lines)} lines hold, by event {event.number}")

    def _lines(self, file: Path) -> tuple[str, list[list[str]]]:
        """Return the lines below the heading."""
        name, content = self.read(file)
        try:
            text = content.decode("utf-8-sig")
            rows = list(csv.reader(io.StringIO(text, newline="")))
        except (UnicodeDecodeError, csv.Error) as error:
            self.fail(f"{name}: this is no CSV file in UTF-8: {error}", code=BAD_INPUT)
        if not rows or tuple(rows[0]) != report.HEADING:
            self.fail(f"{name}: this is no report of a review.", code=BAD_INPUT)
        return name, rows[1:]

    def _closing(self, name: str, lines: list[list[str]]) -> Event:
        """Return the event that closed the review which the first line names."""
        ident = lines[0][2] if lines and len(lines[0]) == len(report.HEADING) else ""
        review = Review.objects.filter(public_id=ident).first()
        closed = Event.objects.filter(action="review.closed", target_id=ident).first()
        if review is None or closed is None or closed.workspace_id != review.workspace_id:
            self.fail(f"{name}: line 0 names no review that was closed here.")
        return closed
