"""What a change of a group would do to the people in it, or about to be (R14).

Each review is worked out for the page, and again by the operation under the lock; when
the two differ, the operation raises Conflict (XI8).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from workspaces.access.facts import proposed
from workspaces.models import GrantTerms, Group, Member, Workspace
from workspaces.operations.changes.affected import (
    PeopleReview,
    affected,
    gaining,
    joining,
    leaving,
    moving,
    regranting,
)
from workspaces.operations.changes.seen import both, digest_of
from workspaces.operations.grants.policies import Proposal, Review, outcome, preview
from workspaces.operations.invites.withdrawal import losing


@dataclass(frozen=True, slots=True)
class AccessReview:
    """What a new policy does to the group itself, and to each of the people in it."""

    own: Review
    people: PeopleReview
    digest: str


def of_new_group(
    workspace: Workspace, policy: Iterable[GrantTerms], members: Iterable[Member]
) -> PeopleReview:
    """Review a group that is not there yet: what the first people in it gain."""
    return affected(workspace, workspace.members.among(members), gaining(proposed(tuple(policy))))


def of_joining(group: Group, members: Iterable[Member]) -> PeopleReview:
    """Review whoever of these is not in the group yet."""
    people = Member.objects.among(members).outside(group)
    return affected(group.workspace, people, joining(group))


def of_leaving(group: Group, members: Iterable[Member]) -> PeopleReview:
    """Review whoever of these is in the group."""
    people = Member.objects.among(members).in_group(group)
    return affected(group.workspace, people, leaving(group))


def of_moving(group: Group, members: Iterable[Member], to: Group) -> PeopleReview:
    """Review whoever of these is in the group and goes into the other one."""
    people = Member.objects.among(members).in_group(group)
    return affected(group.workspace, people, moving(group, to))


def of_deleting(group: Group) -> PeopleReview:
    """Review everybody in the group; the open invites that name it are part of what is seen."""
    people = affected(group.workspace, Member.objects.in_group(group), leaving(group))
    invited = digest_of(group.workspace_id, losing(group.workspace, groups=[group]).told)
    return replace(people, digest=both(people.digest, invited))


def of_access(group: Group, policy: Iterable[GrantTerms]) -> AccessReview:
    """Review another policy of the group."""
    proposal = Proposal(tuple(policy))
    becomes = regranting(group, outcome(group, proposal))
    own = preview(group, proposal)
    people = affected(group.workspace, Member.objects.in_group(group), becomes)
    return AccessReview(own, people, both(own.digest, people.digest))
