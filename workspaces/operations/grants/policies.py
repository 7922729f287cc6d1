"""Changing a whole policy in one step: look at what it does, then save just that (R14, R7).

`preview` and `change` take the same proposal. The review's digest comes back with the
save; one that no longer fits – somebody else changed something meanwhile – is a Conflict.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from workspaces.access import decide, facts
from workspaces.access.changes.levels import moves, workspace_moves
from workspaces.change import Actor, audit, described, lock_workspace, naming, reread_beside, target
from workspaces.errors import Refused
from workspaces.models import (
    Event,
    Grant,
    GrantTerms,
    Group,
    Member,
    Workspace,
)
from workspaces.operations.changes.consequences import owner_changed, policy_changed
from workspaces.operations.changes.seen import (
    digest_of,
    is_as_seen,
    newest_event,
    require_seen,
)
from workspaces.operations.grants import grants
from workspaces.operations.grants.looking import (
    Plan,
    Review,
    latent,
    look,
    plan_of,
    rows_of,
    shown_in,
)
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


def _plan(holder: grants.Holder, proposal: Proposal) -> Plan:
    return plan_of(holder, proposal.grants, owner=proposal.owner)


def preview(holder: grants.Holder, proposal: Proposal) -> Review:
    """Return what the proposal would change, from the engine; nothing is written."""
    newest = newest_event(holder.workspace_id)
    return look(holder, _plan(holder, proposal)).review(newest=newest)


def preview_new(workspace: Workspace, given: Sequence[GrantTerms], *, enrolled: bool) -> Review:
    """Return what grants would give to somebody who has none yet (see `Policy.enrolled`)."""
    before = decide.Policy(workspace.pk, enrolled=enrolled)
    after = replace(before, held=tuple(facts.proposed(given)))
    gained, lost = workspace_moves(before, after)
    found = tuple(moves(before, after))
    review = Review(found, gained, lost, stays=(), changes=len(given), later=latent(given))
    return replace(review, digest=digest_of(workspace.pk, shown_in(review, after)))


def change(
    holder: grants.Holder, proposal: Proposal, *, by: Actor, action: str = "policy.changed"
) -> Event | None:
    """Make the holder's own policy what the proposal says; one event, None if nothing changes.

    Raises Conflict when the review that was looked at no longer fits or the last owner
    would be demoted (R7), Refused when a grant is not valid (XB5, XB6, XD8, L7).
    """
    with lock_workspace(holder.workspace_id, by=by) as workspace:
        holder, beside = reread_beside(_rows_like(holder).filter(workspace=workspace), holder)
        plan = _plan(holder, proposal)
        _require_seen(by, holder, plan, newest=beside.head.number)
        if not plan.changes:
            return None
        before = _state(holder, (grant.terms for grant in plan.rows))
        given = _write(workspace, holder, plan, proposal, by=by)
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
            after=_state_after(holder, plan, given),
            head=beside.head,
        )
        waiting, head = beside.waiting, audit.Head.after(event)
        if plan.owner_changes and isinstance(holder, Member):
            owner_changed(workspace, holder, by=by, waiting=waiting, head=head)
        else:
            policy_changed(workspace, holder, by=by, waiting=waiting, head=head)
        if plan.ends_ownership:
            void_orphans(workspace, by=by)
        if isinstance(holder, Group):
            end_unmanageable(workspace, holder, by=by)
        return event


def _rows_like(holder: grants.Holder) -> QuerySet[Any]:
    rows: QuerySet[Any] = type(holder)._default_manager.all()
    return rows.select_related("user") if isinstance(holder, Member) else rows


def _require_seen(by: Actor, holder: grants.Holder, plan: Plan, *, newest: int) -> None:
    """Hold the plan to the review that was looked at, if one was; worked out where it may differ.

    1 statement where nobody changed anything since.
    """
    if by.seen:
        found = look(holder, plan)
        if not is_as_seen(by, newest, found.basis):
            require_seen(by, lambda: found.review(newest=newest).digest)


def _write(
    workspace: Workspace, holder: grants.Holder, plan: Plan, proposal: Proposal, *, by: Actor
) -> list[GrantTerms]:
    """Write what the plan says, and return what came."""
    if plan.owner_changes and isinstance(holder, Member):
        members.write_owner(workspace, holder, owner=bool(proposal.owner), by=by)
    Grant.objects.drop(plan.drop)
    for new in () if proposal.back else plan.come:
        require_span_of(new, lambda: [grant.terms for grant in plan.drop])
    return grants.write_all(workspace, [holder], plan.come, by, stood=True)


def require_span_of(new: GrantTerms, before: Callable[[], Collection[GrantTerms]]) -> None:
    """Raise Refused for days that a grant cannot be given with, unless it is one of those before.

    What stays as it is may have ended (W1); only for such days it is asked what was before.
    """
    try:
        require_span(new.starts, new.ends)
    except Refused:
        if new not in before():
            raise


def state_of(holder: grants.Holder) -> dict[str, object]:
    """Return a holder's own policy as the trail keeps it; 3 statements."""
    return _state(holder, holder.grants.terms())


def _state(holder: grants.Holder, held: Iterable[GrantTerms]) -> dict[str, object]:
    state: dict[str, object] = {"grants": [described(terms) for terms in held]}
    if isinstance(holder, Member):
        state["owner"] = holder.owner
    return state


def _state_after(
    holder: grants.Holder, plan: Plan, given: Sequence[GrantTerms]
) -> dict[str, object]:
    """Return the policy that a plan left; no statement, but where somebody has to agree.

    Approvers are told as their rows name them.
    """
    if any(new.eligible and new.eligible.approvers for new in given):
        return state_of(holder)
    return _state(holder, [*(grant.terms for grant in plan.keep), *given])


def as_proposed(holder: grants.Holder) -> tuple[GrantTerms, ...]:
    """Return a holder's own grants as grants to be given: to copy them, or to keep them.

    Without those that only a newer version knows, which are kept anyway (`catalogue.understood`).
    """
    given: tuple[GrantTerms, ...] = holder.grants.understood().terms()
    return given


class ToEdit:
    """A holder's own grants to be edited; they are read when first asked for, 3 statements."""

    def __init__(self, holder: grants.Holder) -> None:
        self._holder = holder

    @cached_property
    def _rows(self) -> list[Grant]:
        return list(rows_of(self._holder))

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(str(grant.pk) for grant in self._rows)

    def grants(self, *, without: Collection[str] = ()) -> tuple[GrantTerms, ...]:
        """Those that may be edited; `without` some, by their ids, to begin with."""
        rows = (grant for grant in self._rows if str(grant.pk) not in without)
        return tuple(grant.terms for grant in rows if grant.understood)

    def kept(self) -> tuple[str, ...]:
        """The roles of those that only stay."""
        return tuple(grant.role for grant in self._rows if not grant.understood)


def living(grants: Iterable[GrantTerms]) -> tuple[GrantTerms, ...]:
    """Return those that have not ended, planned ones among them (R6, W1)."""
    now = timezone.now()
    return tuple(grant for grant in grants if not grant.ended_by(now))
