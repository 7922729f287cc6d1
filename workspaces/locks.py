"""The workspace lock: one writer at a time per workspace (R7)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import models, transaction

from workspaces.access.engine import Access
from workspaces.audit import Actor
from workspaces.errors import Conflict, Denied
from workspaces.models.closed import held_workspaces
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace

M = TypeVar("M", bound=models.Model)


@contextmanager
def lock_workspace(
    workspace_id: int, *, by: Actor | None = None, also_closed: bool = False
) -> Iterator[Workspace]:
    """Open a transaction, lock the workspace's row and hand over the row as it is now.

    On PostgreSQL the lock is `SELECT … FOR UPDATE`; on SQLite the write transaction
    itself is (it begins as IMMEDIATE). Only inside may rows that mean access be
    written; leaving by an exception undoes all of it. Locks nest: an operation may call
    another one on the same workspace.

    Raises Conflict when the workspace has gone or is closed – only retention and support
    reach a closed one, with `also_closed` – and Denied when the actor's right has gone
    (C4): the door asked before the lock, here nobody else can change the answer.
    """
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update().filter(pk=workspace_id).first()
        if workspace is None or (workspace.closed_at and not also_closed):
            raise Conflict("R5", "This workspace no longer exists.")
        held = held_workspaces.get()
        if by is not None and workspace.pk not in held:
            _ask_again(by, workspace)
        token = held_workspaces.set(held | {workspace.pk})
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


def _ask_again(by: Actor, workspace: Workspace) -> None:
    """Raise Denied unless the right that let the actor in still holds in this workspace."""
    if by.right is None:
        return
    subject = type(by.right.subject)._default_manager.filter(
        pk=by.right.subject.pk, workspace=workspace
    )
    found = subject.first()
    thing: Workspace | Resource | None = workspace
    if by.right.resource is not None:
        thing = workspace.resources.filter(pk=by.right.resource.pk).first()
    if found is None or thing is None or not Access.of(found).check(by.right.action, thing):
        raise Denied("C4", "You may no longer do this.")
