"""What follows whenever somebody's access changed: their requests end, and they are told (Q1).

Every operation that changes what members hold calls `access_changed` once, inside its
lock; a test holds each of them to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum

from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from workspaces.access import dialect, facts
from workspaces.change import Actor
from workspaces.change.audit import Head
from workspaces.models import AccessRequest, Group, Invite, Member, MemberQuerySet, Token, Workspace
from workspaces.operations.requests.closing import settle
from workspaces.spans import ALWAYS, Span

# Beyond this a change is news for everybody: a mail each would hold the workspace's lock
# for many seconds, and an owner who moves a thousand people tells them in a better way.
# Imports send none for the same reason, and since they mostly come before anybody signs in.
MOST_TOLD = 200


class Change(StrEnum):
    """What happened to somebody's access, as the mail to them says it."""

    GRANTS = "grants"
    OWNER = "owner"
    MEMBER = "member"
    JOINED = "joined"
    LEFT = "left"
    PLACE = "place"
    GROUP = "group"
    REMOVED = "removed"


def access_changed(
    workspace: Workspace,
    members: MemberQuerySet | Sequence[Member],
    change: Change,
    *,
    by: Actor,
    name: str = "",
    span: Span = ALWAYS,
    waiting: bool = True,
    head: Head | None = None,
) -> None:
    """Settle the requests that a change answers or overtakes, and tell whose access changed.

    To be called after the change, with the members it concerned as they were before it: a query,
    or rows with their users.

    `name` is the group's, where the change came by one, `span` from when until when that holds:
    who joins one day waits on for what they asked for (W1). `waiting` is False where the caller
    read, under this lock, that nobody waits for anything, `head` the chain's where the caller
    recorded its last event. Who made the change themself, is deactivated or wants no such mail
    gets none.
    """
    planned = change is Change.JOINED and not span.holds_at(timezone.now())
    nobody: frozenset[str] = frozenset()
    moved = () if planned else members
    answered = settle(workspace, by=by, moved=moved, head=head) if waiting else nobody
    others = [to for to in people_to_tell(members, by) if to not in answered]
    tell(workspace, others, change, by=by, name=name, span=span)


def policy_changed(
    workspace: Workspace,
    holder: Member | Group | Token | Invite,
    *,
    by: Actor,
    waiting: bool = True,
    head: Head | None = None,
) -> None:
    """Follow a change of a holder's own grants: of a group it concerns everybody in it."""
    match holder:
        case Member():
            people: MemberQuerySet | list[Member] = [holder]
            change, name = Change.GRANTS, ""
        case Group():
            people = workspace.members.in_group(holder)
            change, name = Change.GROUP, holder.name
        case Token() | Invite():
            return  # no member holds it
    access_changed(workspace, people, change, by=by, name=name, waiting=waiting, head=head)


def owner_changed(
    workspace: Workspace,
    member: Member,
    *,
    by: Actor,
    waiting: bool = True,
    head: Head | None = None,
) -> None:
    """Follow a change of a member's own ownership, read from the member as it is now."""
    change = Change.OWNER if member.owner else Change.MEMBER
    access_changed(workspace, [member], change, by=by, waiting=waiting, head=head)


@contextmanager
def overtaking(workspace: Workspace, *, by: Actor) -> Iterator[None]:
    """Settle the requests of whoever holds something else afterwards; for imports.

    They tell nobody that their access changed; who asked for something hears of that.
    """
    asking = list(
        workspace.members.filter(
            pk__in=AccessRequest.objects.open().filter(workspace=workspace).values("member")
        )
    )
    before = facts.load_policies(asking)
    yield
    after = facts.load_policies(asking)
    changed = [
        member for member in asking if set(before[member.pk].held) != set(after[member.pk].held)
    ]
    settle(workspace, by=by, moved=changed)


def people_to_tell(members: MemberQuerySet | Sequence[Member], by: Actor) -> list[str]:
    """Return the addresses that mail goes to, none when there are too many.

    1 statement; none for members at hand, whose users came with them.
    """
    if isinstance(members, Sequence):
        users = [member.user for member in sorted(members, key=lambda member: member.pk)]
        wanting = [user for user in users if user.is_active and user.mail_about_access]
        addresses = [user.email for user in wanting if user != by.user]
    else:
        told = members.active().filter(user__mail_about_access=True)
        if by.user is not None:
            told = told.exclude(user=by.user)
        rows = told.order_by("pk").values_list("user__email", flat=True)
        addresses = list(rows[: MOST_TOLD + 1])
    return addresses if len(addresses) <= MOST_TOLD else []


def tell(
    workspace: Workspace,
    addresses: Iterable[str],
    change: Change,
    *,
    by: Actor,
    name: str = "",
    span: Span = ALWAYS,
) -> None:
    """Queue the mail that says what became of somebody's access."""
    found = list(addresses)
    if not found:
        return
    outbox.queue_alike(
        found,
        "access_changed",
        {
            "workspace": workspace.name,
            "change": change,
            "group": name,
            "starts": span.starts if span.starts and span.starts > timezone.now() else None,
            "ends": span.ends,
            "eligible": span.eligible is not None,
            "by": by.name,
            "url": outbox.absolute(reverse("workspaces:my_access", args=[workspace.slug])),
        },
    )


def those(members: Iterable[Member]) -> MemberQuerySet:
    """Return members at hand as a QuerySet, however many they are."""
    return Member.objects.filter(pk__in=dialect.among(member.pk for member in members))
