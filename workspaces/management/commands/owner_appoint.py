"""`manage.py owner_appoint EMAIL --workspace W --reason TEXT`: for emergencies (C6)."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from workspaces.audit import Actor
from workspaces.management.arguments import existing_workspace, words
from workspaces.models.workspace import Workspace
from workspaces.operations import members


class Command(BaseCommand):
    help = "Make somebody an owner of a workspace whose owners are gone; audited as system."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--workspace", required=True, type=existing_workspace, metavar="SLUG")
        parser.add_argument("--reason", required=True, type=words)

    def handle(self, *args: Any, email: str, reason: str, **options: Any) -> None:
        workspace: Workspace = options["workspace"]
        try:
            member = members.appoint_owner(
                workspace, email, by=Actor.system("owner_appoint"), reason=reason
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except ValueError as error:
            raise CommandError(f"{email}: {error}", returncode=2) from error
        self.stdout.write(f"{member.user.email} is an owner of {workspace.name}.")
