"""`manage.py workspace_export SLUG [-o FILE]`: write a workspace document."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from workspaces.management.arguments import existing_workspace
from workspaces.models.workspace import Workspace
from workspaces.operations.documents import document_text


class Command(BaseCommand):
    help = "Write a workspace as a document that workspace_import reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workspace", type=existing_workspace, metavar="SLUG")
        parser.add_argument("-o", "--output", type=Path, metavar="FILE")

    def handle(self, *args: Any, workspace: Workspace, output: Path | None, **options: Any) -> None:
        with transaction.atomic():
            text = document_text(workspace)
        if output is None:
            self.stdout.write(text, ending="")
            return
        # A reader of the old file never sees half of the new one.
        draft = output.with_name(f"{output.name}.part")
        draft.write_text(text, encoding="utf-8")
        draft.replace(output)
