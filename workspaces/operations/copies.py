"""Copying access from one member to others: own grants, and the groups they come from (§9).

Ownership is never copied, and what has ended is not either; nor is a place in a group that
a directory pushes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from workspaces.access.decide import Policy
from workspaces.access.facts import load_policy
from workspaces.audit import Actor
from workspaces.errors import Refused
from workspaces.locks import lock_workspace, reread
from workspaces.models.group import Group, GroupQuerySet
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.operations import groups, policies
from workspaces.operations.affected import PeopleReview, Transform, affected
from workspaces.operations.grants import NewGrant
from workspaces.operations.policies import Proposal

MOST = 100  # people at once; for more there are groups


@dataclass(frozen=True, slots=True)
class Copy:
    """What is copied, and how: `replacing` drops the own grants they have now.

    `grouped` lets them join the groups of the source too; nobody leaves a group by it.
    """

    source: Member
    replacing: bool = False
    grouped: bool = True


def preview(workspace: Workspace, copy: Copy, people: Sequence[Member]) -> PeopleReview:
    """Return what the copy would do to each of the people; nothing is written."""
    return affected(workspace, workspace.members.among(people), _becoming(copy))


def _becoming(copy: Copy) -> Transform:
    """Return what the copy does to a policy."""
    joined = set(_groups(copy).values_list("pk", flat=True)) if copy.grouped else set()
    gives = [
        held
        for held in load_policy(copy.source).held
        if (held.grant is not None and held.group is None) or held.group in joined
    ]

    def transform(policy: Policy) -> Policy:
        kept = [
            held
            for held in policy.held
            if not copy.replacing or held.grant is None or held.group is not None
        ]
        return replace(policy, held=(*kept, *gives))

    return transform


def copy_access(
    workspace: Workspace,
    copy: Copy,
    people: Sequence[Member],
    *,
    by: Actor,
    reason: str = "",
    seen: str = "",
) -> int:
    """Make the copy and return how many policies changed.

    One event per policy that changes and one per group that is joined, all of them or
    none. `seen` is the digest of the review, see `require_seen`. Raises Refused for more
    than 100 people, and when a grant may not be given (L7); Conflict when somebody has gone.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        source = reread(locked.members.select_related("user"), copy.source)
        copy = replace(copy, source=source)
        targets = [
            reread(locked.members.select_related("user"), person)
            for person in people
            if person.pk != source.pk
        ]
        _require_targets(targets)
        if seen:
            preview(locked, copy, targets).require(seen)
        given = _live(source)
        changed = 0
        for member in targets:
            grants = given if copy.replacing else _with(policies.as_proposed(member), given)
            proposal = Proposal(grants)
            changed += policies.change(member, proposal, by=by, reason=reason) is not None
        if copy.grouped:
            for group in _groups(copy).by_name():
                groups.add_members(group, targets, by=by)
        return changed


def _groups(copy: Copy) -> GroupQuerySet:
    """Return the groups that are copied: those of the source that are filled by hand."""
    return Group.objects.of_member(copy.source).filter(directory__isnull=True)


def _require_targets(targets: Sequence[Member]) -> None:
    if not targets:
        raise Refused("copy", "Name somebody else to copy to.", field="people")
    if len(targets) > MOST:
        raise Refused(
            "copy", f"At most {MOST} people at once. Put them in a group.", field="people"
        )


def _live(member: Member) -> tuple[NewGrant, ...]:
    now = timezone.now()
    grants = policies.as_proposed(member)
    return tuple(grant for grant in grants if grant.expires_at is None or grant.expires_at > now)


def _with(own: tuple[NewGrant, ...], given: tuple[NewGrant, ...]) -> tuple[NewGrant, ...]:
    """Return the own grants and those of the given ones that are not among them yet."""
    known = {policies.key_of(grant) for grant in own}
    return (*own, *(grant for grant in given if policies.key_of(grant) not in known))
