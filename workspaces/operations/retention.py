"""What is kept for how long (A3): old events go, and the trail says that they went."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from workspaces import audit
from workspaces.audit import Actor
from workspaces.locks import lock_workspace
from workspaces.models.workspace import Workspace
from workspaces.operations.trail import target


def purge_old_events(workspace: Workspace, *, by: Actor) -> int:
    """Purge the events past their retention; return how many.

    The purge is an event itself and keeps the digest of the last one purged, so that the
    rest of the chain stays verifiable.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        days = settings.AUDIT_KEPT_DAYS_HIPAA if locked.hipaa_eligible else settings.AUDIT_KEPT_DAYS
        edge = timezone.now() - timedelta(days=days)
        young = locked.events.filter(at__gte=edge).order_by("number").first()
        old = locked.events.filter(number__lt=young.number) if young else locked.events.all()
        last = old.newest_first().first()
        if last is None:
            return 0
        audit.record(
            locked,
            audit.PURGED,
            by=by,
            target=target(locked),
            after={"up_to": last.number, "digest": last.digest},
        )
        return locked.events.purge_up_to(locked.pk, last.number)
