"""What was here once: destroying it again is no error, unlike what never was (404).

The trail remembers it, as long as its events are kept.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from workspaces.api.public.guards import ApiRequest, resource_for
from workspaces.catalogue import DELETE, ResourceType
from workspaces.errors import Conflict, Denied
from workspaces.models import ActorKind, Resource, Workspace
from workspaces.operations.resources import resources


def was_here(workspace: Workspace, type_: str, *, ident: str = "", name: str = "") -> bool:
    """Whether the trail knows a thing of this type by its id or, where it has none, its name."""
    if ident:
        return workspace.events.about(workspace.pk, type_, ident).exists()
    return (
        bool(name) and workspace.events.filter(target_type=type_, target_name__iexact=name).exists()
    )


def delete(rows: QuerySet[Any], act: Callable[[Any], None], was: Callable[[], bool]) -> None:
    """Delete the only one of the rows; none is no error where there `was` one.

    Raises Http404 where there never was.
    """
    found = rows.first()
    if found is not None:
        with _or_gone_meanwhile(rows):
            act(found)
    elif not was():
        raise Http404


def delete_resource(request: ApiRequest, type_: ResourceType, ident: str) -> None:
    """Delete a resource; one that has gone is no error.

    Raises Http404 where it cannot be read or never was, Denied where it can be read only.
    """
    found = still_there(request, DELETE, type_, ident)
    if found is not None:
        with _or_gone_meanwhile(request.workspace.resources.filter(pk=found.pk)):
            resources.delete(found, by=request.actor)


def part(request: ApiRequest, end: Resource | None, source: Resource | None) -> None:
    """Undo a connection (XB9); an end that has gone took its connections along."""
    if end is None or source is None:
        return
    there = request.workspace.resources
    with (
        _or_gone_meanwhile(there.filter(pk=end.pk)),
        _or_gone_meanwhile(there.filter(pk=source.pk)),
    ):
        resources.disconnect(end, [source], by=request.actor)


def still_there(
    request: ApiRequest, action: str, type_: ResourceType, ident: str
) -> Resource | None:
    """Return a resource on which the token may do the action, None where it has gone.

    That it was here is told to whoever may do the action on all of the type, and to the
    token that deleted it: a grant that named it alone went with it. To others it is what
    never was. Raises Http404 and Denied as `resource_for` does.
    """
    try:
        return resource_for(request, action, type_, ident)
    except Http404:
        if not _known_to_be_gone(request, action, type_, ident):
            raise
        return None


def _known_to_be_gone(request: ApiRequest, action: str, type_: ResourceType, ident: str) -> bool:
    workspace = request.workspace
    if not ident or workspace.resources.filter(public_id=ident).exists():
        return False
    if request.access.policy.covers_all(action, type_):
        return was_here(workspace, type_, ident=ident)
    told = workspace.events.about(workspace.pk, type_, ident).filter(action="resource.deleted")
    mine = told.filter(actor_kind=ActorKind.TOKEN, actor_id=request.token.public_id)
    return mine.exists()


@contextmanager
def _or_gone_meanwhile(rows: QuerySet[Any]) -> Iterator[None]:
    """Take it for done where another call destroyed the rows after they were read here."""
    try:
        yield
    except (Conflict, Denied):
        if rows.exists():
            raise


def strangers(workspace: Workspace, ids: Collection[str]) -> list[str]:
    """Return which of these ids never were a member's here; 1 statement.

    The vendor's Terraform provider takes out a user of no id after it withdrew an invite.
    """
    once = workspace.directory_people.filter(public_id__in=list(ids))
    return sorted(set(ids) - set(once.values_list("public_id", flat=True)) - {""})


def never_invited(workspace: Workspace, addresses: Collection[str]) -> list[str]:
    """Return which of these addresses nobody ever invited here; 1 statement."""
    once = workspace.invites.filter(email__in=list(addresses))
    return sorted(set(addresses) - set(once.values_list("email", flat=True)))
