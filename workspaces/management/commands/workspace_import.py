"""`manage.py workspace_import FILE… [--dry-run]`: load workspace documents."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workspaces.errors import Conflict
from workspaces.management.operators import OperatorCommand
from workspaces.management.terminal import ProgressBar, say
from workspaces.operations.documents import Difference, Faults, load_documents


class Command(OperatorCommand):
    help = "Load workspace documents; all files or nothing. Prints the difference first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="only print the difference")

    def handle(self, *args: Any, files: list[Path], dry_run: bool, **options: Any) -> None:
        """Look, print, and then write what was printed: nothing is locked while one reads."""
        try:
            found = load_documents(map(self.read, files), by=self.by, dry_run=True)
            seen = [difference.digest for difference in found]
            say(self.stdout, (line for difference in found for line in lines_of(difference)))
            if not dry_run:
                with ProgressBar("rows") as bar:
                    load_documents(map(self.read, files), by=self.by, seen=seen, progress=bar.add)
        except Faults as faults:
            self.fail_by(faults, f"{len(faults.faults)} faults; nothing was written.")
        except Conflict as conflict:
            self.fail(f"{conflict.message} Nothing was written.")


def lines_of(difference: Difference) -> Iterator[str]:
    """Yield what changes, in the form of a patch."""
    if not difference:
        yield f"{difference.slug}: nothing changes\n"
        return
    what = "new workspace" if difference.created else "changes"
    yield f"{difference.slug}: {what}, {len(difference.lines)} lines\n"
    yield from (f"  {line}\n" for line in difference.lines)
