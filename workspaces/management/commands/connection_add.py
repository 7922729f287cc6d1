"""`manage.py connection_add --workspace W --name N --kind saml|oidc …`: a provider (P6)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from workspaces.change import lock_workspace
from workspaces.management.operators import BAD_INPUT, OperatorCommand, words
from workspaces.models import ConnectionKind, ConnectionState
from workspaces.operations.sso import connections
from workspaces.operations.sso.openid import provider as openid
from workspaces.operations.sso.saml.metadata import read_metadata
from workspaces.operations.sso.trust import Trust

NEEDED = {
    ConnectionKind.SAML: ("metadata",),
    ConnectionKind.OPENID: ("issuer", "client_id", "client_secret_file"),
}


class Command(OperatorCommand):
    help = "Add a connection and print its public id, alone, on standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.workspace_option(parser)
        parser.add_argument("--name", required=True, type=words)
        parser.add_argument("--kind", required=True, choices=ConnectionKind.values)
        parser.add_argument("--metadata", type=Path, metavar="FILE", help="of a SAML provider")
        parser.add_argument("--issuer", metavar="URL", help="of an OpenID provider")
        parser.add_argument("--client-id", metavar="ID")
        parser.add_argument("--client-secret-file", type=Path, metavar="FILE")
        parser.add_argument(
            "--provider-initiated", action="store_true", help="let people begin at the provider"
        )
        parser.add_argument(
            "--active", action="store_true", help="at once, by your word instead of a test"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kind = ConnectionKind(options["kind"])
        self._require_options(kind, options)
        workspace = options["workspace"]
        with self.refusals(code=BAD_INPUT):
            trust = self._trust(kind, options)
            with lock_workspace(workspace.pk):
                made = connections.add(
                    workspace,
                    options["name"],
                    kind,
                    trust,
                    by=self.by,
                    unasked=options["provider_initiated"],
                )
                if options["active"]:
                    connections.switch(made, ConnectionState.ACTIVE, by=self.by, untested=True)
        self.stdout.write(made.public_id)

    def _require_options(self, kind: ConnectionKind, options: dict[str, Any]) -> None:
        """End the command unless just what the kind takes is given."""
        for other, names in NEEDED.items():
            for name in names:
                option = f"--{name.replace('_', '-')}"
                if other == kind and options[name] is None:
                    self.fail(f"{option} is needed for --kind {kind}.", code=BAD_INPUT)
                if other != kind and options[name] is not None:
                    self.fail(f"{option} is not for --kind {kind}.", code=BAD_INPUT)
        if options["provider_initiated"] and kind != ConnectionKind.SAML:
            self.fail(f"--provider-initiated is not for --kind {kind}.", code=BAD_INPUT)

    def _trust(self, kind: ConnectionKind, options: dict[str, Any]) -> Trust:
        """Return what is to be trusted; the provider is not asked."""
        if kind == ConnectionKind.SAML:
            return read_metadata(self._text(options["metadata"]))
        secret = self._text(options["client_secret_file"])
        return openid.clean_trust(options["issuer"], options["client_id"], secret)

    def _text(self, file: Path) -> str:
        _name, found = self.read(file)
        try:
            return found.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.fail(f"{file}: this is no text in UTF-8.", code=BAD_INPUT)
