"""Closing a review: all that was answered is done at once, by one event, and can be undone (V4)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from workspaces.access.changes.without import Ways
from workspaces.access.dialect import among
from workspaces.change import (
    Actor,
    Target,
    audit,
    described,
    lock_workspace,
    naming,
    require,
    reread,
    target,
    targets,
)
from workspaces.errors import Conflict
from workspaces.models import (
    Grant,
    Group,
    GroupMember,
    MemberQuerySet,
    Review,
    ReviewItem,
    ReviewOutcome,
    Workspace,
)
from workspaces.operations.changes import affected, consequences, seen
from workspaces.operations.invites.withdrawal import void_orphans
from workspaces.operations.members import joining
from workspaces.operations.reviews import report
from workspaces.operations.reviews.opening import owns
from workspaces.operations.reviews.planning import Plan, plan_of


@dataclass(frozen=True, slots=True)
class ClosingReview:
    """What closing does: whose access moves, what ends later, and what is left as it is.

    `tokens` counts, by name, the grants that tokens lose. `ends` counts grants and places that
    get an end. `changed`, `tasks`, `alone` and `last` are the items left as they are: changed
    meanwhile, the directory's, their only reviewer's own, and the last owner's ownership.
    """

    people: affected.PeopleReview
    tokens: tuple[tuple[str, int], ...]
    going: int
    ends: int
    unanswered: int
    changed: tuple[ReviewItem, ...]
    tasks: tuple[ReviewItem, ...]
    alone: tuple[ReviewItem, ...]
    last: tuple[ReviewItem, ...]
    digest: str


SHOWN = 50
LEFT = (ReviewOutcome.CHANGED, ReviewOutcome.TASK, ReviewOutcome.ALONE, ReviewOutcome.LAST)


def preview(review: Review) -> ClosingReview:
    """Work out what closing the review now would do; nothing is written."""
    return _preview(review.workspace, review, plan_of(review.workspace, review))


def close(review: Review, *, by: Actor) -> Review:
    """Do what was answered, and close the review; one event for all of it.

    Raises Conflict when it is closed already, or the review that was looked at no longer fits;
    Unproved where ownership ends (S8).
    """
    with lock_workspace(review.workspace_id, by=by) as workspace:
        require(by, workspace, owns)
        review = reread(workspace.reviews.select_related("workspace"), review)
        if not review.is_open:
            raise Conflict("V4", "This review is closed already.")
        plan = plan_of(workspace, review)
        by = seen.require_seen(by, lambda: _preview(workspace, review, plan).digest)
        people, before = _people(workspace, plan), _before(plan)
        concerned = _concerned(plan, people)
        _write(workspace, plan)
        for outcome, numbers in plan.outcomes.items():
            review.items.filter(number__in=among(numbers)).update(outcome=outcome)
        review.closed_at, review.closed_name = timezone.now(), by.name
        review.digest, lines = report.sealed(review)
        review.save(update_fields=["closed_at", "closed_name", "digest"])
        audit.record(
            workspace,
            "review.closed",
            by=by,
            target=target(review),
            concerned=concerned,
            before=before,
            after={"digest": review.digest, "lines": lines, **_after(plan)},
        )
        consequences.access_changed(workspace, people, consequences.Change.GRANTS, by=by)
        void_orphans(workspace, by=by)
        return review


def _preview(workspace: Workspace, review: Review, plan: Plan) -> ClosingReview:
    people = _people(workspace, plan)
    found = affected.affected(workspace, people, affected.nothing, unlike=_transforms(plan))
    tokens = Counter(grant.token.name for grant in plan.grants if grant.token)
    basis = (
        sorted(row.pk for row in plan.owners),
        sorted(row.pk for row in plan.grants),
        sorted(row.pk for row in plan.places),
        *(
            sorted((ends.isoformat(), row.pk) for ends, some in by_end.items() for row in some)
            for by_end in (plan.grant_ends, plan.place_ends)
        ),
        sorted((str(outcome), numbers) for outcome, numbers in plan.outcomes.items()),
    )
    left = {
        outcome: tuple(review.items.in_order().filter(number__in=plan.outcomes[outcome][:SHOWN]))
        for outcome in LEFT
    }
    said = review.items.aggregate(latest=Max("answered_at"), n=Count("answered_at"))
    digest = seen.both(found.digest, seen.digest_of(workspace.pk, basis))
    return ClosingReview(
        found,
        tuple(sorted(tokens.items())),
        going=len(plan.owners) + len(plan.grants) + len(plan.places),
        ends=len(plan.ending_grants) + len(plan.ending_places),
        unanswered=plan.unanswered,
        changed=left[ReviewOutcome.CHANGED],
        tasks=left[ReviewOutcome.TASK],
        alone=left[ReviewOutcome.ALONE],
        last=left[ReviewOutcome.LAST],
        digest=seen.dated(digest, sorted(said.items())),
    )


def _people(workspace: Workspace, plan: Plan) -> MemberQuerySet:
    return workspace.members.filter(pk__in=among(plan.members))


def _transforms(plan: Plan) -> dict[int, affected.Transform]:
    """Return what goes of each member's policy; what only ends later goes nowhere yet."""
    grants: dict[int, set[int]] = defaultdict(set)
    groups: dict[int, set[int]] = defaultdict(set)
    for grant in plan.grants:
        if grant.member_id:
            grants[grant.member_id].add(grant.pk)
    for place in plan.places:
        groups[place.member_id].add(place.group_id)
    owning = {member.pk for member in plan.owners}
    return {
        pk: affected.losing(
            Ways(frozenset(grants[pk]), frozenset(groups[pk]), own_role=pk in owning)
        )
        for pk in plan.members
    }


def _write(workspace: Workspace, plan: Plan) -> None:
    """Write it; statements grow with the days named, not with the rows."""
    joining.write_owner(consequences.those(plan.owners), owner=False)
    workspace.grants.filter(pk__in=among(row.pk for row in plan.grants)).delete()
    places = GroupMember.objects.filter(workspace=workspace)
    places.filter(pk__in=among(row.pk for row in plan.places)).drop()
    for ends, grants in plan.grant_ends.items():
        moved = workspace.grants.filter(pk__in=among(row.pk for row in grants))
        moved.update(expires_at=ends, end_told_at=None)
    for ends, some in plan.place_ends.items():
        stay = places.filter(pk__in=among(row.pk for row in some))
        stay.update(expires_at=ends, end_told_at=None)


def _before(plan: Plan) -> dict[str, Any]:
    """Return what goes or ends as the trail keeps it, so that it can be put back."""
    return {
        "owners": sorted(member.user.email for member in plan.owners),
        "grants": _written(plan.grants),
        "places": _placed(plan.places),
        "grant_ends": [_end(grant) for grant in plan.ending_grants],
        "place_ends": [_end(place) for place in plan.ending_places],
    }


def _after(plan: Plan) -> dict[str, Any]:
    """Return what became of the ends, and how many items came to what."""
    return {
        "grant_ends": {
            ends.isoformat(): [r.pk for r in rows] for ends, rows in plan.grant_ends.items()
        },
        "place_ends": {
            ends.isoformat(): [r.pk for r in rows] for ends, rows in plan.place_ends.items()
        },
        "unanswered": plan.unanswered,
        **{str(outcome): len(numbers) for outcome, numbers in plan.outcomes.items()},
    }


def _written(grants: Iterable[Grant]) -> list[dict[str, Any]]:
    """Return grants by who holds them: a member by address, a token by name and lasting id."""
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for grant in grants:
        if grant.member is not None:
            key = ("member", grant.member.public_id, grant.member.user.email)
        elif grant.token is not None:
            key = ("token", grant.token.public_id, grant.token.name)
        found[key].append(described(grant.terms))
    return [
        {"type": kind, "id": ident, "name": name, "grants": rows}
        for (kind, ident, name), rows in found.items()
    ]


def _placed(places: Iterable[GroupMember]) -> list[dict[str, Any]]:
    found: dict[Group, dict[str, Any]] = defaultdict(dict)
    for place in places:
        found[place.group][place.member.user.email] = place.span.told()
    return [
        {"id": group.public_id, "name": group.name, "members": members}
        for group, members in found.items()
    ]


def _end(row: Grant | GroupMember) -> list[Any]:
    return [row.pk, row.expires_at.isoformat() if row.expires_at else None]


def _concerned(plan: Plan, people: MemberQuerySet) -> list[Target]:
    grants = (*plan.grants, *plan.ending_grants)
    groups = {row.group for row in (*plan.places, *plan.ending_places)}
    tokens = {grant.token for grant in grants if grant.token}
    named = naming.named_in(grant.terms for grant in grants)
    return [*naming.people(people), *targets(groups), *targets(tokens), *named]
