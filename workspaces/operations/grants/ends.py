"""When grants end (R6): moving the end of one, or of many people's at once."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from workspaces.access import decide, facts
from workspaces.access.changes.levels import Move, moves
from workspaces.change import Actor, audit, described, lock_workspace, named_in, reread, target
from workspaces.errors import Refused
from workspaces.models import Grant, Member
from workspaces.operations.changes.consequences import policy_changed
from workspaces.operations.changes.seen import digest_of, require_seen
from workspaces.spans import require_span


@dataclass(frozen=True, slots=True)
class EndReview:
    """What a later end gives back: nothing while the grant lives, much once it has ended."""

    moves: tuple[Move, ...]
    digest: str


def preview(grant: Grant) -> EndReview:
    """Return what any end in the future does to the holder of a member's grant; 3 statements."""
    member = _holder(grant)
    before = facts.load_policy(member)
    found = tuple(moves(before, _with(before, grant)))
    shown = [(move.type, move.was, move.becomes, move.count, move.names) for move in found]
    return EndReview(found, digest_of(grant.workspace_id, (grant.pk, grant.expires_at, shown)))


def _with(policy: decide.Policy, grant: Grant) -> decide.Policy:
    """Return the policy with the grant in it, also where it has ended; not before its start."""
    if grant.starts_at and grant.starts_at > timezone.now():
        return policy
    if any(held.grant == grant.pk for held in policy.held):
        return policy
    labels = frozenset(grant.label_set.values_list("label", flat=True))
    held = decide.Held(grant.role, grant.scope, grant.pk, labels=labels)
    return replace(policy, held=(*policy.held, held))


def set_end(grant: Grant, expires_at: datetime, *, by: Actor) -> Grant:
    """Move the end of one grant of a member.

    Raises Refused for an end that is past or lies before the start, and Conflict when the grant
    has gone or the review that was looked at no longer fits.
    """
    with lock_workspace(grant.workspace_id, by=by) as workspace:
        rows = (
            workspace.grants.select_related("member__user")
            .filter(member__isnull=False)
            .with_terms()
        )
        grant = reread(rows, grant)
        require_span(grant.starts_at, expires_at)
        if grant.expires_at == expires_at:
            return grant
        require_seen(by, lambda: preview(grant).digest)
        before = described(grant.terms)
        grant.expires_at, grant.end_told_at = expires_at, None
        grant.save(update_fields=["expires_at", "end_told_at"])
        audit.record(
            workspace,
            "grant.end_moved",
            by=by,
            target=target(_holder(grant)),
            concerned=named_in([grant.terms]),
            before=before,
            after=described(grant.terms),
        )
        policy_changed(workspace, _holder(grant), by=by)
        return grant


def _holder(grant: Grant) -> Member:
    member: Member | None = grant.member
    if member is None:
        raise Refused("R6", "This is no grant of a member's own.")
    return member
