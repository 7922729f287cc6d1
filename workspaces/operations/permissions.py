"""Changing a policy as programs say it: grants without ends, added or put in place of all.

Where the holder has an equal grant that ends, its end stays: sending back what was read must
not make access last longer. What is there is read under the lock, so that of two programs
that add at one moment neither takes the other's grant away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace as altered

from django.utils import timezone

from workspaces.audit import Actor
from workspaces.locks import lock_workspace
from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.operations import policies
from workspaces.operations.grants import NewGrant
from workspaces.operations.policies import Proposal, as_proposed, key_of


def add(
    holder: Member | Group, new: Iterable[NewGrant], *, by: Actor, owner: bool | None = None
) -> None:
    """Give grants beside those there are; what is there already changes nothing."""
    with lock_workspace(holder.workspace_id, by=by):
        there = as_proposed(holder)
        held = {key_of(grant) for grant in there}
        added = (grant for grant in _with_ends(there, new) if key_of(grant) not in held)
        policies.change(holder, Proposal((*there, *added), owner=owner), by=by)


def replace(
    holder: Member | Group, new: Iterable[NewGrant], *, by: Actor, owner: bool | None = None
) -> None:
    """Make the holder's grants just these."""
    with lock_workspace(holder.workspace_id, by=by):
        wanted = _with_ends(as_proposed(holder), new)
        policies.change(holder, Proposal(wanted, owner=owner), by=by)


def _with_ends(there: Sequence[NewGrant], wanted: Iterable[NewGrant]) -> tuple[NewGrant, ...]:
    """Return wanted grants, each with the end that an equal living one has now, if it ends."""
    living = [grant for grant in there if not _ended(grant)]
    held: dict[object, NewGrant] = {}
    for grant in sorted(living, key=lambda grant: grant.expires_at is not None):
        held.setdefault(key_of(altered(grant, expires_at=None)), grant)
    return tuple(held.get(key_of(grant), grant) for grant in wanted)


def _ended(grant: NewGrant) -> bool:
    return grant.expires_at is not None and grant.expires_at <= timezone.now()
