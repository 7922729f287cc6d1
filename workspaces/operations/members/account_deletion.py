"""Deleting one's own account: out of every workspace first, then gone (S11, R7, XF4)."""

from contextlib import ExitStack

from django.db import transaction
from django.http import HttpRequest

from accounts import audit, outbox
from accounts.models.user import User
from workspaces.change import Actor, lock_workspace
from workspaces.errors import Conflict
from workspaces.models import Member, Workspace
from workspaces.operations.members import members


def delete_account(user: User, *, by: Actor, request: HttpRequest | None) -> None:
    """Take somebody out of all their workspaces and delete the account, all of it or nothing.

    Raises Conflict that names the workspaces whose last active owner they are (R7). Trails
    keep the address as text; whoever registers it again is another user (XF4). Closed
    workspaces hold nobody back: whoever reopens one looks for its owner then.
    """
    with transaction.atomic(), ExitStack() as locks:
        mine = user.memberships.order_by("workspace_id").values_list("workspace_id", flat=True)
        held = [
            locks.enter_context(lock_workspace(pk, by=by, also_closed=True)) for pk in list(mine)
        ]
        leaving = User.objects.select_for_update().filter(pk=user.pk).first()
        if leaving is None:  # sent twice
            return
        require_no_last_owner(leaving)
        for workspace in held:
            for member in workspace.members.select_related("user").filter(user=leaving):
                members.depart(member, by=by)
        if leaving.memberships.exists():
            raise Conflict("R8", "Somebody let you into a workspace meanwhile. Look again.")
        audit.record(leaving, "account.deleted", request)
        outbox.queue(leaving.email, "account_deleted", {})
        leaving.delete()


def require_no_last_owner(user: User) -> None:
    """Raise Conflict that names every open workspace which the user would leave ownerless."""
    names = [workspace.name for workspace in held_back_by(user)]
    if names:
        raise Conflict(
            "R7",
            f"You are the last owner of {', '.join(names)}. "
            "Make somebody else an owner there, or close it, first.",
        )


def held_back_by(user: User) -> list[Workspace]:
    """Return the open workspaces whose last active owner somebody is; 1 statement."""
    last = Member.objects.filter(user=user).last_owners()
    return list(Workspace.objects.filter(members__in=last).by_name())
