"""Memberships begin here, and what is remembered of those who left: their id, and how they went.

A person keeps one id in a workspace, by whatever door they go and come back. Nothing else
does: coming back starts from minimal access (R8).
"""

from collections.abc import Iterable, Iterator

from django.db.models import F
from django.utils import timezone

from accounts.models.user import User
from workspaces.access.dialect import among
from workspaces.models.directory import DirectoryPerson
from workspaces.models.member import Member, MemberQuerySet
from workspaces.models.workspace import Workspace


def enter(workspace: Workspace, user: User, *, owner: bool = False) -> Member:
    """Write a membership, under the id the person had here before; without an event."""
    (member,) = newcomers(workspace, [(user.pk, owner)])
    member.user = user
    member.save(force_insert=True)
    note_coming(workspace, [user.pk])
    return member


def newcomers(workspace: Workspace, people: Iterable[tuple[int, bool]]) -> Iterator[Member]:
    """Yield memberships to be written for users (primary key, whether owner); 1 statement."""
    wanted = list(people)
    here_before = workspace.directory_people.filter(user__in=among(pk for pk, _ in wanted))
    ids = dict(here_before.values_list("user_id", "public_id"))
    for pk, owner in wanted:
        member = Member(workspace=workspace, user_id=pk, owner=owner)
        member.public_id = ids.get(pk, member.public_id)
        yield member


def note_coming(workspace: Workspace, users: Iterable[int]) -> None:
    """Keep that these users (primary keys) became members; 1 statement."""
    known = workspace.directory_people.filter(user__in=among(users))
    known.update(met=True, invite=None, changed_at=timezone.now())


def note_going(
    workspace: Workspace, people: MemberQuerySet, *, by_themselves: bool = False
) -> None:
    """Keep the ids of members who are about to go, and how they go; 3 statements.

    Where a directory provisions, it sees them as no longer active from now on.
    """
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
