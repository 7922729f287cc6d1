"""What calls about sources, destinations and all other resources share.

Lists hold what the token may read; each page and each single look is a read in the trail
where the workspace is HIPAA-eligible (A3).
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.text import slugify

from workspaces.api.public.errors import Invalid
from workspaces.api.public.guards import ApiRequest, actor_of, resource_for
from workspaces.api.public.metadata import kind_of
from workspaces.api.public.paging import PageQuery, paged
from workspaces.audit import Right
from workspaces.catalogue import READ, ResourceType
from workspaces.models.ids import public_id
from workspaces.models.resource import Resource, ResourceQuerySet
from workspaces.operations import reads

Show = Callable[[Sequence[Resource]], list[dict[str, Any]]]
NAME_LENGTH, SLUG_ROOM = 150, 50
SLUG = r"^[a-z0-9][a-z0-9-]{0,62}$"  # to the very end: pydantic's `$` matches before no newline


def page_of(
    request: ApiRequest, type_: ResourceType, key: str, query: PageQuery, show: Show
) -> dict[str, Any]:
    """Answer with a page of the resources of a type that the token may read."""
    rows = request.access.reach(READ, type_).select_related("source")
    return page_of_rows(request, type_, rows, key, query, show)


def page_of_rows(  # noqa: PLR0917 – one list, said once, by whoever shows it
    request: ApiRequest,
    type_: ResourceType,
    rows: ResourceQuerySet,
    key: str,
    query: PageQuery,
    show: Show,
) -> dict[str, Any]:
    """Answer with a page of these resources, and note that they were read."""

    def noted(found: Sequence[Resource]) -> list[dict[str, Any]]:
        if request.workspace.hipaa_eligible and found:
            actor = actor_of(request, None)
            reads.note_list(request.workspace, type_, found, by=actor)
        return show(found)

    shown, info = paged(rows.by_name(), query, noted)
    return {"data": {key: shown, "pagination": info}}


def looked_at(request: ApiRequest, type_: ResourceType, ident: str) -> Resource:
    """Return one resource the token may read, and note the read."""
    resource = resource_for(request, READ, type_, ident)
    reads.note_resource(resource, "api", by=request.actor)
    return resource


def allow_creating(request: ApiRequest) -> None:
    """Let the operation ask what is needed: it knows the place, and asks under the lock."""
    request.actor = actor_of(request, Right(request.token, READ))


def require_kind(type_: ResourceType, ident: str) -> None:
    """Raise Invalid unless the catalogue has the entry."""
    if kind_of(type_, ident) is None:
        raise Invalid("metadataId", "The catalogue has no such entry.")


def slug_for(name: str) -> str:
    """Return a slug for what clients make without one: readable, and surely free."""
    readable = slugify(name)[:SLUG_ROOM].strip("-") or "x"
    return f"{readable}-{public_id()[:8].lower()}"


def readable_source(request: ApiRequest, ident: str) -> Resource | None:
    """Return the source of an id that the token may read, to connect or put something beneath."""
    sources = request.access.reach(READ, ResourceType.SOURCE)
    return sources.filter(public_id=ident).first()
