"""Who is in a group, as rows: written here for every change, which records it itself."""

from collections.abc import Iterable

from django.db.models import F

from workspaces.access.dialect import among
from workspaces.models import Group, GroupMember, GroupQuerySet, Member, Workspace


def put_in(workspace: Workspace, group: Group, members: Iterable[Member]) -> None:
    """Put members of the workspace in who are not in the group yet; 1 statement."""
    rows = workspace.members.filter(pk__in=among(member.pk for member in members))
    GroupMember.objects.insert_for_each(rows, workspace=workspace, group=group, member=F("pk"))


def put_into_each(workspace: Workspace, groups: GroupQuerySet, member: Member) -> None:
    """Put a member into groups of the workspace that they are not in yet; 1 statement."""
    GroupMember.objects.insert_for_each(groups, workspace=workspace, group=F("pk"), member=member)


def put_in_new(workspace: Workspace, pairs: Iterable[tuple[int, int]]) -> None:
    """Put members into groups, by primary keys of both, where they are not yet; 1 statement.

    For a batch of an import: many groups at once.
    """
    rows = (GroupMember(workspace=workspace, group_id=g, member_id=m) for g, m in pairs)
    GroupMember.objects.bulk_create(rows)


def take_out(group: Group | int, members: Iterable[Member | int]) -> None:
    """Take members out; whoever is not in the group is no error. 1 statement.

    Group and members may be said by their primary keys.
    """
    gone = among(member if isinstance(member, int) else member.pk for member in members)
    GroupMember.objects.filter(group=group, member__in=gone).delete()
