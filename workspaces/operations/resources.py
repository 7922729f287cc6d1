"""Changes of what access is granted to."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from django.db.models import Q

from labels.models import Label, ResourceLabel
from workspaces import audit
from workspaces.access.engine import Access
from workspaces.audit import Actor
from workspaces.catalogue import EDIT, LABELLED, ResourceType, partner_types
from workspaces.errors import Conflict, Refused
from workspaces.locks import lock_workspace, require, reread
from workspaces.models.resource import Connection, Resource
from workspaces.models.workspace import Workspace
from workspaces.operations.deletions import Deletion
from workspaces.operations.trail import target


def create(
    workspace: Workspace,
    type_: str,
    slug: str,
    name: str,
    *,
    by: Actor,
    source: Resource | None = None,
    labels: Iterable[Label] = (),
    ident: str | None = None,
    enabled: bool = True,
    details: Mapping[str, object] = MappingProxyType({}),
) -> Resource:
    """Add a resource; a destination needs the source it belongs to.

    Asks the engine here whether the actor may, since the source decides too (§2); labels
    are put on by owners. An `ident` that made a resource already answers with that one
    (I7). Raises Denied, or Refused when the slug is taken or source or labels do not fit.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        if (source is not None) != (type_ == ResourceType.DESTINATION):
            raise Refused("R5", "A destination belongs to one source, nothing else does.")
        if source is not None:
            source = reread(locked.resources.of_type(ResourceType.SOURCE), source)
        labels = [reread(locked.labels.all(), label) for label in labels]
        require(by, locked, lambda access: _may_create(access, type_, source, labels))
        made = locked.resources.filter(once=ident).first() if ident else None
        if made is not None:
            return made
        if locked.resources.filter(type=type_, slug=slug).exists():
            words = type_.replace("_", " ")
            raise Refused("R5", f"There is already a {words} with the slug {slug}.", field="slug")
        resource = Resource.objects.create(
            workspace=locked,
            type=type_,
            slug=slug,
            name=name,
            source=source,
            once=ident,
            enabled=enabled,
            details=dict(details),
        )
        _put_first_labels(resource, labels)
        after: dict[str, object] = {"slug": slug}
        if source is not None:
            after["source"] = source.ref
        if labels:
            after["labels"] = sorted(str(label) for label in labels)
        audit.record(locked, "resource.created", by=by, target=target(resource), after=after)
        return resource


def _may_create(
    access: Access, type_: str, source: Resource | None, labels: Sequence[Label]
) -> bool:
    return access.may_add(type_, source) and (access.is_owner or not labels)


def _put_first_labels(resource: Resource, labels: Sequence[Label]) -> None:
    """Raise Refused where the type takes no labels, or two are of one key (L3)."""
    if labels and resource.type not in LABELLED:
        raise Refused("L6", "Only sources and spaces carry labels.", field="labels")
    keys = [label.key.lower() for label in labels]
    if len(set(keys)) < len(keys):
        raise Refused("L3", "A key has one value.", field="labels")
    ResourceLabel.objects.bulk_create(
        ResourceLabel(workspace=resource.workspace, resource=resource, label=label, folded_key=key)
        for label, key in zip(labels, keys, strict=True)
    )


def rename(
    resource: Resource,
    name: str,
    *,
    by: Actor,
    seen: str = "",
    reason: str = "",
    undoes: int | None = None,
) -> Resource:
    """Change the name a resource is shown with; its slug stays.

    `seen` is the name one started from. Raises Conflict when that is not its name now (I8).
    """
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource = reread(workspace.resources.all(), resource)
        before, resource.name = resource.name, name
        if before == name:
            return resource
        if seen and seen != before:
            raise Conflict("I8", f"It was renamed meanwhile: it is called {before} now.")
        resource.save(update_fields=["name"])
        audit.record(
            workspace,
            "resource.renamed",
            by=by,
            target=target(resource),
            before={"name": before},
            after={"name": name},
            reason=reason,
            undoes=undoes,
        )
        return resource


def delete(resource: Resource, *, by: Actor, seen: str = "") -> None:
    """Delete a resource; lists shrink, and grants whose list is then empty go (§3).

    A source goes with its destinations. The trail names the grants that went. `seen` is
    the digest of the deletion one looked at; raises Conflict when it no longer fits.
    """
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource = reread(workspace.resources.all(), resource)
        deletion = Deletion(resource)
        deletion.require(seen)
        deleted = target(resource)
        going = deletion.destinations.order_by("pk").values_list("type", "slug")
        before = {
            "with": [f"{type_}/{slug}" for type_, slug in going],
            "grants_removed": deletion.told(),
            "grants_shrunk": deletion.shrinking.count(),
        }
        deletion.emptied.delete()
        deletion.destinations.delete()
        resource.delete()
        audit.record(workspace, "resource.deleted", by=by, target=deleted, before=before)


def connect(
    resource: Resource,
    others: Iterable[Resource],
    *,
    by: Actor,
    reason: str = "",
    undoes: int | None = None,
) -> list[Resource]:
    """Connect a source with warehouses, spaces and tracking plans, or one of those with sources.

    Needs edit on every end, asked here (B9). Returns what was not connected yet; with
    nothing new nothing changes. Raises Denied, and Conflict when an end has gone or
    cannot be connected.
    """
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource, ends, joined = _ends(workspace, resource, others, by)
        new = [end for end in ends if end not in joined]
        Connection.objects.bulk_create(_between(resource, end) for end in new)
        if new:
            audit.record(
                workspace,
                "resource.connected",
                by=by,
                target=target(resource),
                after=sorted(end.ref for end in new),
                reason=reason,
                undoes=undoes,
            )
        return new


def disconnect(
    resource: Resource,
    others: Iterable[Resource],
    *,
    by: Actor,
    reason: str = "",
    undoes: int | None = None,
) -> list[Resource]:
    """Undo connections, which needs edit on every end too (B9).

    Returns what was connected; where nothing was nothing changes. Raises Denied, and
    Conflict when an end has gone.
    """
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource, ends, joined = _ends(workspace, resource, others, by)
        gone = [end for end in ends if end in joined]
        either = Q(source=resource, target__in=gone) | Q(target=resource, source__in=gone)
        Connection.objects.filter(either, workspace=workspace).delete()
        if gone:
            audit.record(
                workspace,
                "resource.disconnected",
                by=by,
                target=target(resource),
                before=sorted(end.ref for end in gone),
                reason=reason,
                undoes=undoes,
            )
        return gone


def _ends(
    workspace: Workspace, resource: Resource, others: Iterable[Resource], by: Actor
) -> tuple[Resource, list[Resource], set[Resource]]:
    """Read all ends again and ask for edit on each; say which others are connected."""
    resource = reread(workspace.resources.all(), resource)
    ends = _partners_among(workspace, resource, others)
    require(by, workspace, lambda access: _may_edit(access, [resource, *ends]))
    return resource, ends, set(workspace.resources.among(ends).connected_with(resource))


def _partners_among(
    workspace: Workspace, resource: Resource, others: Iterable[Resource]
) -> list[Resource]:
    """Read the other ends again. Raises Conflict when one has gone or is of no fitting type."""
    wanted = set(others)
    rows = workspace.resources.among(wanted).filter(type__in=partner_types(resource.type))
    found = list(rows.by_name())
    if len(found) < len(wanted):
        raise Conflict("R5", "What was to be connected was removed meanwhile.")
    return found


def _may_edit(access: Access, ends: Sequence[Resource]) -> bool:
    rights = access.rights(ends)
    return all(EDIT in rights[end.pk] for end in ends)


def _between(resource: Resource, other: Resource) -> Connection:
    is_source = resource.type == ResourceType.SOURCE
    source, end = (resource, other) if is_source else (other, resource)
    return Connection(workspace=resource.workspace, source=source, target=end)
