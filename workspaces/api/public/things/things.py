"""What calls about sources, destinations and all other resources share.

Lists hold what the token may read; each page and each single look is a read in the trail
where the workspace is HIPAA-eligible (A3).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.text import slugify

from config.web.values.public_ids import public_id
from workspaces.api.bearer import acting
from workspaces.api.public import errors, paging
from workspaces.api.public.guards import ApiRequest, resource_for
from workspaces.api.public.things.catalog import Kind, kind_of
from workspaces.catalogue import EDIT, READ, ResourceType
from workspaces.change import Right
from workspaces.models import Resource, ResourceQuerySet
from workspaces.operations.resources import reads, sealed_settings

Rights = Mapping[int, frozenset[str]]
Show = Callable[[Sequence[Resource]], list[dict[str, Any]]]
NAME_LENGTH, SLUG_ROOM = 150, 50


def page_of(
    request: ApiRequest, type_: ResourceType, key: str, query: paging.PageQuery, show: Show
) -> dict[str, Any]:
    """Answer with a page of the resources of a type that the token may read."""
    rows = request.access.reach(READ, type_).select_related("source")
    return page_of_rows(request, type_, rows, key, query, show)


def page_of_rows(  # noqa: PLR0917 – one list, said once, by whoever shows it
    request: ApiRequest,
    type_: ResourceType,
    rows: ResourceQuerySet,
    key: str,
    query: paging.PageQuery,
    show: Show,
) -> dict[str, Any]:
    """Answer with a page of these resources, and note that they were read."""

    def noted(found: Sequence[Resource]) -> list[dict[str, Any]]:
        if request.workspace.hipaa_eligible and found:
            actor = acting(request, None)
            reads.note_list(request.workspace, type_, found, by=actor)
        return show(found)

    shown, info = paging.paged(rows.by_name(), query, noted, weighed_by="details")
    return {"data": {key: shown, "pagination": info}}


def looked_at(request: ApiRequest, type_: ResourceType, ident: str) -> Resource:
    """Return one resource the token may read, and note the read."""
    resource = resource_for(request, READ, type_, ident)
    reads.note_resource(resource, "api", by=request.actor)
    return resource


def allow_creating(request: ApiRequest) -> None:
    """Let the operation ask what is needed: it knows the place, and asks under the lock."""
    request.actor = acting(request, Right(request.token, READ))


def require_kind(type_: ResourceType, ident: str) -> Kind:
    """Return an entry of the catalogue. Raises Invalid where it has none of that id."""
    kind = kind_of(type_, ident)
    if kind is None:
        raise errors.Invalid("metadataId", "The catalogue has no such entry.")
    return kind


def settings_of(resource: Resource, rights: Rights) -> Any:
    """Return a thing's settings: secrets as stand-ins for who may edit it, nothing for others."""
    kept = resource.details.get("settings", {})
    return sealed_settings.shown(kept, editor=EDIT in rights[resource.pk])


def slug_for(name: str) -> str:
    """Return a slug for what clients make without one: readable, and surely free."""
    readable = slugify(name)[:SLUG_ROOM].strip("-") or "x"
    return f"{readable}-{public_id()[:8].lower()}"


def readable_source(request: ApiRequest, ident: str) -> Resource | None:
    """Return the source of an id that the token may read, to connect or put something beneath."""
    sources = request.access.reach(READ, ResourceType.SOURCE)
    return sources.filter(public_id=ident).first()
