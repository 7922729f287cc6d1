"""Open sessions follow a change of the rule at once, in the change's own transaction (S3)."""

from collections.abc import Iterable

from accounts import sessions
from workspaces.models import Workspace
from workspaces.operations.sign_in.session_limits import limits_of


def follow(users: Iterable[int]) -> None:
    """Let the sessions of these users (primary keys) follow what now holds for them.

    To be called under the lock, after memberships or flags were written: what had run out
    by the old rule stays ended, what lives is shortened or lengthened.
    """
    sessions.restamp(users, limits_of)


def users_of(workspace: Workspace) -> set[int]:
    """Return the primary keys of everybody in the workspace."""
    return set(workspace.members.values_list("user", flat=True))
