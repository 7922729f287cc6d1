"""People whom a directory puts into groups while they are not active here.

It is kept as it was said and gives nothing. When the directory puts them back they are in
the group; whoever comes back by another door comes without it, as R8 has it.
"""

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef

from workspaces import models
from workspaces.access.dialect import among, among_texts
from workspaces.catalogue import OWNER
from workspaces.change import Actor, audit, target
from workspaces.operations.groups import people as group_people
from workspaces.operations.groups.people import NOBODY, People

BACK = "the directory put them back into the workspace"


def waiting_in(group: models.Group) -> dict[str, models.DirectoryPerson]:
    """Return who waits to be in a group, by their public ids; 1 statement."""
    people = group.workspace.directory_people.filter(waits_for__group=group)
    return {person.public_id: person for person in people.select_related("user")}


def inactive(
    workspace: models.Workspace, ids: Collection[str]
) -> dict[str, models.DirectoryPerson]:
    """Return whom of these the directory sees as not active; 1 statement."""
    people = workspace.directory_people.inactive().filter(public_id__in=among_texts(ids))
    return {person.public_id: person for person in people.select_related("user")}


def write(
    workspace: models.Workspace,
    group: models.Group,
    come: Collection[models.DirectoryPerson],
    go: Collection[models.DirectoryPerson],
    *,
    by: Actor,
) -> None:
    """Let people wait for a group, and others no longer; one event. Under the lock."""
    if not come and not go:
        return
    gone = among(person.pk for person in go)
    models.WaitingMember.objects.filter(group=group, person__in=gone).delete()
    models.WaitingMember.objects.bulk_create(
        models.WaitingMember(workspace=workspace, group=group, person=person) for person in come
    )
    audit.record(
        workspace,
        "group.members_awaited",
        by=by,
        target=target(group),
        concerned=[target(person) for person in (*go, *come)],
        before=_addresses(go) or None,
        after=_addresses(come) or None,
    )


def _addresses(people: Iterable[models.DirectoryPerson]) -> list[str]:
    return sorted(person.user.email for person in people)


def join(
    workspace: models.Workspace,
    record: models.DirectoryPerson,
    row: models.Member | models.Invite,
    *,
    by: Actor,
) -> None:
    """Put somebody the directory brings back into the groups that wait for them.

    Whoever is asked first is put down for them. One event for each group. A group that
    makes people owners goes on waiting, unless an owner opened it to the directory (XL7).
    """
    owning = models.Grant.objects.lasting().filter(group=OuterRef("pk"), role=OWNER)
    groups = workspace.groups.filter(waiting__person=record).exclude(
        Exists(owning), directory__opened_at__isnull=True
    )
    come = People(members=(row,)) if isinstance(row, models.Member) else People(invites=(row,))
    by = by.plain().because(BACK)
    for group in groups.by_name():
        there = group_people.people_in(group)
        group_people.write(workspace, group, come.without(there), NOBODY, by=by)
        models.WaitingMember.objects.filter(group=group, person=record).delete()
