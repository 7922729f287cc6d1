"""Who is in a group, as rows: written here for every change, which records it itself.

Whoever comes in holds their place as the span says (W1); a place of theirs that was planned, or
has ended, gives way to it.
"""

from collections.abc import Iterable, Mapping

from django.db.models import F

from workspaces.access.dialect import among
from workspaces.models import (
    Group,
    GroupMember,
    GroupQuerySet,
    Invite,
    InviteGroup,
    Member,
    Workspace,
)
from workspaces.operations.groups.rolls import grouped
from workspaces.operations.taking_up import eligibility
from workspaces.spans import ALWAYS, Span


def put_in(
    workspace: Workspace,
    group: Group,
    members: Iterable[Member],
    span: Span = ALWAYS,
    *,
    listed: bool = True,
) -> None:
    """Put members of the workspace in who are not in the group now; 3 statements.

    1 where the caller knows that the group has no place of theirs `listed`.
    """
    rows = workspace.members.filter(pk__in=among(member.pk for member in members))
    if listed:
        GroupMember.objects.filter(group=group, member__in=rows.values("pk")).drop()
    GroupMember.objects.insert_for_each(
        rows,
        workspace=workspace,
        group=group,
        member=F("pk"),
        eligible=span.eligible is not None,
        **span.columns,
    )
    if span.eligible:
        new = GroupMember.objects.filter(group=group, member__in=rows.values("pk"))
        eligibility.write(workspace, said=span.eligible, memberships=new)


def put_in_all(
    workspace: Workspace, groups: GroupQuerySet, members: Iterable[Member]
) -> dict[str, list[str]]:
    """Put members into all the groups that they are not in now; 2 statements and 1 for each.

    Return the addresses of those whose places gave way, by the name of the group.
    """
    members = list(members)
    theirs = GroupMember.objects.filter(
        group__in=groups.values("pk"), member__in=among(member.pk for member in members)
    )
    inside = theirs.active().values("pk")
    waiting = theirs.exclude(pk__in=inside)
    gave_way: dict[str, list[str]] = {}
    rows = waiting.order_by("group__sort_key", "member__user__email")
    for name, email in rows.values_list("group__name", "member__user__email"):
        gave_way.setdefault(name, []).append(email)
    if gave_way:
        waiting.drop()
    for member in members:
        joined = GroupMember.objects.filter(member=member).values("group")
        GroupMember.objects.insert_for_each(
            groups.exclude(pk__in=joined), workspace=workspace, group=F("pk"), member=member
        )
    return gave_way


def put_in_each_with(
    workspace: Workspace, group: Group, members: Iterable[Member], spans: Mapping[str, Span]
) -> None:
    """Put members in, each with the span under their address; 2 statements for each span."""
    by_span = grouped(members, lambda member: spans.get(member.user.email, ALWAYS))
    for span, some in by_span.items():
        put_in(workspace, group, some, span)


def take_up(invite: Invite, member: Member) -> None:
    """Put whoever accepts an invite into its groups, as long as it says; 1 statement.

    A place whose end has come by now is none (W1).
    """
    offered = InviteGroup.objects.filter(invite=invite).lasting()
    GroupMember.objects.insert_for_each(
        offered,
        workspace=member.workspace,
        group=F("group"),
        member=member,
        starts_at=F("starts_at"),
        expires_at=F("expires_at"),
    )


def move_span(workspace: Workspace, group: Group, members: Iterable[Member], span: Span) -> None:
    """Let places that the group lists hold otherwise; of the new end nobody has heard.

    Where one is eligible in another way than before, what was taken up of it ends (W2).
    """
    rows = GroupMember.objects.filter(group=group, member__in=among(m.pk for m in members))
    found = rows.with_eligibility().select_related("member__user")
    other = [row for row in found if row.span.eligible != span.eligible]
    rows.update(end_told_at=None, eligible=span.eligible is not None, **span.columns)
    eligibility.replace(workspace, said=span.eligible, memberships=other)


def put_in_new(workspace: Workspace, places: Iterable[tuple[int, int, Span]]) -> None:
    """Put members into groups, by primary keys of both, where they are not yet; 1 statement.

    For a batch of an import: many groups at once, and each place with its span.
    """
    said = list(places)
    rows = GroupMember.objects.bulk_create(
        GroupMember(
            workspace=workspace,
            group_id=g,
            member_id=m,
            eligible=span.eligible is not None,
            **span.columns,
        )
        for g, m, span in said
    )
    eligible = {row: s.eligible for row, (_, _, s) in zip(rows, said, strict=True) if s.eligible}
    eligibility.write_each(workspace, memberships=eligible)


def take_out(group: Group | int, members: Iterable[Member | int]) -> None:
    """Take members out; whoever is not in the group is no error. 1 statement.

    Group and members may be said by their primary keys.
    """
    gone = among(member if isinstance(member, int) else member.pk for member in members)
    GroupMember.objects.filter(group=group, member__in=gone).drop()
