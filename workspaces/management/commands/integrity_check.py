"""`manage.py integrity_check`: no row joins two workspaces, none dangles (XA2)."""

import argparse
from typing import Any

from workspaces.management.operators import OperatorCommand
from workspaces.models.tally import recount
from workspaces.operations.workspace.integrity import findings


class Command(OperatorCommand):
    help = "Look for rows that no operation writes. Exits with 1 and names them if there are any."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--recount", action="store_true", help="first count anew what pages show the number of"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["recount"]:
            recount()
        found = list(findings())
        for line in found:
            self.stderr.write(line)
        if found:
            self.fail(f"{len(found)} kinds of broken rows.")
        self.stdout.write("Every row belongs where it stands.")
