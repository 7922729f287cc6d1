"""After a backup is restored: what it may have brought back waits for an owner's word (J10)."""

from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from workspaces import audit
from workspaces.audit import Actor
from workspaces.locks import lock_workspace, require_proof, reread
from workspaces.models.token import Token
from workspaces.models.workspace import Workspace
from workspaces.operations import orphans
from workspaces.operations.trail import target


def hold(workspace: Workspace, *, by: Actor) -> tuple[int, int]:
    """Hold every token and pending invite; return how many of each. Owners are told by mail.

    A restored database knows as good what was revoked after the backup was made. Closed
    workspaces are held as well, since they may be reopened.
    """
    with lock_workspace(workspace.pk, by=by, also_closed=True) as locked:
        now = timezone.now()
        good = locked.tokens.filter(revoked_at__isnull=True, held_at__isnull=True)
        tokens = good.update(held_at=now)
        invites = locked.invites.pending().filter(held_at__isnull=True).update(held_at=now)
        after = {"tokens": tokens, "invites": invites}
        audit.record(locked, "workspace.restored", by=by, target=target(locked), after=after)
        if locked.closed_at is None:
            _tell_owners(locked, tokens, invites)
        return tokens, invites


def confirm_token(token: Token, *, by: Actor) -> Token:
    """Let a held token go on with what it had (J10); nothing happens to one that is not held."""
    with lock_workspace(token.workspace_id, by=by) as workspace:
        token = reread(workspace.tokens.all(), token)
        require_proof(by)
        if workspace.tokens.held().filter(pk=token.pk).update(held_at=None):
            audit.record(workspace, "token.confirmed", by=by, target=target(token))
        return token


def confirm_all(workspace: Workspace, *, by: Actor) -> tuple[int, int]:
    """Let every held token and invite go on; return how many of each. One event names them.

    Invites whose sender is no owner any more become void at once (I1).
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        require_proof(by)
        names = list(locked.tokens.held().by_name().values_list("name", flat=True))
        addresses = list(locked.invites.held().by_address().values_list("email", flat=True))
        if names or addresses:
            locked.tokens.held().update(held_at=None)
            locked.invites.held().update(held_at=None)
            after = {"tokens": names, "invites": addresses}
            event = "workspace.held_confirmed"
            audit.record(locked, event, by=by, target=target(locked), after=after)
            orphans.void_orphans(locked, by=by)
        return len(names), len(addresses)


def _tell_owners(workspace: Workspace, tokens: int, invites: int) -> None:
    context = {
        "workspace": workspace.name,
        "tokens": tokens,
        "invites": invites,
        "url": outbox.absolute(reverse("workspaces:held", args=[workspace.slug])),
    }
    owners = workspace.members.owners().values_list("user__email", flat=True)
    outbox.queue_alike(owners, "restored", context)
