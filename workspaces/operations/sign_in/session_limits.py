"""The limits of a user's sessions, from today's memberships (S2, S3).

For a user the shortest limit over all their memberships holds everywhere. Closed
workspaces bind nobody.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest

from accounts.models.sign_in import SignIn
from accounts.models.user import User
from accounts.sessions import IN_SESSION, Limits, ordinary
from config.web.prepared import Prepared
from workspaces.models import Workspace
from workspaces.operations.sso.reach import with_reach


def limits_of(users: list[int]) -> dict[int, Limits]:
    """Return the limits of users by primary key; 1 statement for all of them."""
    return _by_user(with_limits(User.objects.filter(pk__in=users).values("pk"), ""))


def limits_elsewhere(users: QuerySet[User], workspace: Workspace) -> dict[int, Limits]:
    """Return what would hold for users without this workspace, by primary key; 1 statement."""
    return _by_user(with_limits(users.values("pk"), "", less=workspace))


def _by_user(rows: QuerySet[Any]) -> dict[int, Limits]:
    """Fold rows of numbers; equal ones, which most are, become one and the same limits."""
    found: dict[tuple[Any, ...], Limits] = {}
    limits = {}
    for row in rows:
        key = (row["whole_limit"], row["idle_limit"], bool(row["hipaa_bound"] or row["on_duty"]))
        if key not in found:
            found[key] = _limits(key[0], key[1], bound=key[2])
        limits[row["pk"]] = found[key]
    return limits


def with_limits(rows: QuerySet[Any], user: str, *, less: Workspace | None = None) -> QuerySet[Any]:
    """Annotate rows with the limits of the user at the end of a lookup path ("user__").

    `less` is left out, as if the user were no member there.
    """
    workspace = f"{user}memberships__workspace"
    is_open = Q(**{f"{workspace}__closed_at__isnull": True})
    if less is not None:
        is_open &= ~Q(**{workspace: less})
    is_hipaa = Q(**{f"{workspace}__hipaa_eligible": True})
    annotated: QuerySet[Any] = rows.annotate(
        hipaa_bound=Count(workspace, filter=is_open & is_hipaa),
        idle_limit=Min(f"{workspace}__idle_minutes", filter=is_open),
        whole_limit=Min(f"{workspace}__session_hours", filter=is_open),
        on_duty=F(f"{user}is_staff"),
    )
    return annotated


def limits_in(row: Any) -> Limits:
    """Return the limits that a row read by `with_limits` carries, the site's own applied.

    Staff in the admin are always held to the idle limit; no setting lengthens anything.
    """
    bound = bool(row.hipaa_bound or row.on_duty)
    return _limits(row.whole_limit, row.idle_limit, bound=bound)


def limits_by(
    workspace: Workspace, *, idle_minutes: int | None, session_hours: int | None
) -> Limits:
    """Return the limits that a workspace alone would set its members, by these settings."""
    return _limits(session_hours, idle_minutes, bound=workspace.hipaa_eligible)


def limits_set_by(workspace: Workspace) -> Limits:
    """Return the limits that a workspace alone sets its members today."""
    return limits_by(
        workspace, idle_minutes=workspace.idle_minutes, session_hours=workspace.session_hours
    )


def shortens(workspace: Workspace) -> bool:
    """Whether a workspace makes sessions of its members shorter than the site's."""
    return limits_set_by(workspace) != ordinary()


def shortest(one: Limits, other: Limits) -> Limits:
    """Return what holds for somebody whom both bind."""
    idle = [limit for limit in (one.idle, other.idle) if limit is not None]
    return Limits(min(one.whole, other.whole), min(idle, default=None))


def _limits(hours: int | None, minutes: int | None, *, bound: bool) -> Limits:
    whole, idle = [settings.SESSION_WHOLE], []
    if hours is not None:
        whole.append(timedelta(hours=hours))
    if minutes is not None:
        idle.append(timedelta(minutes=minutes))
    if bound:
        idle.append(settings.SESSION_IDLE)
    return Limits(min(whole), min(idle, default=None))


def sign_in_of(request: HttpRequest) -> Any:
    """Return the sign-in that the session names, its user, what limits it today, and its reach.

    It brings `database_now` along; 1 statement.
    """
    key, user = request.session.get(IN_SESSION), request.session.get(SESSION_KEY)
    if not key or not user:
        return None
    return next(iter(SIGN_IN.rows(key, int(user))), None)


def _sign_in(key: str, user: int) -> QuerySet[SignIn]:
    rows = SignIn.objects.filter(key=key, user=user).select_related("user")
    return with_limits(with_reach(rows.annotate(database_now=Now())), "user__")


SIGN_IN = Prepared(_sign_in)
