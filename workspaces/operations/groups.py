"""Changes of groups and of who is in them.

`seen` is the digest of the review that was looked at; one that no longer fits is a
Conflict (see `group_reviews`). So is a change of the name or the members of a group that a
directory pushes (see `pushed`).
"""

from collections.abc import Iterable

from django.db.models import F, QuerySet
from django.utils import timezone

from workspaces import audit
from workspaces.access.dialect import among
from workspaces.audit import Actor
from workspaces.errors import Conflict, Refused
from workspaces.locks import lock_workspace, reread
from workspaces.models.event import Event
from workspaces.models.group import Group, GroupMember
from workspaces.models.ids import public_id
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.operations import grants, group_reviews, policies
from workspaces.operations.aftermath import (
    Change,
    access_changed,
    close_requests,
    people_to_tell,
    tell,
    those,
)
from workspaces.operations.grants import NewGrant
from workspaces.operations.orphans import void_orphans
from workspaces.operations.policies import Proposal
from workspaces.operations.pushed import require_by_hand
from workspaces.operations.trail import described, target


def create(
    workspace: Workspace,
    name: str,
    *,
    by: Actor,
    description: str = "",
    policy: Iterable[NewGrant] = (),
    members: Iterable[Member] = (),
    ident: str = "",
    seen: str = "",
) -> Group:
    """Make a group with its grants and first members; one event for all of it (A1).

    `ident` is the public id it gets; where the workspace has that group already, nothing
    is made and it is returned as it is (I7). Raises Refused when the name is taken or a
    grant is not valid. People who left meanwhile, or belong elsewhere, are not added.
    """
    policy, members = tuple(policy), tuple(members)
    with lock_workspace(workspace.pk, by=by) as locked:
        if ident and (made := made_before(locked, ident)):
            return made
        require_free_name(locked, name)
        if seen:
            group_reviews.of_new_group(locked, policy, members).require(seen)
        group = Group.objects.create(
            workspace=locked, name=name, description=description, public_id=ident or public_id()
        )
        given = [grants.write(locked, group, grant, by) for grant in policy]
        joined = locked.members.among(members).select_related("user").by_name()
        audit.record(
            locked,
            "group.created",
            by=by,
            target=target(group),
            after={
                "description": description,
                "grants": [described(grant) for grant in given],
                "members": _join(locked, group, joined),
            },
        )
        people = locked.members.in_group(group)
        access_changed(locked, people, Change.JOINED, by=by, name=group.name)
        return group


def duplicate(
    group: Group, name: str, *, by: Actor, description: str = "", ident: str = ""
) -> Group:
    """Make a group with the grants of another one that have not ended, and nobody in it."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        now = timezone.now()
        policy = [
            grant
            for grant in policies.as_proposed(group)
            if grant.expires_at is None or grant.expires_at > now
        ]
        return create(workspace, name, by=by, description=description, policy=policy, ident=ident)


def made_before(workspace: Workspace, ident: str) -> Group | None:
    """Return the group that an earlier send of the same form made (I7).

    Raises Conflict when the id was spent in another workspace.
    """
    group = Group.objects.filter(public_id=ident).first()
    if group is not None and group.workspace_id != workspace.pk:
        raise Conflict("I7", "This form was sent already. Open the page again.")
    return group


def describe(
    group: Group,
    name: str,
    description: str,
    *,
    by: Actor,
    reason: str = "",
    undoes: int | None = None,
) -> Group:
    """Change a group's name and description. Raises Refused when the name is taken."""
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
            workspace,
            "group.described",
            by=by,
            target=target(group),
            before=before,
            after=after,
            reason=reason,
            undoes=undoes,
        )
        return group


def require_free_name(workspace: Workspace, name: str, besides: Group | None = None) -> None:
    """Raise Refused when another group of the workspace has the name, in any case."""
    taken = workspace.groups.filter(name__iexact=name)
    if (taken.exclude(pk=besides.pk) if besides else taken).exists():
        raise Refused("R5", f"There is already a group named {name}.", field="name")


def regrant(
    group: Group, policy: Iterable[NewGrant], *, by: Actor, reason: str = "", seen: str = ""
) -> Event | None:
    """Give a group another policy; one event, None if nothing changes.

    Raises Refused when a grant is not valid.
    """
    policy = tuple(policy)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        if seen:
            group_reviews.of_access(group, policy).require(seen)
        return policies.change(group, Proposal(policy), by=by, reason=reason)


def delete(group: Group, *, by: Actor, reason: str = "", seen: str = "") -> None:
    """Delete a group with its grants; its members stay in the workspace."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        if seen:
            group_reviews.of_deleting(group).require(seen)
        before = {
            "description": group.description,
            "grants": [described(grant) for grant in group.grants.order_by("pk")],
            "members": _addresses(workspace.members.in_group(group).select_related("user")),
        }
        deleted = target(group)
        people = workspace.members.in_group(group)
        told = people_to_tell(people, by)
        close_requests(workspace, people)
        group.delete()
        tell(workspace, told, Change.LEFT, by=by, name=deleted.name)
        audit.record(
            workspace, "group.deleted", by=by, target=deleted, before=before, reason=reason
        )
        void_orphans(workspace, by=by)


def add_members(
    group: Group,
    members: Iterable[Member],
    *,
    by: Actor,
    reason: str = "",
    undoes: int | None = None,
    seen: str = "",
) -> list[Member]:
    """Add whoever is not in the group yet; one audit event for the lot (A1).

    People who left the workspace meanwhile, or belong elsewhere, are not added.
    """
    members = members if isinstance(members, QuerySet) else tuple(members)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        require_by_hand([group])
        if seen:
            group_reviews.of_joining(group, members).require(seen)
        added = list(
            workspace.members.among(members).outside(group).select_related("user").by_name()
        )
        if added:
            audit.record(
                workspace,
                "group.members_added",
                by=by,
                target=target(group),
                after=_join(workspace, group, added),
                reason=reason,
                undoes=undoes,
            )
            access_changed(workspace, those(added), Change.JOINED, by=by, name=group.name)
        return added


def remove_members(
    group: Group,
    members: Iterable[Member],
    *,
    by: Actor,
    reason: str = "",
    undoes: int | None = None,
    seen: str = "",
) -> list[Member]:
    """Take members out of the group; one audit event for the lot (A1)."""
    members = tuple(members)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        require_by_hand([group])
        if seen:
            group_reviews.of_leaving(group, members).require(seen)
        removed = list(
            workspace.members.among(members).in_group(group).select_related("user").by_name()
        )
        if removed:
            GroupMember.objects.filter(group=group, member__in=removed).delete()
            audit.record(
                workspace,
                "group.members_removed",
                by=by,
                target=target(group),
                before=_addresses(removed),
                reason=reason,
                undoes=undoes,
            )
            void_orphans(workspace, by=by)
            access_changed(workspace, those(removed), Change.LEFT, by=by, name=group.name)
        return removed


def move_members(
    group: Group,
    members: Iterable[Member],
    to: Group,
    *,
    by: Actor,
    reason: str = "",
    undoes: int | None = None,
    seen: str = "",
) -> list[Member]:
    """Take members out of one group and put them into another; one event for both (A1).

    Raises Refused when both are the same group.
    """
    members = tuple(members)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group, to = (reread(workspace.groups.all(), one) for one in (group, to))
        if group == to:
            raise Refused("R5", "They are in this group already.", field="to")
        require_by_hand([group, to])
        if seen:
            group_reviews.of_moving(group, members, to).require(seen)
        moved = list(
            workspace.members.among(members).in_group(group).select_related("user").by_name()
        )
        if moved:
            access_changed(workspace, those(moved), Change.JOINED, by=by, name=to.name)
            GroupMember.objects.filter(group=group, member__in=moved).delete()
            new = workspace.members.among(moved).outside(to).select_related("user")
            audit.record(
                workspace,
                "group.members_moved",
                by=by,
                target=target(group),
                before=_addresses(moved),
                after={
                    "group": {"id": to.public_id, "name": to.name},
                    "joined": _join(workspace, to, new),
                },
                reason=reason,
                undoes=undoes,
            )
        return moved


def _join(workspace: Workspace, group: Group, members: Iterable[Member]) -> list[str]:
    """Put members into a group who are not in it; return their addresses."""
    new = list(members)
    rows = workspace.members.filter(pk__in=among(member.pk for member in new))
    GroupMember.objects.insert_for_each(rows, workspace=workspace, group=group, member=F("pk"))
    return _addresses(new)


def _addresses(members: Iterable[Member]) -> list[str]:
    return sorted(member.user.email for member in members)
