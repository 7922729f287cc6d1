"""Changes of groups and of who is in them.

A review that was looked at and no longer fits is a Conflict (see `reviews`). So is a change
of the name or the members of a group that a directory pushes (see `pushed_groups`).
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from config.web.values.public_ids import public_id
from workspaces.change import Actor, audit, lock_workspace, naming, reread, target, targets
from workspaces.errors import Conflict, Refused
from workspaces.models import Event, GrantTerms, Group, Member, Workspace
from workspaces.models.group import DESCRIPTION_LENGTH
from workspaces.operations.changes.consequences import Change, access_changed, those
from workspaces.operations.changes.seen import require_seen
from workspaces.operations.changes.texts import line, prose
from workspaces.operations.directory.pushed_groups import require_by_hand
from workspaces.operations.grants import grants, policies
from workspaces.operations.groups import membership, reviews
from workspaces.operations.invites.withdrawal import losing, void_orphans


def create(
    workspace: Workspace,
    name: str,
    *,
    by: Actor,
    description: str = "",
    policy: Iterable[GrantTerms] = (),
    members: Iterable[Member] = (),
    ident: str = "",
) -> Group:
    """Make a group with its grants and first members; one event for all of it (A1).

    `ident` is the public id it gets; where the workspace has that group already, nothing
    is made and it is returned as it is (XI7). Raises Refused when the name is taken or a
    grant is not valid. People who left meanwhile, or belong elsewhere, are not added.
    """
    policy, members = tuple(policy), tuple(members)
    name, description = line(name), prose(description, most=DESCRIPTION_LENGTH)
    with lock_workspace(workspace.pk, by=by) as locked:
        if ident and (made := made_before(locked, ident)):
            return made
        require_free_name(locked, name)
        require_seen(by, lambda: reviews.of_new_group(locked, policy, members).digest)
        group = Group.objects.create(
            workspace=locked, name=name, description=description, public_id=ident or public_id()
        )
        given = [grants.write(locked, [group], grant, by) for grant in policy]
        joined = list(locked.members.among(members).select_related("user").by_name())
        audit.record(
            locked,
            "group.created",
            by=by,
            target=target(group),
            after={
                "description": description,
                "grants": [naming.described(grant) for grant in given],
                "members": _join(locked, group, joined),
            },
            concerned=[*targets(joined), *naming.named_in(given)],
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
        held = group.grants.terms()
        before = {
            "description": group.description,
            "grants": [naming.described(grant) for grant in held],
            "members": _addresses(inside),
        }
        invited = losing(workspace, groups=[group])
        before |= invited.told
        deleted = target(group)
        concerned = [*targets(inside), *naming.named_in(held), *targets(invited.invites)]
        people = those(inside)
        group.delete()
        invited.end(workspace)
        audit.record(
            workspace, "group.deleted", by=by, target=deleted, concerned=concerned, before=before
        )
        access_changed(workspace, people, Change.LEFT, by=by, name=deleted.name)
        void_orphans(workspace, by=by)


def add_members(group: Group, members: Iterable[Member], *, by: Actor) -> list[Member]:
    """Add whoever is not in the group yet; one audit event for the lot (A1).

    People who left the workspace meanwhile, or belong elsewhere, are not added.
    """
    members = members if isinstance(members, QuerySet) else tuple(members)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        require_seen(by, lambda: reviews.of_joining(group, members).digest)
        added = list(
            workspace.members.among(members).outside(group).select_related("user").by_name()
        )
        if added:
            require_by_hand([group])
            audit.record(
                workspace,
                "group.members_added",
                by=by,
                target=target(group),
                concerned=targets(added),
                after=_join(workspace, group, added),
            )
            access_changed(workspace, those(added), Change.JOINED, by=by, name=group.name)
        return added


def remove_members(group: Group, members: Iterable[Member], *, by: Actor) -> list[Member]:
    """Take members out of the group; one audit event for the lot (A1)."""
    members = tuple(members)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        require_seen(by, lambda: reviews.of_leaving(group, members).digest)
        removed = list(
            workspace.members.among(members).in_group(group).select_related("user").by_name()
        )
        if removed:
            require_by_hand([group])
            membership.take_out(group, removed)
            audit.record(
                workspace,
                "group.members_removed",
                by=by,
                target=target(group),
                concerned=targets(removed),
                before=_addresses(removed),
            )
            void_orphans(workspace, by=by)
            access_changed(workspace, those(removed), Change.LEFT, by=by, name=group.name)
        return removed


def move_members(group: Group, members: Iterable[Member], to: Group, *, by: Actor) -> list[Member]:
    """Take members out of one group and put them into another; one event for both (A1).

    Raises Refused when both are the same group.
    """
    members = tuple(members)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group, to = (reread(workspace.groups.all(), one) for one in (group, to))
        if group == to:
            raise Refused("R5", "They are in this group already.", field="to")
        require_seen(by, lambda: reviews.of_moving(group, members, to).digest)
        moved = list(
            workspace.members.among(members).in_group(group).select_related("user").by_name()
        )
        if moved:
            require_by_hand([group, to])
            membership.take_out(group, moved)
            new = workspace.members.among(moved).outside(to).select_related("user")
            audit.record(
                workspace,
                "group.members_moved",
                by=by,
                target=target(group),
                concerned=[target(to), *targets(moved)],
                before=_addresses(moved),
                after={
                    "group": {"id": to.public_id, "name": to.name},
                    "joined": _join(workspace, to, new),
                },
            )
            access_changed(workspace, those(moved), Change.JOINED, by=by, name=to.name)
        return moved


def _join(workspace: Workspace, group: Group, members: Iterable[Member]) -> list[str]:
    """Put members into a group who are not in it; return their addresses."""
    new = list(members)
    membership.put_in(workspace, group, new)
    return _addresses(new)


def _addresses(members: Iterable[Member]) -> list[str]:
    return sorted(member.user.email for member in members)
