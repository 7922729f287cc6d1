"""Changing a whole policy in one step: look at what it does, then save just that (R14, R7).

`preview` and `change` take the same proposal. The review's digest comes back with the
save; one that no longer fits – somebody else changed something meanwhile – is a Conflict.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils import timezone

from workspaces import catalogue
from workspaces.access import decide, facts, reach
from workspaces.access.changes.levels import Move, moves, workspace_moves
from workspaces.change import Actor, audit, described, lock_workspace, naming, reread, target
from workspaces.models import (
    Event,
    Grant,
    GrantQuerySet,
    GrantTerms,
    Group,
    Member,
    Resource,
    Workspace,
)
from workspaces.operations.changes.consequences import owner_changed, policy_changed
from workspaces.operations.changes.seen import digest_of, require_seen
from workspaces.operations.grants import grants
from workspaces.operations.groups.managers import end_unmanageable
from workspaces.operations.invites.withdrawal import void_orphans
from workspaces.operations.members import members
from workspaces.spans import require_span


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a holder's own policy shall become; `owner` is for members, None leaves it.

    With `back` it stood before: what has ended since comes back as ended.
    """

    grants: tuple[GrantTerms, ...] = ()
    owner: bool | None = None
    back: bool = False


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
    nothing to save. `later` are those that come and give nothing yet, `cancelled` those that go
    and would have: neither moves anything now (W1).
    """

    moves: tuple[Move, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    stays: tuple[Stay, ...]
    changes: int
    digest: str = ""
    later: tuple[GrantTerms, ...] = ()
    cancelled: tuple[GrantTerms, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """A proposal against what is there: which rows stay, go and come."""

    keep: list[Grant]
    drop: list[Grant]
    come: list[GrantTerms]
    owner_changes: bool


def preview(holder: grants.Holder, proposal: Proposal) -> Review:
    """Return what the proposal would change, from the engine; nothing is written."""
    plan = _plan(holder, proposal)
    before = facts.load_policy(holder)
    after = _after(holder, before, plan, proposal)
    gained, lost = workspace_moves(before, after)
    review = Review(
        tuple(moves(before, after)),
        gained=gained,
        lost=lost,
        stays=tuple(_stays(before, plan)),
        changes=len(plan.drop) + len(plan.come) + plan.owner_changes,
        later=latent(plan.come),
        cancelled=latent(grant.terms for grant in plan.drop),
    )
    there = latent(grant.terms for grant in (*plan.keep, *plan.drop))
    return replace(review, digest=_digest(review, before, there))


def preview_new(workspace: Workspace, given: Sequence[GrantTerms], *, enrolled: bool) -> Review:
    """Return what grants would give to somebody who has none yet (see `Policy.enrolled`)."""
    before = decide.Policy(workspace.pk, enrolled=enrolled)
    after = replace(before, held=tuple(facts.proposed(given)))
    gained, lost = workspace_moves(before, after)
    found = tuple(moves(before, after))
    review = Review(found, gained, lost, stays=(), changes=len(given), later=latent(given))
    return replace(review, digest=_digest(review, after))


def outcome(holder: grants.Holder, proposal: Proposal) -> decide.Policy:
    """Return the policy the holder would have by the proposal; nothing is written."""
    return _after(holder, facts.load_policy(holder), _plan(holder, proposal), proposal)


def change(
    holder: grants.Holder, proposal: Proposal, *, by: Actor, action: str = "policy.changed"
) -> Event | None:
    """Make the holder's own policy what the proposal says; one event, None if nothing changes.

    Raises Conflict when the review that was looked at no longer fits or the last owner
    would be demoted (R7), Refused when a grant is not valid (XB5, XB6, XD8, L7).
    """
    with lock_workspace(holder.workspace_id, by=by) as workspace:
        holder = reread(type(holder)._default_manager.filter(workspace=workspace), holder)
        require_seen(by, lambda: preview(holder, proposal).digest)
        plan = _plan(holder, proposal)
        if not (plan.drop or plan.come or plan.owner_changes):
            return None
        before = state_of(holder)
        if plan.owner_changes and isinstance(holder, Member):
            members.write_owner(workspace, holder, owner=bool(proposal.owner), by=by)
        holder.grants.filter(pk__in=[grant.pk for grant in plan.drop]).delete()
        for new in plan.come:
            if not proposal.back:
                require_span_of(new, [grant.terms for grant in plan.drop])
            grants.write(workspace, [holder], new, by, stood=True)
        if plan.owner_changes and isinstance(holder, Member):
            owner_changed(workspace, holder, by=by)
        else:
            policy_changed(workspace, holder, by=by)
        event = audit.record(
            workspace,
            action,
            by=by,
            target=target(holder),
            concerned=[
                *naming.named_in([*(grant.terms for grant in plan.drop), *plan.come]),
                *naming.behind(holder),
            ],
            before=before,
            after=state_of(holder),
        )
        void_orphans(workspace, by=by)
        if isinstance(holder, Group):
            end_unmanageable(workspace, holder, by=by)
        return event


def require_span_of(new: GrantTerms, before: Collection[GrantTerms]) -> None:
    """Raise Refused for days that a grant cannot be given with, unless it is one of those before.

    What stays as it is may have ended (W1).
    """
    if new not in before:
        require_span(new.starts, new.ends)


def state_of(holder: grants.Holder) -> dict[str, object]:
    """Return a holder's own policy as the trail keeps it."""
    state: dict[str, object] = {"grants": [described(terms) for terms in holder.grants.terms()]}
    if isinstance(holder, Member):
        state["owner"] = holder.owner
    return state


def as_proposed(holder: grants.Holder) -> tuple[GrantTerms, ...]:
    """Return a holder's own grants as grants to be given: to copy them, or to keep them.

    Without those that only a newer version knows, which are kept anyway (`catalogue.understood`).
    """
    given: tuple[GrantTerms, ...] = holder.grants.understood().terms()
    return given


def to_edit(holder: grants.Holder) -> tuple[tuple[GrantTerms, ...], tuple[str, ...]]:
    """Return a holder's own grants to be edited, and the roles of those that only stay."""
    rows = list(_rows(holder))
    strange = tuple(grant.role for grant in rows if not grant.understood)
    return tuple(grant.terms for grant in rows if grant.understood), strange


def living(grants: Iterable[GrantTerms]) -> tuple[GrantTerms, ...]:
    """Return those that have not ended, planned ones among them (R6, W1)."""
    now = timezone.now()
    return tuple(grant for grant in grants if not grant.ended_by(now))


def latent(grants: Iterable[GrantTerms]) -> tuple[GrantTerms, ...]:
    """Return those that give nothing yet: they start later, or are to be taken up (W1, W2)."""
    now = timezone.now()
    return tuple(grant for grant in grants if not grant.holds_at(now) and not grant.ended_by(now))


def _rows(holder: grants.Holder) -> GrantQuerySet:
    rows: GrantQuerySet = holder.grants.order_by("pk").with_terms()
    return rows


def _plan(holder: grants.Holder, proposal: Proposal) -> _Plan:
    left = Counter(proposal.grants)
    keep, drop = [], []
    for grant in _rows(holder):
        if not grant.understood:
            keep.append(grant)
            continue
        if left[grant.terms]:
            left[grant.terms] -= 1
            keep.append(grant)
        else:
            drop.append(grant)
    come = []
    for new in proposal.grants:
        if left[new]:
            left[new] -= 1
            come.append(new)
    wanted = proposal.owner
    changes = isinstance(holder, Member) and wanted is not None and wanted != holder.owner
    return _Plan(keep, drop, come, changes)


def _after(
    holder: grants.Holder, before: decide.Policy, plan: _Plan, proposal: Proposal
) -> decide.Policy:
    """Return the policy the holder would have; kept grants are the held ones of before."""
    kept = {grant.pk for grant in plan.keep}
    held = [h for h in before.held if h.group is not None or h.grant in kept]
    if not isinstance(holder, Member):
        held = [h for h in before.held if h.grant in kept]
    elif holder.owner if proposal.owner is None else proposal.owner:
        held.append(decide.Held(catalogue.OWNER, catalogue.Scope.ALL))
    return decide.Policy(
        before.workspace, (*held, *facts.proposed(plan.come)), before.present, before.enrolled
    )


def _stays(before: decide.Policy, plan: _Plan) -> Iterator[Stay]:
    """Yield, per type, what the dropped grants let read that groups let read as well."""
    dropped = {grant.pk for grant in plan.drop}
    own = decide.Policy(before.workspace, tuple(h for h in before.held if h.grant in dropped))
    groups = decide.Policy(before.workspace, tuple(h for h in before.held if h.group is not None))
    if not own.held or not groups.held:
        return
    both = reach.condition(own, catalogue.READ, catalogue.ResourceType) & reach.condition(
        groups, catalogue.READ, catalogue.ResourceType
    )
    rows = Resource.objects.filter(both, workspace_id=before.workspace).order_by()
    for row in rows.values("type").annotate(n=Count("pk")).order_by("type"):
        type_ = row["type"]
        giving = (
            catalogue.roles_giving(type_, catalogue.READ)
            | catalogue.roles_giving_beneath(type_, catalogue.READ)
            | {catalogue.OWNER}
        )
        names = dict.fromkeys(h.group for h in groups.held if h.group and h.role in giving)
        yield Stay(type_, row["n"], tuple(names))


def _digest(review: Review, before: decide.Policy, there: Iterable[GrantTerms] = ()) -> str:
    """Return the digest of a review: the policy it starts from, and all that it shows.

    `there` is what was planned before.
    """
    moved = [(move.type, move.was, move.becomes, move.count, move.names) for move in review.moves]
    held = sorted(
        repr((h.role, h.scope, h.grant, h.group, sorted(h.labels), sorted(h.listed)))
        for h in before.held
    )
    shown = (moved, review.gained, review.lost, review.stays, review.changes)
    later = [
        sorted(repr(described(grant)) for grant in grants)
        for grants in (there, review.later, review.cancelled)
    ]
    return digest_of(before.workspace, (held, shown, later))
