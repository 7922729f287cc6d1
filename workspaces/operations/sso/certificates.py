"""Tells owners of certificates that end: 30, 7 and 1 days before (P6)."""

from datetime import datetime
from math import ceil

from django.db.models import QuerySet
from django.utils import timezone

from workspaces.change import Actor, lock_workspace
from workspaces.models import ConnectionState, SsoConnection, Workspace
from workspaces.models.workspace import WorkspaceQuerySet
from workspaces.operations.sso import telling_owners, trust

DAYS = (1, 7, 30)  # before the end, the last of them first


def tell_of_ends(workspace: Workspace) -> int:
    """Mail the owners of each certificate in force that comes to its end; return how many.

    To be called once a day. A mail that was missed is not made up for by more than one.
    """
    now, told = timezone.now(), 0
    for connection in _used().filter(workspace=workspace).order_by("pk"):
        coming = [end for end in trust.certificate_ends(connection.trusted) if end > now]
        if coming and _is_due(connection, coming[0], now):
            telling_owners.tell_of_certificate(connection, coming[0], _days(coming[0], now))
            told += 1
    return told


def with_certificates() -> WorkspaceQuerySet:
    """Return the open workspaces with a provider that is in use, or was tested."""
    return Workspace.objects.open().having(_used())


def _used() -> QuerySet[SsoConnection]:
    used = SsoConnection.objects.exclude(state=ConnectionState.OFF)
    return used.filter(trusted__isnull=False)


def _is_due(connection: SsoConnection, end: datetime, now: datetime) -> bool:
    """Whether owners were not told of this end since it came this near; notes that they are."""
    near = next((days for days in DAYS if _days(end, now) <= days), None)
    if near is None or connection.told_days == near:
        return False
    by = Actor.system()
    with lock_workspace(connection.workspace_id, by=by):
        SsoConnection.objects.filter(pk=connection.pk).update(told_days=near)
    return True


def _days(end: datetime, now: datetime) -> int:
    return ceil((end - now).total_seconds() / (24 * 60 * 60))
