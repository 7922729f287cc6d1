"""`manage.py audit_verify [W] [--head N:DIGEST]`: walk the audit chains (A1, A2)."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from accounts import audit as accounts
from accounts.chain import Break
from workspaces.change.chain import broken, newest
from workspaces.management.operators import BAD_INPUT, OperatorCommand, workspace_with_trail
from workspaces.models import Workspace


class Command(OperatorCommand):
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
            self.fail("--head belongs to one workspace; name it.", code=BAD_INPUT)
        chosen = [workspace] if workspace else list(Workspace.objects.order_by("slug"))
        wrong, others = (0, 0) if workspace else self._accounts()
        for row in chosen:
            if self._tell(row.slug, broken(row, head)):
                wrong += 1
            else:
                self.stdout.write(f"{row.slug}: holds, head {newest(row)}")
        if wrong:
            self.fail(f"{wrong} of {len(chosen) + others} chains are broken.")

    def _tell(self, chain: str, found: Iterable[Break]) -> bool:
        """Name each event at which a chain does not hold; return whether there was one."""
        told = False
        for one in found:
            told = True
            self.stderr.write(f"{chain}: broken at event {one.number}: {one.why}")
        return told

    def _accounts(self) -> tuple[int, int]:
        """Walk the chains of all accounts; return how many are broken, of how many."""
        walked = wrong = 0
        for account in accounts.accounts_with_events():
            walked += 1
            wrong += self._tell(f"account {account}", accounts.broken(account))
        self.stdout.write(f"accounts: {walked - wrong} of {walked} chains hold")
        return wrong, walked
