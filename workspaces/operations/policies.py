"""Changing a whole policy in one step: look at what it does, then save just that (§9, R7).

`preview` and `change` take the same proposal. The review's digest comes back with the
save; one that no longer fits – somebody else changed something meanwhile – is a Conflict.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils import timezone

from workspaces import audit
from workspaces.access.decide import Held, Policy
from workspaces.access.facts import load_policy
from workspaces.access.levels import Move, moves, workspace_moves
from workspaces.access.reach import condition
from workspaces.audit import Actor
from workspaces.catalogue import (
    OWNER,
    READ,
    ResourceType,
    Scope,
    roles_giving,
    roles_giving_beneath,
)
from workspaces.locks import lock_workspace, reread
from workspaces.models.event import Event
from workspaces.models.grant import Grant
from workspaces.models.member import Member
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.operations import grants, members
from workspaces.operations.aftermath import owner_changed, policy_changed
from workspaces.operations.grants import Holder, NewGrant
from workspaces.operations.orphans import void_orphans
from workspaces.operations.reviews import digest_of, require_seen
from workspaces.operations.trail import described, target


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a holder's own policy shall become; `owner` is for members, None leaves it."""

    grants: tuple[NewGrant, ...] = ()
    owner: bool | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """What can still be read after a grant goes, since groups give it too."""

    type: str
    count: int
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What a proposal does to its holder: moves of access, rights on the workspace.

    `changes` counts grants that come or go and a change of ownership; with 0 there is
    nothing to save.
    """

    moves: tuple[Move, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    stays: tuple[Stay, ...]
    changes: int
    digest: str = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A proposal against what is there: which rows stay, go and come."""

    keep: list[Grant]
    drop: list[Grant]
    come: list[NewGrant]
    owner_changes: bool


def preview(holder: Holder, proposal: Proposal) -> Review:
    """Return what the proposal would change, from the engine; nothing is written."""
    plan = _plan(holder, proposal)
    before = load_policy(holder)
    after = _after(holder, before, plan, proposal)
    gained, lost = workspace_moves(before, after)
    review = Review(
        tuple(moves(before, after)),
        gained=gained,
        lost=lost,
        stays=tuple(_stays(before, plan)),
        changes=len(plan.drop) + len(plan.come) + plan.owner_changes,
    )
    return replace(review, digest=_digest(review, before))


def preview_new(workspace: Workspace, given: Sequence[NewGrant], *, enrolled: bool) -> Review:
    """Return what grants would give to somebody who has none yet (see `Policy.enrolled`)."""
    before = Policy(workspace.pk, enrolled=enrolled)
    after = replace(before, held=tuple(proposed(given)))
    gained, lost = workspace_moves(before, after)
    found = tuple(moves(before, after))
    review = Review(found, gained=gained, lost=lost, stays=(), changes=len(given))
    return replace(review, digest=_digest(review, after))


def outcome(holder: Holder, proposal: Proposal) -> Policy:
    """Return the policy the holder would have by the proposal; nothing is written."""
    return _after(holder, load_policy(holder), _plan(holder, proposal), proposal)


def change(
    holder: Holder,
    proposal: Proposal,
    *,
    by: Actor,
    reason: str = "",
    seen: str = "",
    undoes: int | None = None,
) -> Event | None:
    """Make the holder's own policy what the proposal says; one event, None if nothing changes.

    `seen` is the digest of the review the owner looked at, see `require_seen`. Raises
    Conflict when that no longer fits or the last owner would be demoted (R7), Refused when
    a grant is not valid (B5, B6, D8, L7).
    """
    with lock_workspace(holder.workspace_id, by=by) as workspace:
        holder = reread(type(holder)._default_manager.filter(workspace=workspace), holder)
        if seen:
            require_seen(seen, preview(holder, proposal).digest)
        plan = _plan(holder, proposal)
        if not (plan.drop or plan.come or plan.owner_changes):
            return None
        before = state_of(holder)
        if plan.owner_changes and isinstance(holder, Member):
            members.write_owner(workspace, holder, owner=bool(proposal.owner), by=by)
        holder.grants.filter(pk__in=[grant.pk for grant in plan.drop]).delete()
        for new in plan.come:
            grants.write(workspace, holder, new, by)
        if plan.owner_changes and isinstance(holder, Member):
            owner_changed(workspace, holder, by=by)
        else:
            policy_changed(workspace, holder, by=by)
        event = audit.record(
            workspace,
            "policy.changed",
            by=by,
            target=target(holder),
            before=before,
            after=state_of(holder),
            reason=reason,
            undoes=undoes,
        )
        void_orphans(workspace, by=by)
        return event


def state_of(holder: Holder) -> dict[str, object]:
    """Return a holder's own policy as the trail keeps it."""
    rows = holder.grants.order_by("pk")
    state: dict[str, object] = {"grants": [described(grant) for grant in rows]}
    if isinstance(holder, Member):
        state["owner"] = holder.owner
    return state


def as_proposed(holder: Holder) -> tuple[NewGrant, ...]:
    """Return a holder's own grants as grants to be given: to copy them, or to keep them."""
    return tuple(_new(grant) for grant in _rows(holder))


def _rows(holder: Holder) -> Iterable[Grant]:
    rows = holder.grants.order_by("pk")
    return rows.prefetch_related("label_set__label", "listed__resource")


def _new(grant: Grant) -> NewGrant:
    return NewGrant(
        grant.role,
        Scope(grant.scope),
        labels=tuple(row.label for row in grant.label_set.all()),
        resources=tuple(row.resource for row in grant.listed.all()),
        expires_at=grant.expires_at,
    )


def _plan(holder: Holder, proposal: Proposal) -> _Plan:
    left = Counter(key_of(new) for new in proposal.grants)
    keep, drop = [], []
    for grant in _rows(holder):
        key = key_of(_new(grant))
        if left[key]:
            left[key] -= 1
            keep.append(grant)
        else:
            drop.append(grant)
    come = []
    for new in proposal.grants:
        if left[key_of(new)]:
            left[key_of(new)] -= 1
            come.append(new)
    wanted = proposal.owner
    changes = isinstance(holder, Member) and wanted is not None and wanted != holder.owner
    return _Plan(keep, drop, come, changes)


def key_of(new: NewGrant) -> tuple[object, ...]:
    """Return what makes two grants to be given equal."""
    return (
        new.role,
        new.scope,
        frozenset(label.pk for label in new.labels),
        frozenset(resource.pk for resource in new.resources),
        new.expires_at,
    )


def _after(holder: Holder, before: Policy, plan: _Plan, proposal: Proposal) -> Policy:
    """Return the policy the holder would have; kept grants are the held ones of before."""
    kept = {grant.pk for grant in plan.keep}
    held = [h for h in before.held if h.group is not None or h.grant in kept]
    if not isinstance(holder, Member):
        held = [h for h in before.held if h.grant in kept]
    elif holder.owner if proposal.owner is None else proposal.owner:
        held.append(Held(OWNER, Scope.ALL))
    return Policy(before.workspace, (*held, *proposed(plan.come)), before.present, before.enrolled)


def _stays(before: Policy, plan: _Plan) -> Iterator[Stay]:
    """Yield, per type, what the dropped grants let read that groups let read as well."""
    dropped = {grant.pk for grant in plan.drop}
    own = Policy(before.workspace, tuple(h for h in before.held if h.grant in dropped))
    groups = Policy(before.workspace, tuple(h for h in before.held if h.group is not None))
    if not own.held or not groups.held:
        return
    both = condition(own, READ, ResourceType) & condition(groups, READ, ResourceType)
    rows = Resource.objects.filter(both, workspace_id=before.workspace).order_by()
    for row in rows.values("type").annotate(n=Count("pk")).order_by("type"):
        type_ = row["type"]
        giving = roles_giving(type_, READ) | roles_giving_beneath(type_, READ) | {OWNER}
        names = dict.fromkeys(h.group for h in groups.held if h.group and h.role in giving)
        yield Stay(type_, row["n"], tuple(names))


def proposed(new: Sequence[NewGrant]) -> list[Held]:
    """Return grants that are not given yet as held ones; ended ones give nothing (R6)."""
    now = timezone.now()
    return [
        Held(
            grant.role,
            grant.scope,
            labels=frozenset(label.pk for label in grant.labels),
            listed=frozenset(resource.pk for resource in grant.resources),
        )
        for grant in new
        if grant.expires_at is None or grant.expires_at > now
    ]


def _digest(review: Review, before: Policy) -> str:
    """Return the digest of a review: the policy it starts from, and all that it shows."""
    moved = [(move.type, move.was, move.becomes, move.count, move.names) for move in review.moves]
    held = sorted(
        repr((h.role, h.scope, h.grant, h.group, sorted(h.labels), sorted(h.listed)))
        for h in before.held
    )
    shown = (moved, review.gained, review.lost, review.stays, review.changes)
    return digest_of(before.workspace, (held, shown))
