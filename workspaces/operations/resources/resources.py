"""Changes of what access is granted to."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from django.db.models import Q

from config.web.values.text import same_key
from labels.models import Label, ResourceLabel
from workspaces.access.engine import Access
from workspaces.catalogue import EDIT, LABELLED, ResourceType, partner_types
from workspaces.change import Actor, audit, lock_workspace, naming, require, reread, target, targets
from workspaces.errors import Conflict, Refused
from workspaces.models import Connection, FormerSlug, Resource, Workspace
from workspaces.operations.changes.texts import line
from workspaces.operations.requests.closing import close_about, settle
from workspaces.operations.resources.deletion import Deletion, with_holders
from workspaces.operations.resources.sealed_settings import settled
from workspaces.slugs import resource_slug


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

    Asks the engine here whether the actor may, since the source decides too (R12); labels
    are put on by owners. An `ident` that made a resource already answers with that one
    (XI7). Raises Denied, or Refused when the slug is taken or source or labels do not fit.
    """
    slug, name = _fitting_slug(slug), line(name)
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
        _require_free(locked, type_, slug)
        resource = Resource.objects.create(
            workspace=locked,
            type=type_,
            slug=slug,
            name=name,
            source=source,
            once=ident,
            enabled=enabled,
            details=settled({}, details),
        )
        _take_slug(resource)
        _put_first_labels(resource, labels)
        after: dict[str, object] = {"slug": slug}
        if source is not None:
            after["source"] = source.ref
        if labels:
            after["labels"] = sorted(str(label) for label in labels)
        audit.record(
            locked,
            "resource.created",
            by=by,
            target=target(resource),
            concerned=targets([*([source] if source else []), *labels]),
            after=after,
        )
        settle(locked, by=by)
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
    slug: str | None = None,
    drawn: tuple[str, str] = ("", ""),
) -> Resource:
    """Change the name a resource is shown with, its slug, or both; one event.

    Grants, labels and connections follow, and the address of the old slug leads on until
    another thing takes it (R13). `drawn` are the name and slug that one started from.
    Raises Conflict when that is not what it is called now (XI8), and Refused when the slug is
    taken.
    """
    name = line(name)
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource = reread(workspace.resources.all(), resource)
        new = {"name": name, "slug": resource.slug if slug is None else _fitting_slug(slug)}
        was = {"name": resource.name, "slug": resource.slug}
        changed = [key for key in new if new[key] != was[key]]
        if not changed:
            return resource
        if any(one and one != now for one, now in zip(drawn, was.values(), strict=True)):
            told = f"it is called {was['name']} now, its slug is {was['slug']}"
            raise Conflict("XI8", f"It was renamed meanwhile: {told}.")
        if "slug" in changed:
            _require_free(workspace, resource.type, new["slug"], but=resource)
        for key in changed:
            setattr(resource, key, new[key])
        resource.save(update_fields=changed)
        if "slug" in changed:
            _take_slug(resource, was["slug"])
        audit.record(
            workspace,
            "resource.renamed",
            by=by,
            target=target(resource),
            before={key: was[key] for key in changed},
            after={key: new[key] for key in changed},
        )
        settle(workspace, by=by)
        return resource


def _fitting_slug(slug: str) -> str:
    try:
        return resource_slug(slug)
    except ValueError as error:
        raise Refused("N1", str(error), field="slug") from error


def _require_free(
    workspace: Workspace, type_: str, slug: str, *, but: Resource | None = None
) -> None:
    """Raise Refused when another resource has the slug, however it is spelled (N2)."""
    taken = workspace.resources.slugged(type_, slug)
    if (taken.exclude(pk=but.pk) if but else taken).exists():
        words = type_.replace("_", " ")
        raise Refused("N2", f"There is already a {words} with the slug {slug}.", field="slug")


def _take_slug(resource: Resource, was: str | None = None) -> None:
    """Let what led on by this slug lead nowhere, and the one it had before lead here."""
    former = FormerSlug.objects.filter(workspace=resource.workspace, type=resource.type)
    former.filter(slug_key=same_key(resource.slug)).delete()
    if was is not None and same_key(was) != same_key(resource.slug):
        FormerSlug.objects.create(
            workspace=resource.workspace, resource=resource, type=resource.type, slug=was
        )


def delete(resource: Resource, *, by: Actor) -> None:
    """Delete a resource; lists shrink, and grants whose list is then empty go (R11).

    A source goes with its destinations. The trail names the grants that went.
    Raises Conflict when the deletion that was looked at no longer fits.
    """
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource = reread(workspace.resources.all(), resource)
        deletion = Deletion(resource)
        deletion.require_seen(by)
        deleted = target(resource)
        going = list(deletion.destinations.order_by("pk"))
        held = [*with_holders(deletion.emptied), *with_holders(deletion.shrinking)]
        concerned = [*targets(going), *naming.holders(held)]
        invited = deletion.losing()
        before = {
            "slug": resource.slug,
            "with": [thing.ref for thing in going],
            "grants_removed": deletion.told(),
            "grants_shrunk": deletion.shrinking.count(),
            **invited.told,
        }
        close_about(workspace, deletion.going, by=by)
        deletion.emptied.delete()
        deletion.destinations.delete()
        resource.delete()
        invited.end(workspace)
        audit.record(
            workspace,
            "resource.deleted",
            by=by,
            target=deleted,
            concerned=concerned,
            before=before,
        )


def connect(resource: Resource, others: Iterable[Resource], *, by: Actor) -> list[Resource]:
    """Connect a source with warehouses, spaces and tracking plans, or one of those with sources.

    Needs edit on every end, asked here (XB9). Returns what was not connected yet; with
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
                concerned=targets(new),
                after=sorted(end.ref for end in new),
            )
        return new


def disconnect(resource: Resource, others: Iterable[Resource], *, by: Actor) -> list[Resource]:
    """Undo connections, which needs edit on every end too (XB9).

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
                concerned=targets(gone),
                before=sorted(end.ref for end in gone),
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
