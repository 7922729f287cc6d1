"""Changes of groups and of who is in them.

A review that was looked at and no longer fits is a Conflict (see `reviews`). So is a change
of the name or the members of a group that a directory pushes (see `pushed_groups`).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from config.web.values.public_ids import public_id
from workspaces.change import (
    Actor,
    audit,
    lock_workspace,
    naming,
    reread,
    reread_beside,
    target,
    targets,
)
from workspaces.errors import Conflict, Refused
from workspaces.models import Event, GrantTerms, Group, Member, Workspace
from workspaces.models.group import DESCRIPTION_LENGTH
from workspaces.operations.changes.consequences import Change, access_changed, those
from workspaces.operations.changes.seen import is_as_seen, require_seen
from workspaces.operations.changes.texts import line, prose
from workspaces.operations.directory.pushed_groups import require_by_hand, require_own_by_hand
from workspaces.operations.grants import grants, policies
from workspaces.operations.groups import membership, reviews, rolls
from workspaces.operations.groups.managers import require_charge
from workspaces.operations.invites.withdrawal import losing, void_orphans
from workspaces.spans import ALWAYS, Span, require_span


def create(
    workspace: Workspace,
    name: str,
    *,
    by: Actor,
    description: str = "",
    policy: Iterable[GrantTerms] = (),
    members: Iterable[Member] = (),
    span: Span = ALWAYS,
    ident: str = "",
) -> Group:
    """Make a group with its grants and first members, who are in it for `span` (W1); one event
    for all of it (A1).

    `ident` is the public id it gets; where the workspace has that group already, nothing
    is made and it is returned as it is (XI7). Raises Refused when the name is taken, or a
    grant or the span is not valid. People who left meanwhile, or belong elsewhere, are not added.
    """
    policy, members = tuple(policy), tuple(members)
    name, description = line(name), prose(description, most=DESCRIPTION_LENGTH)
    with lock_workspace(workspace.pk, by=by) as locked:
        if ident and (made := made_before(locked, ident)):
            return made
        require_free_name(locked, name)
        require_span(span.starts, span.ends)
        require_seen(by, lambda: reviews.of_new_group(locked, policy, members, span).digest)
        group = Group.objects.create(
            workspace=locked, name=name, description=description, public_id=ident or public_id()
        )
        given = [grants.write(locked, [group], grant, by) for grant in policy]
        joined = list(locked.members.among(members).select_related("user").by_name())
        membership.put_in(locked, group, joined, span, listed=False)
        audit.record(
            locked,
            "group.created",
            by=by,
            target=target(group),
            after={
                "description": description,
                "grants": [naming.described(grant) for grant in given],
                "members": _joined(joined, span),
            },
            concerned=[*targets(joined), *naming.named_in(given)],
        )
        people = locked.members.listed_in(group)
        access_changed(locked, people, Change.JOINED, by=by, name=group.name, span=span)
        return group


def duplicate(
    group: Group, name: str, *, by: Actor, description: str = "", ident: str = ""
) -> Group:
    """Make a group with the grants of another one that have not ended, and nobody in it."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        policy = policies.living(policies.as_proposed(group))
        return create(workspace, name, by=by, description=description, policy=policy, ident=ident)


def made_before(workspace: Workspace, ident: str) -> Group | None:
    """Return the group that an earlier send of the same form made (XI7).

    Raises Conflict when the id was spent in another workspace.
    """
    group = Group.objects.filter(public_id=ident).first()
    if group is not None and group.workspace_id != workspace.pk:
        raise Conflict("XI7", "This form was sent already. Open the page again.")
    return group


def describe(group: Group, name: str, description: str, *, by: Actor) -> Group:
    """Change a group's name and description. Raises Refused when the name is taken."""
    name, description = line(name), prose(description, most=DESCRIPTION_LENGTH)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        before = {"name": group.name, "description": group.description}
        after = {"name": name, "description": description}
        if before == after:
            return group
        if name != group.name:
            require_by_hand([group])
        require_free_name(workspace, name, besides=group)
        group.name, group.description = name, description
        group.save(update_fields=["name", "description"])
        audit.record(
            workspace, "group.described", by=by, target=target(group), before=before, after=after
        )
        return group


def require_free_name(workspace: Workspace, name: str, besides: Group | None = None) -> None:
    """Raise Refused when another group of the workspace is called the same (N2)."""
    taken = workspace.groups.named(name)
    if (taken.exclude(pk=besides.pk) if besides else taken).exists():
        raise Refused("R5", f"There is already a group named {name}.", field="name")


def regrant(group: Group, policy: Iterable[GrantTerms], *, by: Actor) -> Event | None:
    """Give a group another policy; one event, None if nothing changes.

    Raises Refused when a grant is not valid.
    """
    policy = tuple(policy)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        by = require_seen(by, lambda: reviews.of_access(group, policy).digest)
        return policies.change(group, policies.Proposal(policy), by=by)


def delete(group: Group, *, by: Actor) -> None:
    """Delete a group with its grants; its members stay in the workspace.

    Open invites lose it; one that offered nothing else is void.
    """
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        require_seen(by, lambda: reviews.of_deleting(group).digest)
        inside = list(workspace.members.in_group(group).select_related("user"))
        listed = workspace.members.listed_in(group)
        held = group.grants.terms()
        before = {
            "description": group.description,
            "grants": [naming.described(grant) for grant in held],
            "members": rolls.written(rolls.roll_of(group, listed)),
        }
        invited = losing(workspace, groups=[group])
        before |= invited.told
        deleted = target(group)
        concerned = [*naming.people(listed), *naming.named_in(held), *targets(invited.invites)]
        people = those(inside)
        group.delete()
        invited.end(workspace)
        audit.record(
            workspace, "group.deleted", by=by, target=deleted, concerned=concerned, before=before
        )
        access_changed(workspace, people, Change.LEFT, by=by, name=deleted.name)
        void_orphans(workspace, by=by)


def add_members(
    group: Group, members: Iterable[Member], *, by: Actor, span: Span = ALWAYS
) -> list[Member]:
    """Add whoever is not in the group now, for `span`; one audit event for the lot (A1).

    A place of theirs that was planned, or has ended, gives way to this one (W1). People who
    left the workspace meanwhile, or belong elsewhere, are not added. Raises Refused for a span
    that is over.
    """
    members = members if isinstance(members, QuerySet) else tuple(members)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group, beside = reread_beside(workspace.groups.select_related("directory"), group)
        require_charge(by, group, members)
        require_span(span.starts, span.ends)
        coming = workspace.members.among(members).outside(group).select_related("user")
        added = list(coming.with_place_in(group).by_name())
        _require_seen_joining(by, group, added, span, newest=beside.head.number)
        if added:
            require_own_by_hand(group)
            had = [member for member in added if member.has_place]  # type: ignore[attr-defined]
            listed = rolls.roll_of(group, had) if had else {}
            membership.put_in(workspace, group, added, span, listed=bool(listed))
            event = audit.record(
                workspace,
                "group.members_added",
                by=by,
                target=target(group),
                concerned=targets(added),
                before=rolls.written(rolls.to_come(listed)) or None,
                after=_joined(added, span),
                head=beside.head,
            )
            access_changed(
                workspace,
                added,
                Change.JOINED,
                by=by,
                name=group.name,
                span=span,
                waiting=beside.waiting,
                head=audit.Head.after(event),
            )
        return added


def _require_seen_joining(
    by: Actor, group: Group, added: Sequence[Member], span: Span, *, newest: int
) -> None:
    """Hold who comes to the review that was looked at, worked out where it may differ."""
    if by.seen:
        found = reviews.joiners_of(group, added, span)
        if not is_as_seen(by, newest, found.basis):
            require_seen(by, lambda: found.review(newest=newest).digest)


def remove_members(group: Group, members: Iterable[Member], *, by: Actor) -> list[Member]:
    """Take members out of the group; one audit event for the lot (A1).

    So goes whoever is listed: a place that is planned does not begin, an ended one is forgotten.
    """
    members = tuple(members)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        require_charge(by, group)
        require_seen(by, lambda: reviews.of_leaving(group, members).digest)
        removed = list(
            workspace.members.among(members).listed_in(group).select_related("user").by_name()
        )
        if removed:
            require_by_hand([group])
            before, lose = rolls.roll_of(group, removed), those(rolls.living(group, removed))
            membership.take_out(group, removed)
            audit.record(
                workspace,
                "group.members_removed",
                by=by,
                target=target(group),
                concerned=targets(removed),
                before=rolls.written(before),
            )
            void_orphans(workspace, by=by)
            access_changed(workspace, lose, Change.LEFT, by=by, name=group.name)
        return removed


def move_members(group: Group, members: Iterable[Member], to: Group, *, by: Actor) -> list[Member]:
    """Take members out of one group and put them into another; one event for both (A1).

    Whoever is in it now goes, and is in the other one until the same end; places that are
    planned, or have ended, stay where they are (W1). Raises Refused when both are the same group.
    """
    members = tuple(members)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group, to = (reread(workspace.groups.all(), one) for one in (group, to))
        for one in (group, to):
            require_charge(by, one, members)
        if group == to:
            raise Refused("R5", "They are in this group already.", field="to")
        require_seen(by, lambda: reviews.of_moving(group, members, to).digest)
        moved = list(
            workspace.members.among(members).in_group(group).select_related("user").by_name()
        )
        if moved:
            require_by_hand([group, to])
            before = rolls.roll_of(group, moved)
            membership.take_out(group, moved)
            new = list(workspace.members.among(moved).outside(to).select_related("user"))
            membership.put_in_each_with(workspace, to, new, before)
            audit.record(
                workspace,
                "group.members_moved",
                by=by,
                target=target(group),
                concerned=[target(to), *targets(moved)],
                before=rolls.written(before),
                after={
                    "group": {"id": to.public_id, "name": to.name},
                    "joined": rolls.written(
                        {one.user.email: before[one.user.email] for one in new}
                    ),
                },
            )
            access_changed(workspace, those(moved), Change.JOINED, by=by, name=to.name)
        return moved


def _joined(members: Iterable[Member], span: Span) -> list[str] | dict[str, Any]:
    """Return members who joined a group as the trail keeps them."""
    return rolls.written(rolls.alike((member.user.email for member in members), span))
