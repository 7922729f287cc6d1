"""`manage.py connection_set ID draft|active|off`: what the switch on its page does (P6)."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from workspaces.management.operators import OperatorCommand
from workspaces.models import ConnectionState, SsoConnection
from workspaces.operations.sso import connections


class Command(OperatorCommand):
    help = "Switch a connection; only a tested one becomes active. Audited as system."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("connection", type=existing_connection, metavar="ID")
        parser.add_argument("state", choices=ConnectionState.values)

    def handle(self, *args: Any, connection: SsoConnection, state: str, **options: Any) -> None:
        with self.refusals():
            switched = connections.switch(connection, ConnectionState(state), by=self.by)
        self.stdout.write(f"{switched.name} is {switched.state}.")


def existing_connection(ident: str) -> SsoConnection:
    """Return the connection of a public id, in an open workspace."""
    found = SsoConnection.objects.filter(public_id=ident, workspace__closed_at=None).first()
    if found is None:
        raise ArgumentTypeError(f"there is no connection {ident}")
    return found
