"""What a change of a group would do to the people in it, or about to be (§9).

Each review is worked out for the page, and again by the operation under the lock; when
the two differ, the operation raises Conflict (I8).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.operations.affected import (
    PeopleReview,
    affected,
    gaining,
    joining,
    leaving,
    moving,
    regranting,
)
from workspaces.operations.grants import NewGrant
from workspaces.operations.policies import Proposal, Review, outcome, preview, proposed
from workspaces.operations.reviews import both, require_seen


@dataclass(frozen=True, slots=True)
class AccessReview:
    """What a new policy does to the group itself, and to each of the people in it."""

    own: Review
    people: PeopleReview
    digest: str

    def require(self, seen: str) -> None:
        """Raise Conflict or Refused unless this is the review that was looked at."""
        require_seen(seen, self.digest)


def of_new_group(
    workspace: Workspace, policy: Iterable[NewGrant], members: Iterable[Member]
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
    """Review everybody in the group."""
    return affected(group.workspace, Member.objects.in_group(group), leaving(group))


def of_access(group: Group, policy: Iterable[NewGrant]) -> AccessReview:
    """Review another policy of the group."""
    proposal = Proposal(tuple(policy))
    becomes = regranting(group, outcome(group, proposal))
    own = preview(group, proposal)
    people = affected(group.workspace, Member.objects.in_group(group), becomes)
    return AccessReview(own, people, both(own.digest, people.digest))
