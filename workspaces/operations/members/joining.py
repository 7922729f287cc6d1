"""Memberships are written here, and what is remembered of those who left: id, and how they went.

A person keeps one id in a workspace, by whatever door they go and come back. Nothing else
does: coming back starts from minimal access (R8).
"""

from collections.abc import Collection, Iterable, Iterator

from django.db.models import F
from django.utils import timezone

from accounts.models.user import User
from workspaces.access.dialect import among
from workspaces.change import Actor
from workspaces.models import DirectoryPerson, Invite, Member, MemberQuerySet, Workspace
from workspaces.operations.invites import withdrawal
from workspaces.operations.sso import sessions


def enter(
    workspace: Workspace,
    user: User,
    *,
    by: Actor,
    owner: bool = False,
    invite: Invite | None = None,
    ident: str = "",
) -> Member:
    """Write a membership, under the id the person had here before; without an event of it.

    `invite` is the one they come in by; every other to their address is void (I1). `ident`
    is the id of somebody who was never here.
    """
    (member,) = _newcomers(workspace, [(user.pk, owner)])
    member.user, member.public_id = user, ident or member.public_id
    member.save(force_insert=True)
    _note_coming(workspace, [user.pk], by=by, invite=invite)
    return member


def enter_all(
    workspace: Workspace, people: Iterable[tuple[int, bool]], *, by: Actor
) -> dict[int, int]:
    """Write memberships for users (primary key, whether owner) as `enter` does.

    Returns their primary keys by the users'; 4 statements, for a batch of an import.
    """
    rows = Member.objects.bulk_create(_newcomers(workspace, people))
    written = {row.user_id: row.pk for row in rows}
    _note_coming(workspace, list(written), by=by)
    return written


def write_owner(people: MemberQuerySet, *, owner: bool) -> None:
    """Make members owners, or owners members; 1 statement, and no question who is left (R7)."""
    people.update(owner=owner)


def take_out(
    workspace: Workspace, people: MemberQuerySet, *, by: Actor, by_themselves: bool = False
) -> None:
    """Delete memberships with what hangs on them, keeping who went; without an event (R8)."""
    _note_going(workspace, people, by=by, by_themselves=by_themselves)
    people.delete()


def _newcomers(workspace: Workspace, people: Iterable[tuple[int, bool]]) -> Iterator[Member]:
    """Yield memberships to be written for users (primary key, whether owner); 1 statement."""
    wanted = list(people)
    here_before = workspace.directory_people.filter(user__in=among(pk for pk, _ in wanted))
    ids = dict(here_before.values_list("user_id", "public_id"))
    for pk, owner in wanted:
        member = Member(workspace=workspace, user_id=pk, owner=owner)
        member.public_id = ids.get(pk, member.public_id)
        yield member


def _note_coming(
    workspace: Workspace, users: Collection[int], *, by: Actor, invite: Invite | None = None
) -> None:
    """Keep that these users (primary keys) became members, and end what invited them.

    2 statements where nothing did.
    """
    withdrawal.overtake(workspace, users, by=by, besides=invite)
    known = workspace.directory_people.filter(user__in=among(users))
    known.update(met=True, invite=None, changed_at=timezone.now())


def _note_going(
    workspace: Workspace, people: MemberQuerySet, *, by: Actor, by_themselves: bool = False
) -> None:
    """Keep the ids of members who are about to go, and how they go; end what invites them.

    6 statements where nothing does. Sessions that a connection opened for them end (P10).

    Where a directory provisions, it sees them as no longer active from now on.
    """
    withdrawal.overtake(workspace, list(people.values_list("user", flat=True)), by=by)
    sessions.end_of_members(people)
    watched = workspace.tokens.of_directories().exists()
    now = timezone.now()
    went = {"pushed": False, "met": True, "may_return": not by_themselves, "changed_at": now}
    known = workspace.directory_people.filter(user__in=people.order_by().values("user"))
    known.update(**went, invite=None, **({"shown": True} if watched else {}))
    DirectoryPerson.objects.insert_for_each(
        people.exclude(user__in=workspace.directory_people.values("user")),
        workspace=workspace,
        user=F("user_id"),
        public_id=F("public_id"),
        created_at=F("joined_at"),
        shown=watched,
        **went,
    )
