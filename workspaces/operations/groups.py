"""Changes of groups and of who is in them."""

from collections.abc import Iterable

from workspaces import audit
from workspaces.audit import Actor
from workspaces.errors import Refused
from workspaces.locks import lock_workspace, reread
from workspaces.models.group import Group, GroupMember
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.operations.trail import described, target


def create(workspace: Workspace, name: str, *, by: Actor, description: str = "") -> Group:
    """Make an empty group without grants. Raises Refused when the name is taken."""
    with lock_workspace(workspace.pk, by=by) as locked:
        _require_free_name(locked, name)
        group = Group.objects.create(workspace=locked, name=name, description=description)
        audit.record(locked, "group.created", by=by, target=target(group))
        return group


def describe(group: Group, name: str, description: str, *, by: Actor) -> Group:
    """Change a group's name and description. Raises Refused when the name is taken."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        before = {"name": group.name, "description": group.description}
        after = {"name": name, "description": description}
        if before == after:
            return group
        _require_free_name(workspace, name, besides=group)
        group.name, group.description = name, description
        group.save(update_fields=["name", "description"])
        audit.record(
            workspace, "group.described", by=by, target=target(group), before=before, after=after
        )
        return group


def _require_free_name(workspace: Workspace, name: str, besides: Group | None = None) -> None:
    taken = workspace.groups.filter(name__iexact=name)
    if (taken.exclude(pk=besides.pk) if besides else taken).exists():
        raise Refused("R5", f"There is already a group named {name}.")


def delete(group: Group, *, by: Actor) -> None:
    """Delete a group with its grants; its members stay in the workspace."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        before = {
            "grants": [described(grant) for grant in group.grants.order_by("pk")],
            "members": _addresses(workspace.members.in_group(group).select_related("user")),
        }
        deleted = target(group)
        group.delete()
        audit.record(workspace, "group.deleted", by=by, target=deleted, before=before)


def add_members(group: Group, members: Iterable[Member], *, by: Actor) -> list[Member]:
    """Add whoever is not in the group yet; one audit event for the lot (A1).

    People who left the workspace meanwhile, or belong elsewhere, are not added.
    """
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        added = list(
            workspace.members.among(members).outside(group).select_related("user").by_name()
        )
        GroupMember.objects.bulk_create(
            GroupMember(workspace=workspace, group=group, member=member) for member in added
        )
        if added:
            audit.record(
                workspace,
                "group.members_added",
                by=by,
                target=target(group),
                after=_addresses(added),
            )
        return added


def remove_members(group: Group, members: Iterable[Member], *, by: Actor) -> list[Member]:
    """Take members out of the group; one audit event for the lot (A1)."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.all(), group)
        removed = list(
            workspace.members.among(members).in_group(group).select_related("user").by_name()
        )
        GroupMember.objects.filter(group=group, member__in=removed).delete()
        if removed:
            audit.record(
                workspace,
                "group.members_removed",
                by=by,
                target=target(group),
                before=_addresses(removed),
            )
        return removed


def _addresses(members: Iterable[Member]) -> list[str]:
    return sorted(member.user.email for member in members)
