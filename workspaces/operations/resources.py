"""Changes of what access is granted to."""

from workspaces import audit
from workspaces.audit import Actor
from workspaces.catalogue import CONNECTABLE, ResourceType, Scope
from workspaces.errors import Refused
from workspaces.locks import lock_workspace, reread
from workspaces.models.grant import Grant
from workspaces.models.resource import Connection, Resource
from workspaces.models.workspace import Workspace
from workspaces.operations.trail import described, target


def create(
    workspace: Workspace,
    type_: ResourceType,
    slug: str,
    name: str,
    *,
    by: Actor,
    source: Resource | None = None,
) -> Resource:
    """Add a resource; a destination needs the source it belongs to.

    Raises Refused when the slug is taken or the source does not fit.
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        if (source is not None) != (type_ == ResourceType.DESTINATION):
            raise Refused("R5", "A destination belongs to one source, nothing else does.")
        if source is not None:
            source = reread(locked.resources.of_type(ResourceType.SOURCE), source)
        if locked.resources.filter(type=type_, slug=slug).exists():
            raise Refused("R5", f"There is already a {type_} with the slug {slug}.")
        resource = Resource.objects.create(
            workspace=locked, type=type_, slug=slug, name=name, source=source
        )
        audit.record(locked, "resource.created", by=by, target=target(resource))
        return resource


def rename(
    resource: Resource, name: str, *, by: Actor, reason: str = "", undoes: int | None = None
) -> Resource:
    """Change the name a resource is shown with; its slug stays."""
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource = reread(workspace.resources.all(), resource)
        before, resource.name = resource.name, name
        if before != name:
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


def delete(resource: Resource, *, by: Actor) -> None:
    """Delete a resource; lists shrink, and grants whose list is then empty go (§3).

    A source goes with its destinations. The trail names the grants that went.
    """
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource = reread(workspace.resources.all(), resource)
        going = [*resource.destinations.order_by("pk"), resource]
        affected = list(
            Grant.objects.filter(scope=Scope.RESOURCES, listed__resource__in=going)
            .distinct()
            .order_by("pk")
        )
        were = {grant.pk: described(grant) for grant in affected}
        deleted = target(resource)
        for row in going:
            row.delete()
        emptied = Grant.objects.filter(pk__in=were, listed__isnull=True)
        removed = [were[pk] for pk in emptied.order_by("pk").values_list("pk", flat=True)]
        emptied.delete()
        audit.record(
            workspace,
            "resource.deleted",
            by=by,
            target=deleted,
            before={"with": [row.ref for row in going[:-1]], "grants_removed": removed},
        )


def connect(
    source: Resource,
    other: Resource,
    *,
    by: Actor,
    reason: str = "",
    undoes: int | None = None,
) -> None:
    """Connect a warehouse, space or tracking plan to a source; again changes nothing."""
    with lock_workspace(source.workspace_id, by=by) as workspace:
        source = reread(workspace.resources.of_type(ResourceType.SOURCE), source)
        other = reread(workspace.resources.filter(type__in=CONNECTABLE), other)
        _, made = Connection.objects.get_or_create(workspace=workspace, source=source, target=other)
        if made:
            audit.record(
                workspace,
                "resource.connected",
                by=by,
                target=target(other),
                after=source.ref,
                reason=reason,
                undoes=undoes,
            )


def disconnect(
    source: Resource,
    other: Resource,
    *,
    by: Actor,
    reason: str = "",
    undoes: int | None = None,
) -> None:
    """Undo a connection; where there is none nothing changes."""
    with lock_workspace(source.workspace_id, by=by) as workspace:
        gone, _ = Connection.objects.filter(
            workspace=workspace, source=source, target=other
        ).delete()
        if gone:
            audit.record(
                workspace,
                "resource.disconnected",
                by=by,
                target=target(other),
                before=source.ref,
                reason=reason,
                undoes=undoes,
            )
