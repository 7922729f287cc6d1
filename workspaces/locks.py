"""The workspace lock: one writer at a time per workspace (R7)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import models, transaction

from workspaces.errors import Conflict
from workspaces.models.closed import held_workspaces
from workspaces.models.workspace import Workspace

M = TypeVar("M", bound=models.Model)


@contextmanager
def lock_workspace(workspace_id: int) -> Iterator[Workspace]:
    """Open a transaction, lock the workspace's row and hand over the row as it is now.

    On PostgreSQL the lock is `SELECT … FOR UPDATE`; on SQLite the write transaction
    itself is (it begins as IMMEDIATE). Only inside may rows that mean access be
    written; leaving by an exception undoes all of it. Locks nest: an operation may call
    another one on the same workspace.

    Raises Conflict when the workspace has gone.
    """
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update().filter(pk=workspace_id).first()
        if workspace is None:
            raise Conflict("R5", "This workspace no longer exists.")
        token = held_workspaces.set(held_workspaces.get() | {workspace.pk})
        try:
            yield workspace
        finally:
            held_workspaces.reset(token)


def reread(rows: models.QuerySet[M], row: M) -> M:
    """Read a row again under the lock, from the rows that may be meant.

    Raises Conflict when it has gone or is not among them any more.
    """
    fresh = rows.filter(pk=row.pk).first()
    if fresh is None:
        raise Conflict("R5", f"{row} was removed meanwhile.")
    return fresh
