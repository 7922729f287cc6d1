"""What follows whenever somebody's access changed: their pleas end, and they are told (Q1).

Every operation that changes what members hold calls `access_changed` once, inside its
lock; a test holds each of them to it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from workspaces.access.dialect import among
from workspaces.access.facts import load_policies
from workspaces.audit import Actor
from workspaces.models.group import Group
from workspaces.models.invite import Invite
from workspaces.models.member import Member, MemberQuerySet
from workspaces.models.request import AccessRequest, Outcome
from workspaces.models.token import Token
from workspaces.models.workspace import Workspace

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
    GROUP = "group"
    REMOVED = "removed"


def access_changed(
    workspace: Workspace,
    members: MemberQuerySet,
    change: Change,
    *,
    by: Actor,
    name: str = "",
) -> None:
    """Close the open pleas of members whose access changed, and tell them by mail.

    `name` is the group's, where the change came by one. Who made the change themself, is
    deactivated or wants no such mail gets none.
    """
    close_requests(workspace, members)
    tell(workspace, people_to_tell(members, by), change, by=by, name=name)


def policy_changed(
    workspace: Workspace, holder: Member | Group | Token | Invite, *, by: Actor
) -> None:
    """Follow a change of a holder's own grants: of a group it concerns everybody in it."""
    match holder:
        case Member():
            access_changed(workspace, those([holder]), Change.GRANTS, by=by)
        case Group():
            people = workspace.members.in_group(holder)
            access_changed(workspace, people, Change.GROUP, by=by, name=holder.name)
        case Token() | Invite():
            pass  # no member holds it


def owner_changed(workspace: Workspace, member: Member, *, by: Actor) -> None:
    """Follow a change of a member's own ownership, read from the member as it is now."""
    change = Change.OWNER if member.owner else Change.MEMBER
    access_changed(workspace, those([member]), change, by=by)


@contextmanager
def overtaking(workspace: Workspace) -> Iterator[None]:
    """Close the pleas of whoever holds something else afterwards; for imports, without mail."""
    asking = list(
        workspace.members.filter(
            pk__in=AccessRequest.objects.open().filter(workspace=workspace).values("member")
        )
    )
    before = load_policies(asking)
    yield
    after = load_policies(asking)
    changed = [
        member for member in asking if set(before[member.pk].held) != set(after[member.pk].held)
    ]
    close_requests(workspace, those(changed))


def close_requests(workspace: Workspace, members: MemberQuerySet) -> None:
    """Close the open pleas of members as overtaken by a change (Q1); 1 statement."""
    open_ones = AccessRequest.objects.open().filter(
        workspace=workspace, member__in=members.order_by().values("pk")
    )
    open_ones.update(closed_at=timezone.now(), outcome=Outcome.CHANGED)


def people_to_tell(members: MemberQuerySet, by: Actor) -> list[str]:
    """Return the addresses that mail goes to, none when there are too many; 1 statement."""
    told = members.active().filter(user__mail_about_access=True)
    if by.user is not None:
        told = told.exclude(user=by.user)
    addresses = list(told.order_by("pk").values_list("user__email", flat=True)[: MOST_TOLD + 1])
    return addresses if len(addresses) <= MOST_TOLD else []


def tell(
    workspace: Workspace, addresses: Iterable[str], change: Change, *, by: Actor, name: str = ""
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
            "by": by.name,
            "url": outbox.absolute(reverse("workspaces:my_access", args=[workspace.slug])),
        },
    )


def those(members: Iterable[Member]) -> MemberQuerySet:
    """Return members at hand as a QuerySet, however many they are."""
    return Member.objects.filter(pk__in=among(member.pk for member in members))
