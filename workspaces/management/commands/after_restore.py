"""`manage.py after_restore`: run once, before anybody is let in to a restored backup (XJ10)."""

from typing import Any

from django.core.management import call_command

from accounts.operations.sign_in import end_every_session
from workspaces.management.operators import OperatorCommand
from workspaces.models import Workspace
from workspaces.operations.workspace.suspended import hold


class Command(OperatorCommand):
    help = (
        "After restoring a backup: end all sessions and what is taken up, hold tokens and invites "
        "until an owner confirms them, and verify the audit chains."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{end_every_session()} sessions ended.")
        for workspace in Workspace.objects.order_by("slug"):
            held = hold(workspace, by=self.by)
            suspended = f"{held.tokens} tokens and {held.invites} invites suspended"
            self.stdout.write(f"{workspace.slug}: {suspended}, {held.taken_up} taking ups ended.")
        call_command("audit_verify", stdout=self.stdout, stderr=self.stderr)
