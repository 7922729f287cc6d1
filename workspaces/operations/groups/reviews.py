"""What a change of a group would do to the people in it, or about to be (R14).

Each review is worked out for the page, and again by the operation under the lock; when
the two differ, the operation raises Conflict (XI8).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from workspaces.access.dialect import among
from workspaces.access.facts import load_policy, proposed
from workspaces.models import GrantTerms, Group, Member, Workspace
from workspaces.operations.changes.affected import (
    Concerned,
    PeopleReview,
    affected,
    gaining,
    joiners,
    joining,
    leaving,
    moving,
    nothing,
    regranting,
)
from workspaces.operations.changes.seen import both, digest_of, newest_event
from workspaces.operations.grants.looking import Review, look, plan_of
from workspaces.operations.invites.withdrawal import losing
from workspaces.spans import ALWAYS, Span


@dataclass(frozen=True, slots=True)
class AccessReview:
    """What a new policy does to the group itself, and to each of the people in it."""

    own: Review
    people: PeopleReview
    digest: str


def of_new_group(
    workspace: Workspace,
    policy: Iterable[GrantTerms],
    members: Iterable[Member],
    span: Span = ALWAYS,
) -> PeopleReview:
    """Review a group that is not there yet: what the first people in it gain."""
    gives = gaining(proposed(tuple(policy))) if span.holds_at(timezone.now()) else nothing
    review = affected(workspace, workspace.members.among(members), gives)
    return _seen_with(review, workspace, span)


def of_joining(group: Group, members: Iterable[Member], span: Span = ALWAYS) -> PeopleReview:
    """Review whoever of these is not in the group yet; what is planned gives nothing now (W1)."""
    newest = newest_event(group.workspace_id)
    people = group.workspace.members.among(members).outside(group).select_related("user")
    return joiners_of(group, list(people.by_name()), span).review(newest=newest)


def joiners_of(group: Group, members: Sequence[Member], span: Span) -> Concerned:
    """Read what a review of members who come into a group is worked out from; 1 statement."""
    now = span.holds_at(timezone.now())
    return joiners(group, members, gaining_now=now, beside=None if span == ALWAYS else span)


def of_leaving(group: Group, members: Iterable[Member]) -> PeopleReview:
    """Review whoever of these is in the group, or listed there; only the former lose anything."""
    people = Member.objects.among(members).listed_in(group)
    return affected(group.workspace, people, leaving(group))


def of_places(group: Group, spans: Mapping[int, Span]) -> PeopleReview:
    """Review members, by primary key, whose places in the group start or end otherwise (W1)."""
    now, inside = timezone.now(), regranting(group, load_policy(group))
    people = Member.objects.filter(pk__in=among(spans)).listed_in(group)
    taken = _taken_up(group, spans)
    holding = {pk: inside for pk, span in spans.items() if span.holds_at(now) or pk in taken}
    review = affected(group.workspace, people, leaving(group), unlike=holding)
    return _seen_with(review, group.workspace, sorted(spans.items(), key=lambda item: item[0]))


def _taken_up(group: Group, spans: Mapping[int, Span]) -> set[int]:
    """Return whose eligible place is taken up, and goes on giving what it gives; 2 statements."""
    now = timezone.now()
    rows = group.memberships.active().eligible().with_eligibility()
    return {
        row.member_id
        for row in rows.filter(member__in=among(spans))
        if row.span.eligible == (span := spans[row.member_id]).eligible
        and replace(span, eligible=None).holds_at(now)
    }


def of_returning(group: Group, spans: Mapping[int, Span]) -> PeopleReview:
    """Review members, by primary key, who come back with the spans they had (W1)."""
    now, inside = timezone.now(), joining(group)
    people = Member.objects.filter(pk__in=among(spans)).outside(group)
    holding = {pk: inside for pk, span in spans.items() if span.holds_at(now)}
    return affected(group.workspace, people, nothing, unlike=holding)


def _seen_with(review: PeopleReview, workspace: Workspace, span: object) -> PeopleReview:
    """Let the span be part of what is looked at, where there is one; 1 statement."""
    if span == ALWAYS:
        return review
    return replace(review, digest=both(review.digest, digest_of(workspace.pk, span)))


def of_moving(group: Group, members: Iterable[Member], to: Group) -> PeopleReview:
    """Review whoever of these is in the group now and goes into the other one."""
    people = Member.objects.among(members).in_group(group)
    return affected(group.workspace, people, moving(group, to))


def of_deleting(group: Group) -> PeopleReview:
    """Review everybody in the group; the open invites that name it are part of what is seen."""
    people = affected(group.workspace, Member.objects.in_group(group), leaving(group))
    invited = digest_of(group.workspace_id, losing(group.workspace, groups=[group]).told)
    return replace(people, digest=both(people.digest, invited))


def of_access(group: Group, policy: Iterable[GrantTerms]) -> AccessReview:
    """Review another policy of the group."""
    newest = newest_event(group.workspace_id)
    found = look(group, plan_of(group, tuple(policy)))
    becomes = regranting(group, found.after)
    own = found.review(newest=newest)
    people = affected(group.workspace, Member.objects.in_group(group), becomes)
    return AccessReview(own, people, both(own.digest, people.digest))
