"""Changing a policy as programs say it: grants are added, or put in place of all.

A program that knows nothing of starts and ends sends grants back without them. Where the holder
has an equal grant with a start or an end, these stay: sending back what was read must not make
access last longer (W1). A grant with either is meant as it is said. What is there is read under
the lock, so that of two programs that add at one moment neither takes the other's grant away. How
it was said is kept beside it (`wording`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace as altered

from django.utils import timezone

from workspaces.change import Actor, lock_workspace
from workspaces.models import GrantTerms, Group, Member, Workspace
from workspaces.operations.grants import policies, wording
from workspaces.operations.invites import invites
from workspaces.operations.invites.contents import Offer


@dataclass(frozen=True, slots=True)
class Wanted:
    """Permissions as they were read: ownership apart, since a member's own is a flag (R7)."""

    owner: bool
    grants: tuple[GrantTerms, ...]
    said: tuple[wording.Said, ...] = ()

    @property
    def live(self) -> list[GrantTerms]:
        """What they give."""
        return [*([wording.OWNING] if self.owner else []), *self.grants]


def add(holder: Member | Group, wanted: Wanted, *, by: Actor) -> Wanted:
    """Give grants beside those there are; what is there already changes nothing.

    Returns what was wanted with the ends that stay. What is only planned yet lends its start to
    no other grant.
    """
    with lock_workspace(holder.workspace_id, by=by):
        there = policies.as_proposed(holder)
        held, now = set(there), timezone.now()
        given = _with_spans([grant for grant in there if grant.holds_at(now)], wanted.grants)
        added = (grant for grant in given if grant not in held)
        owns = isinstance(holder, Member) and holder.owner
        wording.add(holder, wanted.said, Wanted(owns, policies.living(there)).live)
        owner = True if wanted.owner else None
        proposal = policies.Proposal((*there, *added), owner=owner)
        policies.change(holder, proposal, by=by, action="policy.extended")
        return altered(wanted, grants=given)


def replace(holder: Member | Group, wanted: Wanted, *, by: Actor) -> Wanted:
    """Make the holder's grants just these; a member's ownership, too.

    What is eligible is not on the wire: it stays as it is (W2). Returns what was wanted with the
    starts and ends that stay.
    """
    with lock_workspace(holder.workspace_id, by=by):
        there = policies.living(policies.as_proposed(holder))
        grants = _with_spans(there, wanted.grants)
        owner = wanted.owner if isinstance(holder, Member) else None
        eligible = (grant for grant in there if grant.eligible)
        policies.change(holder, policies.Proposal((*grants, *eligible), owner=owner), by=by)
        wording.keep(holder, wanted.said)
        return altered(wanted, grants=grants)


def invite(workspace: Workspace, address: str, wanted: Wanted, *, by: Actor, ident: str) -> str:
    """Invite somebody with these permissions; return the address in its one form."""
    with lock_workspace(workspace.pk, by=by) as locked:
        offer = Offer(owner=wanted.owner, grants=wanted.grants)
        (made,) = invites.send(locked, [address], offer, by=by, ident=ident).invites
        wording.keep(made, wanted.said)
        return made.email


def _with_spans(
    there: Iterable[GrantTerms], wanted: Sequence[GrantTerms]
) -> tuple[GrantTerms, ...]:
    """Return wanted grants, those without start and end with those of an equal one there.

    Of several what holds now comes first, and what lasts. What is wanted with its very span
    lends it to no other.
    """
    held, now = dict[GrantTerms, GrantTerms](), timezone.now()
    for grant in sorted(there, key=lambda one: (not one.holds_at(now), one.ends is not None)):
        plain = altered(grant, starts=None, ends=None)
        if grant == plain or grant not in wanted:
            held.setdefault(plain, grant)
    return tuple(dict.fromkeys(held.get(grant, grant) for grant in wanted))
