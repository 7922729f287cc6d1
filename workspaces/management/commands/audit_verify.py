"""`manage.py audit_verify [W] [--head N:DIGEST]`: walk the audit chains (A1, A2)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import audit as accounts
from workspaces.audit import newest, verify
from workspaces.management.arguments import workspace_with_trail
from workspaces.models.workspace import Workspace


class Command(BaseCommand):
    help = (
        "Verify the audit chain of one workspace, or of all and of every account. Keep the "
        "printed head outside the database and hand it back with --head: so a cut or re-made "
        "tail is found as well."
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
        broken, others = (0, 0) if workspace else self._accounts()
        for row in chosen:
            found = verify(row, head)
            if found:
                broken += 1
                self.stderr.write(f"{row.slug}: broken at event {found.number}: {found.why}")
            else:
                self.stdout.write(f"{row.slug}: holds, head {newest(row)}")
        if broken:
            raise CommandError(f"{broken} of {len(chosen) + others} chains are broken.")

    def _accounts(self) -> tuple[int, int]:
        """Walk the chains of all accounts; return how many are broken, of how many."""
        walked = broken = 0
        for account in accounts.accounts_with_events():
            walked += 1
            found = accounts.verify(account)
            if found:
                broken += 1
                self.stderr.write(f"account {account}: broken at event {found.number}: {found.why}")
        self.stdout.write(f"accounts: {walked - broken} of {walked} chains hold")
        return broken, walked
