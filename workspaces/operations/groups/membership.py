"""Who is in a group, as rows: written here for every change, which records it itself.

Whoever comes in holds their place as the span says (W1); a place of theirs that was planned, or
has ended, gives way to it.
"""

from collections.abc import Iterable

from django.db.models import F

from workspaces.access.dialect import among
from workspaces.models import Group, GroupMember, GroupQuerySet, Member, Workspace
from workspaces.spans import ALWAYS, Span


def put_in(
    workspace: Workspace, group: Group, members: Iterable[Member], span: Span = ALWAYS
) -> None:
    """Put members of the workspace in who are not in the group now; 2 statements."""
    rows = workspace.members.filter(pk__in=among(member.pk for member in members))
    GroupMember.objects.filter(group=group, member__in=rows.values("pk")).delete()
    GroupMember.objects.insert_for_each(
        rows, workspace=workspace, group=group, member=F("pk"), **span.columns
    )


def put_into_each(
    workspace: Workspace, groups: GroupQuerySet, member: Member, span: Span = ALWAYS
) -> None:
    """Put a member into groups of the workspace that they are not in now; 2 statements."""
    GroupMember.objects.filter(group__in=groups.order_by().values("pk"), member=member).delete()
    GroupMember.objects.insert_for_each(
        groups, workspace=workspace, group=F("pk"), member=member, **span.columns
    )


def put_in_new(workspace: Workspace, places: Iterable[tuple[int, int, Span]]) -> None:
    """Put members into groups, by primary keys of both, where they are not yet; 1 statement.

    For a batch of an import: many groups at once, and each place with its span.
    """
    rows = (
        GroupMember(workspace=workspace, group_id=g, member_id=m, **span.columns)
        for g, m, span in places
    )
    GroupMember.objects.bulk_create(rows)


def take_out(group: Group | int, members: Iterable[Member | int]) -> None:
    """Take members out; whoever is not in the group is no error. 1 statement.

    Group and members may be said by their primary keys.
    """
    gone = among(member if isinstance(member, int) else member.pk for member in members)
    GroupMember.objects.filter(group=group, member__in=gone).delete()
