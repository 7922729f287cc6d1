"""Types of command-line arguments; a bad value ends the command with 2 and its sentence."""

from argparse import ArgumentTypeError
from datetime import UTC, datetime

from workspaces.models.workspace import Workspace, WorkspaceQuerySet


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
