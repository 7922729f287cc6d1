"""What is kept for how long: old events (A3), and workspaces that were closed (R16)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.permissions import forget_object_permissions
from workspaces.change import Actor, audit, chain, lock_workspace, target
from workspaces.models import Event, Mention, Tally, Workspace
from workspaces.models.workspace import REOPENABLE_FOR, WorkspaceQuerySet


def purge_old_events(workspace: Workspace, *, by: Actor) -> int:
    """Purge the events past their retention; return how many.

    The purge is an event itself and keeps the digest of the last one purged, so that the
    rest of the chain stays verifiable.
    """
    with lock_workspace(workspace.pk, by=by, also_closed=True) as locked:
        young = locked.events.filter(at__gte=_edge(locked)).order_by("number").first()
        old = locked.events.filter(number__lt=young.number) if young else locked.events.all()
        last = old.newest_first().first()
        if last is None:
            return 0
        audit.record(
            locked,
            "audit.purged",
            by=by,
            target=target(locked),
            after={"up_to": last.number, "digest": last.digest},
        )
        return locked.events.purge_up_to(locked.pk, last.number)


def with_old_events() -> WorkspaceQuerySet:
    """Return the workspaces, closed ones too, with events past their retention."""
    events = Event.objects.filter(workspace=models.OuterRef("pk"))
    old = [
        models.Q(
            models.Exists(events.filter(at__lt=_before(hipaa_eligible=eligible))),
            hipaa_eligible=eligible,
        )
        for eligible in (False, True)
    ]
    return Workspace.objects.filter(old[0] | old[1]).order_by("pk")


def _edge(workspace: Workspace) -> datetime:
    """Return the time before which a workspace's events are past their retention (A3)."""
    return _before(hipaa_eligible=workspace.hipaa_eligible)


def _before(*, hipaa_eligible: bool) -> datetime:
    days = settings.AUDIT_KEPT_DAYS_HIPAA if hipaa_eligible else settings.AUDIT_KEPT_DAYS
    return timezone.now() - timedelta(days=days)


def erase_closed(*, by: Actor) -> int:
    """Erase what was in the workspaces whose 30 days are over; return how many they were."""
    over = Workspace.objects.closed_before(timezone.now() - REOPENABLE_FOR)
    due = over.filter(members__isnull=False).distinct().order_by("pk")
    return sum(erase(workspace, by=by) for workspace in due)


def erase(workspace: Workspace, *, by: Actor) -> bool:
    """Erase everything in a closed workspace but its audit trail (R16).

    Its row stays as the anchor of the trail, and so that nobody else takes its address
    while old links to it are about. False when it was reopened meanwhile.
    """
    with lock_workspace(workspace.pk, by=by, also_closed=True) as locked:
        until = locked.reopenable_until
        if until is None or until > timezone.now():
            return False
        erased = {rows.model._meta.model_name: _erase(rows) for rows in _contents(locked)}
        locked.tallies.all().delete()  # the database has taken them down to nought meanwhile
        audit.record(
            locked,
            "workspace.erased",
            by=by,
            target=target(locked),
            before={name: n for name, n in erased.items() if n},
        )
        return True


def _contents(workspace: Workspace) -> Iterator[models.QuerySet[models.Model]]:
    """Yield what people put into the workspace, from every table; that is not its trail."""
    for model in apps.get_models():
        links = [f.name for f in model._meta.fields if f.related_model is Workspace]
        if links and model not in {Event, Mention, Tally}:
            yield model._base_manager.filter(**{links[0]: workspace})


def _erase(rows: models.QuerySet[models.Model]) -> int:
    """Delete without looking at each row: what points at them goes in the same transaction."""
    return rows._raw_delete(rows.db)


def forget_erased(*, by: Actor) -> int:
    """Drop the erased workspaces whose trail is past its retention; return how many.

    What says that old events were purged is not kept for its own sake: it would keep the
    row for ever.
    """
    gone = 0
    for workspace in Workspace.objects.erased().order_by("pk"):
        with lock_workspace(workspace.pk, by=by, also_closed=True) as locked:
            told = locked.events.exclude(action=chain.PURGED)
            if not told.filter(at__gte=_edge(locked)).exists():
                last = locked.events.newest_first().first()
                locked.events.purge_up_to(locked.pk, last.number if last else 0)
                forget_object_permissions(locked)
                locked.delete()
                gone += 1
    return gone
