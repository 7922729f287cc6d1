"""`manage.py audit_verify [W] [--head N:DIGEST]`: walk the audit chains (A2)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workspaces.audit import newest, verify
from workspaces.management.arguments import workspace_with_trail
from workspaces.models.workspace import Workspace


class Command(BaseCommand):
    help = (
        "Verify the audit chain of one workspace or of all. Keep the printed head outside the "
        "database and hand it back with --head: so a cut or re-made tail is found as well."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workspace", nargs="?", type=workspace_with_trail, metavar="W")
        parser.add_argument("--head", metavar="N:DIGEST", help="the head noted at an earlier run")

    def handle(
        self, *args: Any, workspace: Workspace | None, head: str | None, **options: Any
    ) -> None:
        if head and not workspace:
            raise CommandError("--head belongs to one workspace; name it.", returncode=2)
        chosen = [workspace] if workspace else list(Workspace.objects.order_by("slug"))
        broken = 0
        for row in chosen:
            found = verify(row, head)
            if found:
                broken += 1
                self.stderr.write(f"{row.slug}: broken at event {found.number}: {found.why}")
            else:
                self.stdout.write(f"{row.slug}: holds, head {newest(row)}")
        if broken:
            raise CommandError(f"{broken} of {len(chosen)} chains are broken.")
