"""Types of command-line arguments; a bad value ends the command with 2 and its sentence."""

from argparse import ArgumentTypeError
from datetime import UTC, datetime

from workspaces.models.workspace import Workspace


def existing_workspace(slug: str) -> Workspace:
    """Return the workspace of a slug."""
    workspace = Workspace.objects.filter(slug=slug).first()
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
