"""The workspace lock: one writer at a time per workspace (R7)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import models, transaction

from workspaces.access.engine import Access
from workspaces.access.ownership import Ownership, ownership_of
from workspaces.change.actors import Actor, Right
from workspaces.change.way_back import require_way_back
from workspaces.errors import Conflict, Denied, Unproved
from workspaces.models import ActorKind, Resource, Workspace
from workspaces.models.closed import held_workspaces

M = TypeVar("M", bound=models.Model)
PROVE = "Prove first who you are."


@contextmanager
def lock_workspace(
    workspace_id: int,
    *,
    by: Actor | None = None,
    also_closed: bool = False,
    looking: bool = False,
) -> Iterator[Workspace]:
    """Open a transaction, lock the workspace's row and hand over the row as it is now.

    On PostgreSQL the lock is `SELECT … FOR UPDATE`; on SQLite the write transaction
    itself is (it begins as IMMEDIATE). Only inside may rows that mean access be
    written; leaving by an exception undoes all of it. Locks nest: an operation may call
    another one on the same workspace, and the outer one has decided about closed ones.

    Raises Conflict when the workspace has gone or is closed – only retention and support
    reach a closed one, with `also_closed` – and Denied when the actor's right has gone
    (XC4): the door asked before the lock, here nobody else can change the answer. A support
    visit changes nothing (XK7): only what notes a read, `looking`, goes on for it. On leaving,
    raises Unproved where the change made owners or ended ownership, by whatever way (S8), and
    Conflict where it would leave no owner who enters without a provider (P5).
    """
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update().filter(pk=workspace_id).first()
        held = held_workspaces.get()
        also_closed = also_closed or workspace_id in held
        if workspace is None or (workspace.closed_at and not also_closed):
            raise Conflict("R5", "This workspace no longer exists.")
        outermost = workspace.pk not in held
        if by is not None and outermost:
            _ask_again(by, workspace, looking=looking)
        before = _watched(by, workspace) if outermost and not looking else None
        token = held_workspaces.set(held | {workspace.pk})
        made = len(by.made) if by else 0
        try:
            yield workspace
            if before is not None and ownership_of(workspace).differs_from(before):
                raise Unproved("S8", PROVE)
            if outermost and not looking:
                require_way_back(workspace)
        except BaseException:
            if by is not None:
                del by.made[made:]  # they are undone with the rest
            raise
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


def require(by: Actor, workspace: Workspace, allowed: Callable[[Access], bool]) -> None:
    """Ask the engine, under the lock, for more than the door did. Raises Denied.

    For rights that only what was sent makes known: on the other end of a connection
    (XB9), on the source of a new destination. Who acts by another authority than access
    is not asked.
    """
    if by.right is not None and not allowed(_access_now(by.right, workspace)):
        raise Denied("XC4", "You may not do this.")


def _watched(by: Actor | None, workspace: Workspace) -> Ownership | None:
    """Return who owns the workspace, where a change of that asks the actor for a proof (S8).

    A workspace that nobody owns yet is just being made, by its first owner.
    """
    if by is None or by.proved:
        return None
    found = ownership_of(workspace)
    return found if found.owners else None


def require_proof(by: Actor) -> None:
    """Raise Unproved when the actor should first prove who they are (S8).

    Their guard sends the person to prove it, and the form is done afterwards. Who becomes or
    stops being an owner is asked by `lock_workspace`, whatever the operation is called.
    """
    if not by.proved:
        raise Unproved("S8", PROVE)


def _ask_again(by: Actor, workspace: Workspace, *, looking: bool) -> None:
    """Raise Denied unless the right that let the actor in still holds in this workspace."""
    if by.right is None:
        return
    if by.kind == ActorKind.SCIM:
        _require_living(by.right, workspace)
        return
    thing: Workspace | Resource | None = workspace
    if by.right.resource is not None:
        thing = workspace.resources.filter(pk=by.right.resource.pk).first()
    access = _access_now(by.right, workspace)
    if access.looks_only and not looking:
        raise Denied("XK7", "A support visit changes nothing.")
    if thing is None or not access.check(by.right.action, thing):
        raise Denied("XC4", "You may no longer do this.")


def _require_living(right: Right, workspace: Workspace) -> None:
    """Raise Denied unless the directory's token lives: it may because of that, not by grants."""
    if not workspace.tokens.of_directories().filter(pk=right.subject.pk).exists():
        raise Denied("XC4", "This token was revoked or has ended.")


def _access_now(right: Right, workspace: Workspace) -> Access:
    """Return what the subject may do as of now; 1 statement.

    Raises Denied when it is not here any more. A subject never moves to another workspace.
    """
    access = Access.of(right.subject)
    if right.subject.workspace_id != workspace.pk or not access.policy.present:
        raise Denied("XC4", "You may no longer do this.")
    return access
