"""After a restored backup: what it may have brought back waits for an owner (R18, XJ10)."""

from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from workspaces.change import Actor, audit, lock_workspace, require_proof, reread, target, targets
from workspaces.models import Token, Workspace
from workspaces.operations.invites import withdrawal
from workspaces.operations.taking_up import take_ups


class Restored(NamedTuple):
    """How many tokens and invites are suspended, and how many taking ups were ended."""

    tokens: int
    invites: int
    taken_up: int


def hold(workspace: Workspace, *, by: Actor) -> Restored:
    """Hold every token and pending invite, end what is taken up; owners are told by mail.

    A restored database knows as good what was revoked after the backup was made, and as running
    what was ended early since. Closed workspaces are suspended as well, since they may be
    reopened.
    """
    with lock_workspace(workspace.pk, by=by, also_closed=True) as locked:
        now = timezone.now()
        good = locked.tokens.filter(revoked_at__isnull=True, suspended_at__isnull=True)
        sent = locked.invites.pending().filter(suspended_at__isnull=True)
        concerned = [*targets(good.by_name()), *targets(sent.by_address())]
        held = Restored(
            good.update(suspended_at=now),
            sent.update(suspended_at=now),
            take_ups.end_all(locked),
        )
        after = {"tokens": held.tokens, "invites": held.invites, "taken_up": held.taken_up}
        audit.record(
            locked,
            "workspace.restored",
            by=by,
            target=target(locked),
            concerned=concerned,
            after=after,
        )
        if locked.closed_at is None:
            _tell_owners(locked, held)
        return held


def confirm_token(token: Token, *, by: Actor) -> Token:
    """Let a suspended token go on with what it had (R18, XJ10); any other is left as it is."""
    with lock_workspace(token.workspace_id, by=by) as workspace:
        token = reread(workspace.tokens.all(), token)
        require_proof(by)
        if workspace.tokens.suspended().filter(pk=token.pk).update(suspended_at=None):
            audit.record(workspace, "token.confirmed", by=by, target=target(token))
        return token


def confirm_all(workspace: Workspace, *, by: Actor) -> tuple[int, int]:
    """Let every suspended token and invite go on; return how many of each. One event names them.

    Invites whose sender is no owner any more become void at once (I1).
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        require_proof(by)
        tokens = list(locked.tokens.suspended().by_name())
        invites = list(locked.invites.suspended().by_address())
        names = [token.name for token in tokens]
        addresses = [invite.email for invite in invites]
        if names or addresses:
            locked.tokens.suspended().update(suspended_at=None)
            locked.invites.suspended().update(suspended_at=None)
            after = {"tokens": names, "invites": addresses}
            audit.record(
                locked,
                "workspace.held_confirmed",
                by=by,
                target=target(locked),
                concerned=targets([*tokens, *invites]),
                after=after,
            )
            withdrawal.void_orphans(locked, by=by)
        return len(names), len(addresses)


def _tell_owners(workspace: Workspace, held: Restored) -> None:
    context = {
        "workspace": workspace.name,
        "tokens": held.tokens,
        "invites": held.invites,
        "url": outbox.absolute(reverse("workspaces:suspended_confirm", args=[workspace.slug])),
    }
    owners = workspace.members.owners().values_list("user__email", flat=True)
    outbox.queue_alike(owners, "restored", context)
