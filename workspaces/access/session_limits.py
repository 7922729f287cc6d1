"""The limits of a user's sessions, from today's memberships (S2, S3).

For a user the shortest limit over all their memberships holds everywhere. Closed
workspaces bind nobody.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Min, Q, QuerySet

from accounts.models.user import User
from accounts.sessions import Limits


def limits_of(users: list[int]) -> dict[int, Limits]:
    """Return the limits of users by primary key; 1 statement for all of them."""
    rows = with_limits(User.objects.filter(pk__in=users), "")
    return {user.pk: limits_in(user) for user in rows}


def with_limits(rows: QuerySet[Any], user: str) -> QuerySet[Any]:
    """Annotate rows with the limits of the user at the end of a lookup path ("user__")."""
    workspace = f"{user}memberships__workspace"
    is_open = Q(**{f"{workspace}__closed_at__isnull": True})
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
    whole, idle = [settings.SESSION_WHOLE], []
    if row.whole_limit is not None:
        whole.append(timedelta(hours=row.whole_limit))
    if row.idle_limit is not None:
        idle.append(timedelta(minutes=row.idle_limit))
    if row.hipaa_bound or row.on_duty:
        idle.append(settings.SESSION_IDLE)
    return Limits(min(whole), min(idle, default=None))
