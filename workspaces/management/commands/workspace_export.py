"""`manage.py workspace_export SLUG [-o FILE]`: write a workspace document."""

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.db import transaction

from workspaces.management.operators import BAD_INPUT, OperatorCommand, existing_workspace
from workspaces.management.terminal import say
from workspaces.models import Workspace
from workspaces.operations.documents import document_parts


class Command(OperatorCommand):
    help = "Write a workspace as a document that workspace_import reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workspace", type=existing_workspace, metavar="SLUG")
        parser.add_argument("-o", "--output", type=Path, metavar="FILE")

    def handle(self, *args: Any, workspace: Workspace, output: Path | None, **options: Any) -> None:
        with self.refusals(code=BAD_INPUT):
            self.export(workspace, output)

    def export(self, workspace: Workspace, output: Path | None) -> None:
        """Write the document to a file, whole or not at all, or to standard output."""
        if output is None:
            # A pager may read for as long as it likes: by then nothing is held any more.
            with TemporaryFile("w+", encoding="utf-8") as spool:
                self.write(workspace, spool)
                spool.seek(0)
                say(self.stdout, spool)
            return
        # A reader of the old file never sees half of the new one.
        draft = output.with_name(f"{output.name}.part")
        with draft.open("w", encoding="utf-8") as file:
            self.write(workspace, file)
        draft.replace(output)

    def write(self, workspace: Workspace, file: Any) -> None:
        """Write the document as it stands at one moment."""
        with transaction.atomic():
            for part in document_parts(workspace):
                file.write(part)
