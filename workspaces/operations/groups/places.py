"""From when until when people have their places in a group (W1).

What is moved are places that the group lists: also planned ones, which may begin by it, and
ended ones, which are renewed.
"""

from collections.abc import Iterable, Mapping

from workspaces.access.dialect import among
from workspaces.change import Actor, audit, lock_workspace, reread, target, targets
from workspaces.models import Group, GroupMember, InviteGroup, Member, Workspace
from workspaces.operations.changes.affected import PeopleReview
from workspaces.operations.changes.consequences import Change, access_changed, those
from workspaces.operations.changes.seen import require_seen
from workspaces.operations.directory.pushed_groups import require_by_hand
from workspaces.operations.groups import membership, reviews
from workspaces.operations.groups.managers import require_charge
from workspaces.operations.groups.rolls import roll_of, spans_written
from workspaces.operations.invites.withdrawal import void_orphans
from workspaces.spans import ALWAYS, Span, require_span

Spans = Mapping[int, Span]  # by the primary key of the member


def preview(
    group: Group, members: Iterable[Member], span: Span, *, keeps: bool = True
) -> PeopleReview:
    """Review whoever of these has a place that would hold otherwise."""
    return reviews.of_places(group, _moved(group, members, span, keeps=keeps))


def move(
    group: Group, members: Iterable[Member], span: Span, *, keeps: bool = True, by: Actor
) -> list[Member]:
    """Let places in a group start and end otherwise; one event for the lot (A1).

    Without a start, a place that holds keeps the one it had, and every other begins now. Each
    `keeps` being standing or eligible, or is what the span says (W2).
    Whoever has no place, or just this one, is left out. Raises Refused for a span that is over
    (W1), and Conflict for a group that a directory pushes, or when the review that was looked
    at no longer fits.
    """
    members = tuple(members)
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.select_related("workspace"), group)
        require_charge(by, group, members)
        require_span(span.starts, span.ends)
        moved = _moved(group, members, span, keeps=keeps)
        require_seen(by, lambda: reviews.of_places(group, moved).digest)
        require_by_hand([group] if moved else [])
        return _write(workspace, group, moved, span, by=by)


def restore(group: Group, spans: Spans, *, by: Actor) -> None:
    """Undo a move: let each place start and end as it did, also where that end has come."""
    with lock_workspace(group.workspace_id, by=by) as workspace:
        group = reread(workspace.groups.select_related("workspace"), group)
        require_by_hand([group])
        _write(workspace, group, spans, None, by=by)


def clear(workspace: Workspace, group: Group, *, by: Actor) -> None:
    """Let no place in a group that a directory pushes start or end by our word.

    Whoever is in it stays. A place that is planned, has ended, or is eligible is none: who is in
    the group, the directory says. 1 statement for who has none such, else an event.
    """
    rows = GroupMember.objects.filter(group=group)
    spanned = rows.exclude(starts_at=None, expires_at=None, eligible=False)
    found = list(spanned.with_state().select_related("member__user"))
    stay = [
        row.member
        for row in found
        if not (row.planned or row.expired or row.eligible)  # type: ignore[attr-defined]
    ]
    membership.take_out(group, (r.member_id for r in found if r.member not in stay))
    offered = InviteGroup.objects.filter(group=group)
    offered.ended().delete()
    offered.exclude(starts_at=None, expires_at=None).update(**ALWAYS.columns)
    if stay:
        _write(workspace, group, {member.pk: ALWAYS for member in stay}, None, by=by)


def _moved(group: Group, members: Iterable[Member], span: Span, *, keeps: bool) -> dict[int, Span]:
    """Return the new spans of those whose places would differ; 1 statement."""
    rows = GroupMember.objects.filter(group=group, member__in=among(m.pk for m in members))
    found = {}
    for row in rows.with_eligibility().with_state().order_by("member"):
        holds = not (row.planned or row.expired)  # type: ignore[attr-defined]
        begun = row.starts_at if holds and span.starts is None else span.starts
        how = row.span.eligible if keeps else span.eligible
        if (new := Span(begun, span.ends, how)) != row.span:
            found[row.member_id] = new
    return found


def _write(
    workspace: Workspace, group: Group, spans: Spans, said: Span | None, *, by: Actor
) -> list[Member]:
    """Write the spans with their event; under the lock.

    `said` is the span that the mail tells, where it is the same for all.
    """
    rows = workspace.members.filter(pk__in=among(spans)).listed_in(group)
    moved = list(rows.select_related("user").by_name())
    if not moved:
        return []
    before = roll_of(group, moved)
    for span in dict.fromkeys(spans[member.pk] for member in moved):
        some = [member for member in moved if spans[member.pk] == span]
        membership.move_span(workspace, group, some, span)
    audit.record(
        workspace,
        "group.memberships_moved",
        by=by,
        target=target(group),
        concerned=targets(moved),
        before=spans_written(before),
        after=spans_written(roll_of(group, moved)),
    )
    void_orphans(workspace, by=by)
    access_changed(
        workspace, those(moved), Change.PLACE, by=by, name=group.name, span=said or ALWAYS
    )
    return moved
