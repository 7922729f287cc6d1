"""What closing a review would do: from its answers, and how things stand at that moment (V4).

What has changed since the review opened is left as it is, and a place that a directory pushes
is left to whoever runs the directory.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from workspaces.access.dialect import among
from workspaces.access.who import who
from workspaces.catalogue import ADMINISTER
from workspaces.models import (
    Answer,
    DirectoryGroup,
    Grant,
    GrantQuerySet,
    GroupMember,
    Member,
    MemberQuerySet,
    Review,
    ReviewItem,
    ReviewOutcome,
    Unanswered,
    Way,
    Workspace,
)
from workspaces.models.group import GroupMemberQuerySet
from workspaces.operations.changes.consequences import those
from workspaces.operations.reviews.snapshots import (
    AT_ONCE,
    about_grant,
    about_place,
    abouts_of_grants,
    abouts_of_places,
    with_group,
    with_holders,
)


class Asked(NamedTuple):
    """What closing asks of an item. As rows of the model, thousands take most of a second."""

    number: int
    way: str
    row: int | None
    subject: int
    group: int | None
    own: int | None
    about: str
    answer: str
    ends_at: datetime | None


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

    def of(self, item: ReviewItem | Asked) -> Member | Grant | GroupMember | None:
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


def standing(workspace: Workspace, items: Collection[ReviewItem | Asked]) -> Standing:
    """Read what these items are about; 8 statements at most."""
    owners, grants, places = _rows_of(workspace, items)
    return Standing(
        {row.pk: row for row in owners.select_related("user")},
        {row.pk: row for row in with_holders(grants)},
        {row.pk: row for row in with_group(places)},
    )


def _rows_of(
    workspace: Workspace, items: Collection[ReviewItem | Asked]
) -> tuple[MemberQuerySet, GrantQuerySet, GroupMemberQuerySet]:
    """Return the owners, grants and places that items are about, as far as they last."""
    rows = {way: {i.row for i in items if i.way == way and i.row} for way in Way}
    owning = among({item.subject for item in items if item.way == Way.OWNER})
    places = GroupMember.objects.lasting().filter(workspace=workspace)
    return (
        workspace.members.filter(pk__in=owning, owner=True),
        workspace.grants.lasting().filter(pk__in=among(rows[Way.GRANT] | rows[Way.TOKEN])),
        places.filter(pk__in=among(rows[Way.PLACE])),
    )


def plan_of(workspace: Workspace, review: Review) -> Plan:
    """Work out what closing the review now would do; some statements for each 2,000 items."""
    plan = Plan()
    pushed = frozenset(
        DirectoryGroup.objects.filter(workspace=workspace).values_list("group", flat=True)
    )
    owning = frozenset(who(ADMINISTER, workspace).values_list("user", flat=True))
    last = 0
    rows = review.items.in_order().values_list(*Asked.__annotations__)
    while some := [Asked(*row) for row in rows.filter(number__gt=last)[:AT_ONCE]]:
        last = some[-1].number
        there = _as_they_were(workspace, some)
        going: list[tuple[Asked, str]] = []
        for item in some:
            alone = not item.answer and item.own is not None and owning <= {item.own}
            plan.unanswered += not item.answer
            if item.number not in there:
                plan.outcomes[ReviewOutcome.CHANGED].append(item.number)
            elif alone:
                plan.outcomes[ReviewOutcome.ALONE].append(item.number)
            elif said := _said(review, item):
                going.append((item, said))
        _add_all(workspace, plan, going, pushed)
    _keep_an_owner(review, plan)
    return plan


def _as_they_were(workspace: Workspace, items: Collection[Asked]) -> set[int]:
    """Return the numbers of items whose rows are there as they were; 9 statements at most.

    It is `standing` without the rows: of most items nothing else is asked.
    """
    owners, grants, places = _rows_of(workspace, items)
    owning = set(owners.values_list("pk", flat=True))
    abouts = {Way.PLACE: abouts_of_places(places), Way.GRANT: abouts_of_grants(grants)}
    abouts[Way.TOKEN] = abouts[Way.GRANT]
    return {
        item.number
        for item in items
        if (item.subject in owning if item.way == Way.OWNER else _is_as_it_was(item, abouts))
    }


def _is_as_it_was(item: Asked, abouts: Mapping[Way, Mapping[int, str]]) -> bool:
    return item.row is not None and abouts[Way(item.way)].get(item.row) == item.about


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


def _said(review: Review, item: Asked) -> str:
    """Return whether it ends or goes, blank where it stays; by its answer, or for want of one."""
    if item.answer:
        return "" if item.answer == Answer.KEEP else item.answer
    return Answer.REMOVE if review.unanswered == Unanswered.REMOVE else ""


def _add_all(
    workspace: Workspace,
    plan: Plan,
    going: Sequence[tuple[Asked, str]],
    pushed: frozenset[int],
) -> None:
    """Add items that go or end; what they are about is read of these alone."""
    there = standing(workspace, [item for item, _said in going]) if going else None
    for item, said in going:
        row = there.of(item) if there else None
        if row is None:  # it ended in this very moment
            plan.outcomes[ReviewOutcome.CHANGED].append(item.number)
        else:
            _add(plan, item, said, row, pushed)


def _add(
    plan: Plan,
    item: Asked,
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
