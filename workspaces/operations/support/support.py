"""Support windows, opened by owners, and the visits support makes in them (R17, XK7).

A visit only looks: the engine gives it an owner's sight, and no operation takes its right
for a change (`workspaces.change`). It ends by itself, by the database's clock.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts.models.user import User
from config.web.values.public_ids import public_id
from workspaces.change import Actor, Target, audit, lock_workspace, target
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import SupportVisit, SupportWindow, Workspace
from workspaces.operations.support.visiting import is_assigned

LONGEST = timedelta(days=7)


def open_window(
    workspace: Workspace, *, until: datetime, by: Actor, ident: str = ""
) -> SupportWindow:
    """Let assigned support staff visit until then; what an earlier send opened stays (XI7).

    Raises Refused for an end that is past or too far, Conflict while a window is open.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        made = locked.support_windows.filter(public_id=ident).first()
        if made is not None:
            return made
        now = timezone.now()
        if not now < until <= now + LONGEST:
            raise Refused("XK7", f"It ends within {LONGEST.days} days from now.", field="until")
        if locked.support_windows.open().exists():
            raise Conflict("XK7", "A window is open already. Close it first.")
        _settle(locked)
        window = SupportWindow.objects.create(
            workspace=locked,
            public_id=ident or public_id(),
            reason=by.reason,
            opened_by=by.user,
            opened_at=now,
            ends_at=until,
        )
        audit.record(
            locked,
            "support.window_opened",
            by=by,
            target=target(locked),
            after={"until": until.isoformat()},
        )
        return window


def close_window(workspace: Workspace, *, by: Actor) -> bool:
    """Close the window and end the visits in it, at once; False when none is open."""
    with lock_workspace(workspace.pk, by=by) as locked:
        window = locked.support_windows.open().first()
        if window is None:
            return False
        ended = end_all(locked, by=by)
        audit.record(
            locked,
            "support.window_closed",
            by=by,
            target=target(locked),
            before={"until": window.ends_at.isoformat(), "visits": ended},
        )
        return True


def end_all(workspace: Workspace, *, by: Actor) -> int:
    """End window and visits without an event, for an operation that records it itself.

    Returns how many visits were going on. The caller holds the lock.
    """
    _settle(workspace)
    now = timezone.now()
    workspace.support_windows.unsettled().update(ended_at=now, ended_by=by.user)
    return workspace.support_visits.unsettled().update(ended_at=now)


def _settle(workspace: Workspace) -> None:
    """Write down the end of what was over by itself; it changes nothing about who sees what."""
    over = workspace.support_windows.unsettled().over().order_by().values("pk")
    gone = workspace.support_visits.unsettled()
    gone.filter(window__in=over).update(ended_at=F("ends_at"))
    gone.over().update(ended_at=F("ends_at"))
    workspace.support_windows.filter(pk__in=over).update(ended_at=F("ends_at"))


def begin_visit(workspace: Workspace, user: User, *, by: Actor) -> SupportVisit:
    """Let a support person look round until the window or their hours are over.

    Who is visiting already goes on with that visit. Raises Denied for whoever is not
    assigned, Refused for members, who have their own access, Conflict without a window.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        if not is_assigned(user, locked):
            raise Denied("XK7", "This workspace is not assigned to you.")
        if locked.members.filter(user=user).exists():
            raise Refused("XK7", "You are a member of this workspace, with access of your own.")
        window = locked.support_windows.open().first()
        if window is None:
            raise Conflict("XK7", "No support window is open. An owner can open one.")
        _settle(locked)
        going_on = locked.support_visits.unsettled().of(user).first()
        if going_on is not None:
            return going_on
        until = min(window.ends_at, timezone.now() + settings.SUPPORT_VISIT)
        visit = SupportVisit.objects.create(
            workspace=locked, window=window, user=user, reason=by.reason, ends_at=until
        )
        audit.record(
            locked,
            "support.visit_begun",
            by=by,
            target=target(locked),
            after={"until": until.isoformat()},
        )
        return visit


def end_visit(visit: SupportVisit, *, by: Actor) -> bool:
    """End a visit before its time; False when it is over already."""
    with lock_workspace(visit.workspace_id, by=by) as workspace:
        _settle(workspace)
        mine = workspace.support_visits.unsettled().filter(pk=visit.pk)
        if not mine.update(ended_at=timezone.now()):
            return False
        audit.record(workspace, "support.visit_ended", by=by, target=target(workspace))
        return True


def note_page(workspace: Workspace, about: Target, address: str, *, by: Actor) -> None:
    """Note that a visitor opened a page, before anything of it is shown (A1)."""
    with lock_workspace(workspace.pk, by=by, looking=True) as locked:
        audit.record(
            locked, "support.page_read", by=by, target=about, after={"page": address[:200]}
        )
