"""`manage.py after_restore`: run once, before anybody is let in to a restored backup (J10)."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.operations.restoring import end_every_session
from workspaces.audit import Actor
from workspaces.models.workspace import Workspace
from workspaces.operations.held import hold


class Command(BaseCommand):
    help = (
        "After restoring a backup: end all sessions, hold tokens and invites until an owner "
        "confirms them, and verify the audit chains."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{end_every_session()} sessions ended.")
        by = Actor.system("after_restore")
        for workspace in Workspace.objects.order_by("slug"):
            tokens, invites = hold(workspace, by=by)
            self.stdout.write(f"{workspace.slug}: {tokens} tokens and {invites} invites held.")
        call_command("audit_verify", stdout=self.stdout, stderr=self.stderr)
