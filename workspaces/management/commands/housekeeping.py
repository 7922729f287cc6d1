"""`manage.py housekeeping`: what has run out goes; to be run once a day."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from workspaces.audit import Actor
from workspaces.models.workspace import Workspace
from workspaces.operations.retention import purge_old_events


class Command(BaseCommand):
    help = "Drop sessions that have ended and audit events past their retention."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("clearsessions")
        purged = 0
        for workspace in Workspace.objects.order_by("pk").iterator():
            purged += purge_old_events(workspace, by=Actor.system("housekeeping"))
        self.stdout.write(f"Ended sessions dropped; {purged} audit events purged.")
