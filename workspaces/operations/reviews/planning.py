"""What closing a review would do: from its answers, and how things stand at that moment (V4).

What has changed since the review opened is left as it is, and a place that a directory pushes
is left to whoever runs the directory.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from workspaces.access.dialect import among
from workspaces.access.who import who
from workspaces.catalogue import ADMINISTER
from workspaces.models import (
    Answer,
    DirectoryGroup,
    Grant,
    GroupMember,
    Member,
    Review,
    ReviewItem,
    ReviewOutcome,
    Unanswered,
    Way,
    Workspace,
)
from workspaces.operations.changes.consequences import those
from workspaces.operations.reviews.snapshots import (
    AT_ONCE,
    about_grant,
    about_place,
    with_group,
    with_holders,
)


@dataclass(slots=True)
class Plan:
    """What goes, what ends when, and what becomes of each item, by its number."""

    owners: list[Member] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    places: list[GroupMember] = field(default_factory=list)
    grant_ends: dict[datetime, list[Grant]] = field(default_factory=lambda: defaultdict(list))
    place_ends: dict[datetime, list[GroupMember]] = field(default_factory=lambda: defaultdict(list))
    outcomes: dict[ReviewOutcome, list[int]] = field(default_factory=lambda: defaultdict(list))
    unanswered: int = 0

    @property
    def ending_grants(self) -> list[Grant]:
        return [grant for some in self.grant_ends.values() for grant in some]

    @property
    def ending_places(self) -> list[GroupMember]:
        return [place for some in self.place_ends.values() for place in some]

    @property
    def members(self) -> set[int]:
        """The primary keys of the members whose access changes, now or at an end."""
        grants = (*self.grants, *self.ending_grants)
        places = (*self.places, *self.ending_places)
        found = {grant.member_id for grant in grants if grant.member_id}
        return found | {place.member_id for place in places} | {one.pk for one in self.owners}


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows that some items are about, as they are now, where they are as they were."""

    owners: dict[int, Member]
    grants: dict[int, Grant]
    places: dict[int, GroupMember]

    def of(self, item: ReviewItem) -> Member | Grant | GroupMember | None:
        """Return what an item is about; None where that has changed or gone meanwhile."""
        if item.way == Way.OWNER:
            return self.owners.get(item.subject)
        if item.row is None:
            return None
        if item.way == Way.PLACE:
            place = self.places.get(item.row)
            return place if place and about_place(place) == item.about else None
        grant = self.grants.get(item.row)
        return grant if grant and about_grant(grant) == item.about else None


def standing(workspace: Workspace, items: Collection[ReviewItem]) -> Standing:
    """Read what these items are about; 8 statements at most."""
    rows = {way: {i.row for i in items if i.way == way and i.row} for way in Way}
    owning = among({item.subject for item in items if item.way == Way.OWNER})
    grants = workspace.grants.lasting().filter(pk__in=among(rows[Way.GRANT] | rows[Way.TOKEN]))
    places = GroupMember.objects.lasting().filter(workspace=workspace)
    places = places.filter(pk__in=among(rows[Way.PLACE]))
    owners = workspace.members.filter(pk__in=owning, owner=True).select_related("user")
    return Standing(
        {row.pk: row for row in owners},
        {row.pk: row for row in with_holders(grants)},
        {row.pk: row for row in with_group(places)},
    )


def plan_of(workspace: Workspace, review: Review) -> Plan:
    """Work out what closing the review now would do; some statements for each 2,000 items."""
    plan = Plan()
    pushed = frozenset(
        DirectoryGroup.objects.filter(workspace=workspace).values_list("group", flat=True)
    )
    owning = frozenset(who(ADMINISTER, workspace).values_list("user", flat=True))
    last = 0
    while some := list(review.items.in_order().filter(number__gt=last)[:AT_ONCE]):
        last = some[-1].number
        there = standing(workspace, some)
        for item in some:
            alone = not item.answer and item.own is not None and owning <= {item.own}
            plan.unanswered += not item.answer
            row = there.of(item)
            if row is None:
                plan.outcomes[ReviewOutcome.CHANGED].append(item.number)
            elif alone:
                plan.outcomes[ReviewOutcome.ALONE].append(item.number)
            elif said := _said(review, item):
                _add(plan, item, said, row, pushed)
    _keep_an_owner(review, plan)
    return plan


def _keep_an_owner(review: Review, plan: Plan) -> None:
    """Leave the owners without whom there would be none; of several that are to go, all (R7)."""
    last = set(those(plan.owners).last_owners().values_list("pk", flat=True))
    if not last:
        return
    plan.owners = [member for member in plan.owners if member.pk not in last]
    stay = review.items.filter(way=Way.OWNER, subject__in=among(last))
    numbers = list(stay.values_list("number", flat=True))
    applied = set(plan.outcomes[ReviewOutcome.APPLIED]) - set(numbers)
    plan.outcomes[ReviewOutcome.APPLIED] = sorted(applied)
    plan.outcomes[ReviewOutcome.LAST] = numbers


def _said(review: Review, item: ReviewItem) -> str:
    """Return whether it ends or goes, blank where it stays; by its answer, or for want of one."""
    if item.answer:
        return "" if item.answer == Answer.KEEP else item.answer
    return Answer.REMOVE if review.unanswered == Unanswered.REMOVE else ""


def _add(
    plan: Plan,
    item: ReviewItem,
    said: str,
    row: Member | Grant | GroupMember,
    pushed: frozenset[int],
) -> None:
    if item.group in pushed:
        plan.outcomes[ReviewOutcome.TASK].append(item.number)
        return
    plan.outcomes[ReviewOutcome.APPLIED].append(item.number)
    if isinstance(row, Member):
        plan.owners.append(row)
        return
    ends = max(item.ends_at, timezone.now()) if item.ends_at else None
    never = ends and row.starts_at and ends <= row.starts_at  # it would end before it starts
    if said == Answer.REMOVE or never:
        (plan.grants if isinstance(row, Grant) else plan.places).append(row)  # type: ignore[arg-type]
    elif ends and (row.expires_at is None or row.expires_at > ends):
        (plan.grant_ends if isinstance(row, Grant) else plan.place_ends)[ends].append(row)  # type: ignore[arg-type]
