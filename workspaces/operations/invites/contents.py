"""What an invite offers: ownership, grants and groups, a message, and until when (I1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from workspaces.access import decide, facts
from workspaces.catalogue import OWNER, ROLES, Scope
from workspaces.models import GrantTerms, Group, Invite, Workspace
from workspaces.operations.grants.policies import as_proposed


@dataclass(frozen=True, slots=True)
class Offer:
    """The same for every address it is sent to.

    Its link lasts for `life` from now; without one, as long as the site says, or as an
    invite that is changed has left.
    """

    owner: bool = False
    grants: tuple[GrantTerms, ...] = ()
    groups: tuple[Group, ...] = ()
    message: str = ""
    life: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Gift:
    """One grant of an offer, as mails and pages put it into a sentence."""

    role: str
    scope: str
    labels: tuple[str, ...] = ()
    count: int = 0
    ends: datetime | None = None
    starts: datetime | None = None


def offer_of(invite: Invite) -> Offer:
    """Return what an invite offers now; at most 4 statements."""
    groups = Group.objects.filter(invites=invite).by_name()
    return Offer(invite.owner, as_proposed(invite), tuple(groups), invite.message)


def gifts(grants: Iterable[GrantTerms]) -> list[Gift]:
    """Return what each grant gives, without naming a single resource.

    Whoever holds the link reads it, and the link proves nothing (I1).
    """
    return [
        Gift(
            ROLES[grant.role].name,
            grant.scope,
            tuple(str(label) for label in grant.labels),
            len(grant.resources),
            grant.ends,
            grant.starts,
        )
        for grant in grants
    ]


def policy_of(workspace: Workspace, offer: Offer) -> decide.Policy:
    """Return the policy of whoever accepts; 1 statement where there are groups."""
    held = facts.proposed(offer.grants)
    if offer.owner:
        held.append(decide.Held(OWNER, Scope.ALL))
    for policy in facts.load_policies(offer.groups).values():
        held.extend(policy.held)
    return decide.Policy(workspace.pk, tuple(held))
