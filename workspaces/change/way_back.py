"""Nobody is locked out for good: an owner is left who enters without a provider (P5)."""

from accounts.sign_in.second_factor import second_factor_of
from workspaces.errors import Conflict
from workspaces.models import MemberQuerySet, Workspace

NO_WAY_BACK = (
    "At least one owner has to be exempt from the providers and have a second factor of their "
    "own, or nobody could get in once a provider fails."
)


def ways_back(workspace: Workspace) -> MemberQuerySet:
    """Return the active owners by own role who are exempt and have a second factor."""
    owners: MemberQuerySet = workspace.members.owners().filter(sso_exempt=True)
    return owners.filter(second_factor_of("user"))


def require_way_back(workspace: Workspace) -> None:
    """Raise Conflict where a workspace is entered by providers alone and no such owner is left.

    Asked by the lock as the last thing a change does, by whatever door: no owner can be
    demoted, taken out, deactivated or robbed of their factor past it.
    """
    if workspace.sso_required and not workspace.closed_at and not ways_back(workspace).exists():
        raise Conflict("P5", NO_WAY_BACK)
