"""Copying access from one member to others: own grants, and the groups they come from (R14).

Ownership is never copied, and what has ended is not either; nor is a place in a group that
a directory pushes. A place that ends, ends for them on the same day (W1).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workspaces.access import decide, facts
from workspaces.change import Actor, lock_workspace, reread
from workspaces.errors import Refused
from workspaces.models import Group, GroupQuerySet, Member, Workspace
from workspaces.models.group import GroupMemberQuerySet
from workspaces.operations.changes.affected import PeopleReview, Transform, affected
from workspaces.operations.changes.seen import require_seen
from workspaces.operations.grants import policies
from workspaces.operations.groups import groups
from workspaces.spans import Span

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
        for held in facts.load_policy(copy.source).held
        if (held.grant is not None and held.group is None) or held.group in joined
    ]

    def transform(policy: decide.Policy) -> decide.Policy:
        kept = [
            held
            for held in policy.held
            if not copy.replacing or held.grant is None or held.group is not None
        ]
        return replace(policy, held=(*kept, *gives))

    return transform


def copy_access(workspace: Workspace, copy: Copy, people: Sequence[Member], *, by: Actor) -> int:
    """Make the copy and return how many policies changed.

    One event per policy that changes and one per group that is joined, all of them or
    none; the former say the reason. Raises Refused for more than 100 people, and when a grant
    may not be given (L7); Conflict when somebody has gone, or the review that was looked at
    no longer fits.
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
        by = require_seen(by, lambda: preview(locked, copy, targets).digest)
        given = policies.living(policies.as_proposed(source))
        changed = 0
        for member in targets:
            kept = () if copy.replacing else policies.as_proposed(member)
            proposal = policies.Proposal((*kept, *(grant for grant in given if grant not in kept)))
            changed += policies.change(member, proposal, by=by) is not None
        if copy.grouped:
            places = _standing(source).filter(group__in=_groups(copy))
            for place in places.select_related("group__workspace").order_by("group__sort_key"):
                span = Span(ends=place.expires_at)
                groups.add_members(place.group, targets, span=span, by=by.plain())
        return changed


def _groups(copy: Copy) -> GroupQuerySet:
    """Return the groups that are copied: those of the source that are filled by hand."""
    return Group.objects.filter(memberships__in=_standing(copy.source), directory__isnull=True)


def _standing(member: Member) -> GroupMemberQuerySet:
    """Return the places that are copied: what the source takes up is theirs alone (W2)."""
    return member.joined_groups.live().filter(eligible=False)


def _require_targets(targets: Sequence[Member]) -> None:
    if not targets:
        raise Refused("copy", "Name somebody else to copy to.", field="people")
    if len(targets) > MOST:
        raise Refused(
            "copy", f"At most {MOST} people at once. Put them in a group.", field="people"
        )
