"""`manage.py workspace_export SLUG [-o FILE]`: write a workspace document."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from workspaces.models.workspace import Workspace
from workspaces.operations.documents import document_text


class Command(BaseCommand):
    help = "Write a workspace as a document that workspace_import reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("-o", "--output", type=Path, metavar="FILE")

    def handle(self, *args: Any, slug: str, output: Path | None, **options: Any) -> None:
        with transaction.atomic():
            workspace = Workspace.objects.filter(slug=slug).first()
            if workspace is None:
                raise CommandError(f"There is no workspace {slug}.")
            text = document_text(workspace)
        if output is None:
            self.stdout.write(text, ending="")
            return
        # A reader of the old file never sees half of the new one.
        draft = output.with_name(f"{output.name}.part")
        draft.write_text(text, encoding="utf-8")
        draft.replace(output)
