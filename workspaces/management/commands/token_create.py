"""`manage.py token_create --workspace W --name N --role R`: make a token, print its secret."""

from argparse import ArgumentParser
from typing import Any

from workspaces.catalogue import ROLES, Scope
from workspaces.management.operators import BAD_INPUT, OperatorCommand, moment, words
from workspaces.models import GrantTerms, TokenKind
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms


class Command(OperatorCommand):
    help = "Make a token and print its secret, alone, on standard output; it is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.workspace_option(parser)
        parser.add_argument("--name", required=True, type=words)
        parser.add_argument("--role", choices=sorted(ROLES), help="held with the scope all")
        parser.add_argument("--expires", type=moment, metavar="ISO", help="never, if not given")
        parser.add_argument("--kind", choices=TokenKind.values, default=TokenKind.API)

    def handle(self, *args: Any, **options: Any) -> None:
        kind = TokenKind(options["kind"])
        if kind == TokenKind.API and not options["role"]:
            self.fail("--role is needed: a token without a role may do nothing.", code=BAD_INPUT)
        policy: list[GrantTerms] = []
        if kind == TokenKind.API:
            policy.append(Terms(options["role"], Scope.ALL))
        with self.refusals(code=BAD_INPUT):
            _, secret = tokens.create(
                options["workspace"],
                options["name"],
                by=self.by,
                kind=kind,
                policy=policy,
                expires_at=options["expires"],
            )
        self.stdout.write(secret)
