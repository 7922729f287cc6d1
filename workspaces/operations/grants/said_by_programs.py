"""Changing a policy as programs say it: grants without ends, added or put in place of all.

Where the holder has an equal grant that ends, its end stays: sending back what was read must
not make access last longer. What is there is read under the lock, so that of two programs
that add at one moment neither takes the other's grant away. How it was said is kept beside
it (`wording`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace as altered

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


def add(holder: Member | Group, wanted: Wanted, *, by: Actor) -> None:
    """Give grants beside those there are; what is there already changes nothing."""
    with lock_workspace(holder.workspace_id, by=by):
        there = policies.as_proposed(holder)
        held = set(there)
        added = (grant for grant in _with_ends(there, wanted.grants) if grant not in held)
        owns = isinstance(holder, Member) and holder.owner
        wording.add(holder, wanted.said, Wanted(owns, policies.living(there)).live)
        owner = True if wanted.owner else None
        proposal = policies.Proposal((*there, *added), owner=owner)
        policies.change(holder, proposal, by=by, action="policy.extended")


def replace(holder: Member | Group, wanted: Wanted, *, by: Actor) -> None:
    """Make the holder's grants just these; a member's ownership, too."""
    with lock_workspace(holder.workspace_id, by=by):
        grants = _with_ends(policies.as_proposed(holder), wanted.grants)
        owner = wanted.owner if isinstance(holder, Member) else None
        policies.change(holder, policies.Proposal(grants, owner=owner), by=by)
        wording.keep(holder, wanted.said)


def invite(workspace: Workspace, address: str, wanted: Wanted, *, by: Actor, ident: str) -> str:
    """Invite somebody with these permissions; return the address in its one form."""
    with lock_workspace(workspace.pk, by=by) as locked:
        offer = Offer(owner=wanted.owner, grants=wanted.grants)
        (made,) = invites.send(locked, [address], offer, by=by, ident=ident).invites
        wording.keep(made, wanted.said)
        return made.email


def _with_ends(there: Sequence[GrantTerms], wanted: Iterable[GrantTerms]) -> tuple[GrantTerms, ...]:
    """Return wanted grants, each with the end that an equal living one has now, if it ends."""
    held: dict[GrantTerms, GrantTerms] = {}
    for grant in sorted(policies.living(there), key=lambda grant: grant.ends is not None):
        held.setdefault(altered(grant, ends=None), grant)
    return tuple(held.get(grant, grant) for grant in wanted)
