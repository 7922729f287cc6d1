"""What another policy would do to its holder: worked out from rows and policies read once (R14).

The page looks by it, and the save, under the lock, compares it with what was looked at.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils import timezone

from workspaces import catalogue
from workspaces.access import decide, facts, reach
from workspaces.access.changes.levels import Move, moves, workspace_moves
from workspaces.change import described
from workspaces.models import Grant, GrantQuerySet, GrantTerms, Member, Resource
from workspaces.operations.changes.seen import digest_of
from workspaces.operations.grants.grants import Holder


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
class Plan:
    """A proposal against the rows there are: which stay, which go, and what comes."""

    rows: list[Grant]
    drop: list[Grant]
    come: list[GrantTerms]
    owner_changes: bool

    @property
    def keep(self) -> list[Grant]:
        gone = {grant.pk for grant in self.drop}
        return [grant for grant in self.rows if grant.pk not in gone]

    @property
    def changes(self) -> int:
        return len(self.drop) + len(self.come) + self.owner_changes

    @property
    def ends_ownership(self) -> bool:
        """Whether somebody may stop owning by it, perhaps through a group (R3)."""
        return self.owner_changes or any(grant.role == catalogue.OWNER for grant in self.drop)


@dataclass(frozen=True, slots=True)
class Look:
    """A proposal with the policies before and after it, read once for all that asks."""

    plan: Plan
    before: decide.Policy
    after: decide.Policy

    @property
    def basis(self) -> object:
        """What the review is worked out from; no statement."""
        lasting = latent(self.plan.come), latent(grant.terms for grant in self.plan.rows)
        cancelled = latent(grant.terms for grant in self.plan.drop)
        return (
            [(policy.present, _told(policy)) for policy in (self.before, self.after)],
            [_described(grants) for grants in (*lasting, cancelled)],
            self.plan.changes,
        )

    def review(self, *, newest: int) -> Review:
        """Return what it changes, from the engine; `newest` is the event it was read after."""
        before, after, plan = self.before, self.after, self.plan
        gained, lost = workspace_moves(before, after)
        review = Review(
            tuple(moves(before, after)),
            gained=gained,
            lost=lost,
            stays=tuple(_stays(before, plan)),
            changes=plan.changes,
            later=latent(plan.come),
            cancelled=latent(grant.terms for grant in plan.drop),
        )
        there = latent(grant.terms for grant in plan.rows)
        shown = shown_in(review, before, there)
        digest = digest_of(before.workspace, shown, basis=self.basis, newest=newest)
        return replace(review, digest=digest)


def latent(grants: Iterable[GrantTerms]) -> tuple[GrantTerms, ...]:
    """Return those that give nothing yet: they start later, or are to be taken up (W1, W2)."""
    now = timezone.now()
    return tuple(grant for grant in grants if not grant.holds_at(now) and not grant.ended_by(now))


def rows_of(holder: Holder) -> GrantQuerySet:
    """Return a holder's own grants as they can be dropped, in the order they were given in."""
    rows: GrantQuerySet = holder.grants.order_by("pk").with_terms().with_followers()
    return rows


def plan_of(holder: Holder, grants: Sequence[GrantTerms], *, owner: bool | None = None) -> Plan:
    """Read the holder's grants, and tell by them what it takes to make them these; 3 statements.

    `owner` is for members; None leaves it.
    """
    rows, left = list(rows_of(holder)), Counter(grants)
    drop = []
    for grant in rows:
        if grant.understood:
            if left[grant.terms]:
                left[grant.terms] -= 1
            else:
                drop.append(grant)
    come = []
    for new in grants:
        if left[new]:
            left[new] -= 1
            come.append(new)
    changes = isinstance(holder, Member) and owner is not None and owner != holder.owner
    return Plan(rows, drop, come, changes)


def look(holder: Holder, plan: Plan) -> Look:
    """Read what the plan starts from, and work out what it leads to; 1 statement."""
    before = facts.load_policy(holder)
    return Look(plan, before, _after(holder, before, plan))


def _after(holder: Holder, before: decide.Policy, plan: Plan) -> decide.Policy:
    """Return the policy the holder would have; kept grants are the held ones of before."""
    kept = {grant.pk for grant in plan.keep}
    held = [h for h in before.held if h.group is not None or h.grant in kept]
    if not isinstance(holder, Member):
        held = [h for h in before.held if h.grant in kept]
    elif holder.owner != plan.owner_changes:
        held.append(decide.Held(catalogue.OWNER, catalogue.Scope.ALL))
    return decide.Policy(
        before.workspace, (*held, *facts.proposed(plan.come)), before.present, before.enrolled
    )


def _stays(before: decide.Policy, plan: Plan) -> Iterator[Stay]:
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


def shown_in(
    review: Review, before: decide.Policy, there: Iterable[GrantTerms] = ()
) -> tuple[object, ...]:
    """Return all that a review shows, and the policy it starts from; `there` was planned before."""
    moved = [(move.type, move.was, move.becomes, move.count, move.names) for move in review.moves]
    shown = (moved, review.gained, review.lost, review.stays, review.changes)
    later = [_described(grants) for grants in (there, review.later, review.cancelled)]
    return _told(before), shown, later


def _told(policy: decide.Policy) -> list[str]:
    return sorted(
        repr((h.role, h.scope, h.grant, h.group, sorted(h.labels), sorted(h.listed)))
        for h in policy.held
    )


def _described(grants: Iterable[GrantTerms]) -> list[str]:
    return sorted(repr(described(grant)) for grant in grants)
