"""`manage.py owner_appoint EMAIL --workspace W --reason TEXT`: for emergencies (XC6)."""

from argparse import ArgumentParser
from typing import Any

from workspaces.management.operators import BAD_INPUT, OperatorCommand, words
from workspaces.models import Workspace
from workspaces.operations.members import members


class Command(OperatorCommand):
    help = "Make somebody an owner of a workspace whose owners are gone; audited as system."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        self.workspace_option(parser)
        parser.add_argument("--reason", required=True, type=words)

    def handle(self, *args: Any, email: str, reason: str, **options: Any) -> None:
        workspace: Workspace = options["workspace"]
        try:
            with self.refusals():
                member = members.appoint_owner(workspace, email, by=self.by.because(reason))
        except ValueError as error:
            self.fail(f"{email}: {error}", code=BAD_INPUT)
        self.stdout.write(f"{member.user.email} is an owner of {workspace.name}.")
