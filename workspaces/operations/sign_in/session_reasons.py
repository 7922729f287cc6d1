"""Why a user's sessions end when they do, in terms of their own workspaces (S7)."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from accounts.models.user import User
from accounts.sessions import Limits
from workspaces.models import Workspace, WorkspaceQuerySet

NAMED = 3  # names that are said; more would not tell more


@dataclass(frozen=True, slots=True)
class Reasons:
    """Names of open workspaces of the user that set the limits, each a few of them.

    Where none does, the site's own rule holds: 7 days for everybody (S1), the idle limit
    for staff.
    """

    whole: tuple[str, ...]
    hipaa: tuple[str, ...]
    idle: tuple[str, ...]


def reasons_of(user: User, limits: Limits) -> Reasons:
    """Return which of a user's workspaces set the limits that hold for them; 3 statements."""
    mine = Workspace.objects.open().of_user(user).by_name()
    whole = idle = hipaa = mine.none()
    if limits.whole < settings.SESSION_WHOLE:
        whole = mine.filter(session_hours=limits.whole // timedelta(hours=1))
    if limits.idle is not None:
        idle = mine.filter(idle_minutes=limits.idle // timedelta(minutes=1))
    if limits.idle == settings.SESSION_IDLE:
        hipaa = mine.filter(hipaa_eligible=True)
    return Reasons(_names(whole), _names(hipaa), _names(idle))


def _names(workspaces: WorkspaceQuerySet) -> tuple[str, ...]:
    return tuple(workspaces.values_list("name", flat=True)[:NAMED])
