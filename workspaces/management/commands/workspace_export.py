"""`manage.py workspace_export SLUG [-o FILE]`: write a workspace document."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from workspaces.management.arguments import existing_workspace
from workspaces.models.workspace import Workspace
from workspaces.operations.documents import document_parts


class Command(BaseCommand):
    help = "Write a workspace as a document that workspace_import reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workspace", type=existing_workspace, metavar="SLUG")
        parser.add_argument("-o", "--output", type=Path, metavar="FILE")

    def handle(self, *args: Any, workspace: Workspace, output: Path | None, **options: Any) -> None:
        if output is None:
            self.stdout.ending = ""
            self.write(workspace, self.stdout)
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
