"""What a review covers: the ways in which somebody holds something (V1, V2)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from workspaces.access.who import EDITING_ROLES
from workspaces.catalogue import OWNER, PII, Scope
from workspaces.models import Covers, Grant, GrantQuerySet, GroupMember, MemberQuerySet, Workspace
from workspaces.models.group import GroupMemberQuerySet

# Reads who or what is meant of people, groups, labels and tokens, as things stand then; None for
# everybody there is, who need not be looked up one by one.
Choice = Callable[[Workspace], QuerySet[Any] | None]
CHOSEN = frozenset({Covers.PEOPLE, Covers.GROUPS, Covers.LABELS, Covers.TOKENS})


@dataclass(frozen=True, slots=True)
class Ways:
    """Grants of members and tokens, places in groups with grants, and owners by own role.

    All that hold now or will (W1): what has ended is nobody's any more.
    """

    grants: GrantQuerySet
    places: GroupMemberQuerySet
    owners: MemberQuerySet

    def count(self, *, most: int) -> int:
        """Return how many items a review of them has, or `most` and one for more; 3 statements."""
        found = 0
        for rows in (self.owners, self.grants, self.places):
            found += rows.order_by()[: most + 1 - found].count()
        return found


def ways(workspace: Workspace, covers: str, choose: Choice | None = None) -> Ways:
    """Return the ways that a review covers now; `choose` is wanted where `CHOSEN` says so."""
    live = workspace.grants.lasting().understood()
    tokens = Q(token__in=workspace.tokens.live())
    held = live.filter(Q(member__isnull=False) | tokens)
    nobody = workspace.members.none()
    meant = choose(workspace) if choose else None
    chosen = meant.order_by().values("pk") if meant is not None else None
    match covers:
        case Covers.PEOPLE if choose and meant is None:
            own, owning = live.filter(member__isnull=False), workspace.members.filter(owner=True)
            return Ways(own, _through(workspace, live), owning)
        case Covers.PEOPLE:
            places = _through(workspace, live).filter(member__in=chosen)
            own = live.filter(member__in=chosen)
            return Ways(own, places, workspace.members.filter(pk__in=chosen, owner=True))
        case Covers.GROUPS:
            return Ways(live.none(), _through(workspace, live).filter(group__in=chosen), nobody)
        case Covers.TOKENS:
            return Ways(held.filter(token__in=chosen), _none(), nobody)
        case Covers.LABELS:
            said = Q(scope=Scope.LABELS, pk__in=_labelled(chosen))
        case Covers.BROAD:
            said = Q(scope=Scope.ALL, role__in=EDITING_ROLES)
        case Covers.PII:
            said = Q(role=PII)
        case Covers.OWNERS:
            said = Q(role=OWNER)
        case Covers.ELIGIBLE:
            through = _through(workspace, live)
            places = through.filter(Q(eligible=True) | _giving(live.filter(eligible=True)))
            return Ways(held.filter(eligible=True), places, nobody)
        case _:
            raise ValueError(f"No review covers {covers}.")
    with_owners = covers in {Covers.BROAD, Covers.OWNERS}
    owners = workspace.members.filter(owner=True) if with_owners else nobody
    return Ways(held.filter(said), _through(workspace, live.filter(said)), owners)


def _through(workspace: Workspace, grants: GrantQuerySet) -> GroupMemberQuerySet:
    """Return the places in groups that hold any of these grants."""
    places = GroupMember.objects.lasting().filter(workspace=workspace)
    return places.filter(_giving(grants))


def _giving(grants: GrantQuerySet) -> Q:
    return Q(Exists(grants.filter(group=OuterRef("group")).order_by()))


def _labelled(labels: Any) -> Any:
    return Grant.objects.filter(label_set__label__in=labels).order_by().values("pk")


def _none() -> GroupMemberQuerySet:
    return GroupMember.objects.none()
