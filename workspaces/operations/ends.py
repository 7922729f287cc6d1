"""When grants end (R6): moving the end of one, or of many people's at once."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from workspaces import audit
from workspaces.access.decide import Held, Policy
from workspaces.access.facts import load_policy
from workspaces.access.levels import Move, moves
from workspaces.audit import Actor
from workspaces.errors import Refused
from workspaces.locks import lock_workspace, reread
from workspaces.models.grant import Grant
from workspaces.models.member import Member
from workspaces.operations.reviews import digest_of, require_seen
from workspaces.operations.trail import described, target


@dataclass(frozen=True, slots=True)
class EndReview:
    """What a later end gives back: nothing while the grant lives, much once it has ended."""

    moves: tuple[Move, ...]
    digest: str


def preview(grant: Grant) -> EndReview:
    """Return what any end in the future does to the holder of a member's grant; 3 statements."""
    member = _holder(grant)
    before = load_policy(member)
    found = tuple(moves(before, _with(before, grant)))
    shown = [(move.type, move.was, move.becomes, move.count, move.names) for move in found]
    return EndReview(found, digest_of(grant.workspace_id, (grant.pk, grant.expires_at, shown)))


def _with(policy: Policy, grant: Grant) -> Policy:
    """Return the policy with the grant in it, also where it has ended."""
    if any(held.grant == grant.pk for held in policy.held):
        return policy
    labels = frozenset(grant.label_set.values_list("label", flat=True))
    held = Held(grant.role, grant.scope, grant.pk, labels=labels)
    return replace(policy, held=(*policy.held, held))


def set_end(
    grant: Grant, expires_at: datetime, *, by: Actor, reason: str = "", seen: str = ""
) -> Grant:
    """Move the end of one grant of a member.

    Raises Refused for an end that is past, and Conflict when the grant has gone or the
    review that was looked at no longer fits.
    """
    with lock_workspace(grant.workspace_id, by=by) as workspace:
        rows = workspace.grants.select_related("member__user").filter(member__isnull=False)
        grant = reread(rows, grant)
        require_future(expires_at)
        if grant.expires_at == expires_at:
            return grant
        if seen:
            require_seen(seen, preview(grant).digest)
        before = described(grant)
        grant.expires_at, grant.end_told_at = expires_at, None
        grant.save(update_fields=["expires_at", "end_told_at"])
        audit.record(
            workspace,
            "grant.end_moved",
            by=by,
            target=target(_holder(grant)),
            before=before,
            after=described(grant),
            reason=reason,
        )
        return grant


def require_future(expires_at: datetime) -> None:
    """Raise Refused unless the moment lies ahead."""
    if expires_at <= timezone.now():
        raise Refused("R6", "This day has passed. Name a later one.", field="ends")


def _holder(grant: Grant) -> Member:
    member: Member | None = grant.member
    if member is None:
        raise Refused("R6", "This is no grant of a member's own.")
    return member
