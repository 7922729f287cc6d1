"""What commands for operators share: who acts, how they fail, and types of their arguments.

A bad argument ends the command with 2 and its sentence.
"""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from workspaces.change import Actor
from workspaces.models import Workspace, WorkspaceQuerySet
from workspaces.operations.documents import Faults

BAD_INPUT = 2


class OperatorCommand(BaseCommand):
    """A command that acts as the system and ends with a sentence, never with a traceback."""

    @property
    def by(self) -> Actor:
        """Whoever acts: the system, by the name of the command."""
        return Actor.system(type(self).__module__.rpartition(".")[2])

    def workspace_option(self, parser: ArgumentParser) -> None:
        """Ask for an open workspace by its slug."""
        parser.add_argument("--workspace", required=True, type=existing_workspace, metavar="SLUG")

    def fail(self, text: str, *, code: int = 1) -> NoReturn:
        """End the command. Raises CommandError."""
        raise CommandError(text, returncode=code)

    @contextmanager
    def refusals(self, *, code: int = 1) -> Iterator[None]:
        """End the command with what an operation says against it."""
        try:
            yield
        except ValidationError as error:
            self.fail(" ".join(error.messages), code=code)

    def fail_by(self, faults: Faults, text: str) -> NoReturn:
        """Name every fault of a document, and end the command."""
        for fault in faults.faults:
            self.stderr.write(str(fault))
        self.fail(text, code=BAD_INPUT)

    def read(self, file: Path) -> tuple[str, bytes]:
        """Return a file's name and bytes; end the command when it cannot be read."""
        try:
            return str(file), file.read_bytes()
        except OSError as error:
            self.fail(f"{file}: {error.strerror}", code=BAD_INPUT)


def existing_workspace(slug: str) -> Workspace:
    """Return the workspace of a slug; a closed one is not there."""
    return _named(slug, Workspace.objects.open())


def workspace_with_trail(slug: str) -> Workspace:
    """Return the workspace of a slug, also a closed one: its trail is kept."""
    return _named(slug, Workspace.objects.all())


def _named(slug: str, workspaces: WorkspaceQuerySet) -> Workspace:
    workspace = workspaces.filter(slug=slug).first()
    if workspace is None:
        raise ArgumentTypeError(f"there is no workspace {slug}")
    return workspace


def moment(text: str) -> datetime:
    """Read an ISO 8601 time; without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no ISO 8601 time such as 2027-01-31T12:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def words(text: str) -> str:
    """Return a text that is not blank, without the blanks around it."""
    if not text.strip():
        raise ArgumentTypeError("it may not be empty")
    return text.strip()
