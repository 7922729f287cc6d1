"""`manage.py require_sso W on|off`: whether its connections alone let people in (P5)."""

from argparse import ArgumentParser
from typing import Any

from workspaces.management.operators import OperatorCommand, existing_workspace
from workspaces.models import Workspace
from workspaces.operations.sso import requiring


class Command(OperatorCommand):
    help = "Require the connections of a workspace, or no more; audited as system."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workspace", type=existing_workspace, metavar="W")
        parser.add_argument("switch", choices=("on", "off"))

    def handle(self, *args: Any, workspace: Workspace, switch: str, **options: Any) -> None:
        on = switch == "on"
        with self.refusals():
            # Whoever runs the site knows a way in: nobody has to have come by a connection.
            requiring.require(workspace, on=on, vouched=True, by=self.by)
        words = "is required" if on else "is not required"
        self.stdout.write(f"Single sign-on {words} for {workspace.name}.")
