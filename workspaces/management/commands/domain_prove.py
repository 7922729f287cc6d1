"""`manage.py domain_prove W DOMAIN`: the operator says that a domain is a workspace's (P1)."""

from argparse import ArgumentParser
from typing import Any

from workspaces.errors import Conflict, Refused
from workspaces.management.operators import BAD_INPUT, OperatorCommand, existing_workspace
from workspaces.models import Workspace
from workspaces.operations.sso.proving import domains


class Command(OperatorCommand):
    help = "Prove a domain for a workspace without a record or a tag; audited as system."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workspace", type=existing_workspace, metavar="W")
        parser.add_argument("domain")

    def handle(self, *args: Any, workspace: Workspace, domain: str, **options: Any) -> None:
        try:
            proved = domains.prove_by_operator(workspace, domain, by=self.by)
        except Refused as refused:
            code = 1 if isinstance(refused, Conflict) else BAD_INPUT
            self.fail(f"{domain}: {' '.join(refused.messages)}", code=code)
        self.stdout.write(f"{proved.name} is proved for {workspace.name}.")
