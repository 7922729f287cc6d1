"""What an invite offers: ownership, grants and groups, a message, and until when (I1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from workspaces.access import decide, facts
from workspaces.catalogue import OWNER, ROLES, Scope
from workspaces.models import GrantTerms, Group, Invite, InviteGroup, Workspace
from workspaces.operations.grants.policies import as_proposed
from workspaces.spans import ALWAYS, Span


@dataclass(frozen=True, slots=True)
class Offer:
    """The same for every address it is sent to.

    Its link lasts for `life` from now; without one, as long as the site says, or as an
    invite that is changed has left. The places in its groups hold for `span` (W1), but for
    those of which `own` says another one, by the primary key of the group.
    """

    owner: bool = False
    grants: tuple[GrantTerms, ...] = ()
    groups: tuple[Group, ...] = ()
    message: str = ""
    life: timedelta | None = None
    span: Span = ALWAYS
    own: Mapping[int, Span] = field(default_factory=dict)

    def span_of(self, group: Group) -> Span:
        """From when until when whoever accepts is in one of the groups."""
        return self.own.get(group.pk, self.span)

    @property
    def places(self) -> list["PlaceGift"]:
        """The groups as mails and pages put them into a sentence."""
        now = timezone.now()
        spans = [(group.name, self.span_of(group)) for group in self.groups]
        return [
            PlaceGift(
                name,
                span.starts if span.starts and span.starts > now else None,
                span.ends,
                over=span.ends is not None and span.ends <= now,
            )
            for name, span in spans
        ]


@dataclass(frozen=True, slots=True)
class PlaceGift:
    """One group of an offer; a place whose end has come is none any more."""

    name: str
    starts: datetime | None
    ends: datetime | None
    over: bool


@dataclass(frozen=True, slots=True)
class Gift:
    """One grant of an offer, as mails and pages put it into a sentence."""

    role: str
    scope: str
    labels: tuple[str, ...] = ()
    count: int = 0
    ends: datetime | None = None
    starts: datetime | None = None
    eligible: bool = False


def offer_of(invite: Invite) -> Offer:
    """Return what an invite offers now; at most 4 statements.

    Where the places hold for different spans, `span` is the shortest that fits in all of them.
    """
    rows = InviteGroup.objects.filter(invite=invite).select_related("group__workspace")
    places = list(rows.order_by("group__sort_key", "group"))
    spans = {row.group_id: row.span for row in places}
    starts = max((s.starts for s in spans.values() if s.starts), default=None)
    ends = min((s.ends for s in spans.values() if s.ends), default=None)
    span = Span(starts, ends)
    return Offer(
        invite.owner,
        as_proposed(invite),
        tuple(row.group for row in places),
        invite.message,
        span=span,
        own={pk: own for pk, own in spans.items() if own != span},
    )


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
            grant.eligible is not None,
        )
        for grant in grants
    ]


def policy_of(workspace: Workspace, offer: Offer) -> decide.Policy:
    """Return the policy of whoever accepts; 1 statement where there are groups."""
    held = facts.proposed(offer.grants)
    if offer.owner:
        held.append(decide.Held(OWNER, Scope.ALL))
    now = timezone.now()
    lasting = [g for g in offer.groups if (end := offer.span_of(g).ends) is None or end > now]
    for policy in facts.load_policies(lasting).values():
        held.extend(policy.held)
    return decide.Policy(workspace.pk, tuple(held))
