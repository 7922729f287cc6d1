"""`manage.py token_create --workspace W --name N --role R`: make a token, print its secret."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from workspaces.audit import Actor
from workspaces.catalogue import ROLES, Scope
from workspaces.management.arguments import existing_workspace, moment, words
from workspaces.models.token import TokenKind
from workspaces.operations import tokens
from workspaces.operations.grants import NewGrant

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Make a token and print its secret, alone, on standard output; it is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", required=True, type=existing_workspace, metavar="SLUG")
        parser.add_argument("--name", required=True, type=words)
        parser.add_argument("--role", choices=sorted(ROLES), help="held with the scope all")
        parser.add_argument("--expires", type=moment, metavar="ISO", help="never, if not given")
        parser.add_argument("--kind", choices=TokenKind.values, default=TokenKind.API)

    def handle(self, *args: Any, **options: Any) -> None:
        kind = TokenKind(options["kind"])
        if kind == TokenKind.API and not options["role"]:
            raise CommandError(
                "--role is needed: a token without a role may do nothing.", returncode=BAD_INPUT
            )
        policy = [NewGrant(options["role"], Scope.ALL)] if kind == TokenKind.API else []
        try:
            _, secret = tokens.create(
                options["workspace"],
                options["name"],
                by=Actor.system("token_create"),
                kind=kind,
                policy=policy,
                expires_at=options["expires"],
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=BAD_INPUT) from error
        self.stdout.write(secret)
