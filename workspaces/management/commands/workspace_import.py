"""`manage.py workspace_import FILE… [--dry-run]`: load workspace documents."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from workspaces.audit import Actor
from workspaces.operations.documents import Difference, Faults, load_documents


class Command(BaseCommand):
    help = "Load workspace documents; all files or nothing. Prints the difference first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="only print the difference")

    def handle(self, *args: Any, files: list[Path], dry_run: bool, **options: Any) -> None:
        texts = ((str(file), read(file)) for file in files)
        try:
            with tqdm(unit=" rows", disable=not sys.stderr.isatty(), leave=False) as bar:
                load_documents(
                    texts,
                    by=Actor.system("workspace_import"),
                    dry_run=dry_run,
                    announce=self.print_difference,
                    progress=bar.update,
                )
        except Faults as faults:
            for fault in faults.faults:
                self.stderr.write(str(fault))
            raise CommandError(
                f"{len(faults.faults)} faults; nothing was written.", returncode=2
            ) from faults

    def print_difference(self, difference: Difference) -> None:
        """Say what changes, in the form of a patch."""
        if not difference:
            self.stdout.write(f"{difference.slug}: nothing changes")
            return
        what = "new workspace" if difference.created else "changes"
        self.stdout.write(f"{difference.slug}: {what}, {len(difference.lines)} lines")
        for line in difference.lines:
            self.stdout.write(f"  {line}")


def read(file: Path) -> bytes:
    """Return a file's bytes. Raises CommandError (exit 2) when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
