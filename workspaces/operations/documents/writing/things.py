"""Labels and resources of a document: written, and taken out again."""

from labels.models import Label, ResourceLabel
from workspaces.access.dialect import among
from workspaces.catalogue import Scope
from workspaces.models import Connection, FormerSlug, Resource
from workspaces.operations.documents.content import ResourceContent
from workspaces.operations.documents.writing.rows import Rows, batches
from workspaces.operations.invites.withdrawal import end_emptied, losing
from workspaces.operations.requests.closing import close_about


def write_labels(at: Rows) -> None:
    rows = (
        Label(
            workspace=at.workspace,
            key=label.name.key,
            value=label.name.value,
            description=label.description,
        )
        for folded, label in at.new.labels.items()
        if folded not in at.labels
    )
    for row in at.create(Label, rows):
        at.labels[str(row).lower()] = row.pk
    for folded, label in at.new.labels.items():
        before = at.old.labels.get(folded)
        if before and before.description != label.description:
            found = Label.objects.filter(pk=at.labels[folded])
            found.update(description=label.description)


def write_resources(at: Rows) -> None:
    wanted = at.new.resources
    missing = [ref for ref in wanted if ref not in at.resources]
    for destinations in (False, True):
        refs = [ref for ref in missing if bool(wanted[ref].source) == destinations]
        rows = at.create(Resource, (_resource(at, wanted[ref]) for ref in refs))
        at.resources |= {ref: row.pk for ref, row in zip(refs, rows, strict=True)}
    if missing:
        FormerSlug.objects.taken(at.workspace).delete()
    for ref, resource in wanted.items():
        before = at.old.resources.get(ref)
        if before and _called(before) != _called(resource):
            Resource.objects.filter(pk=at.resources[ref]).update(
                name=resource.name,
                slug=resource.slug,
                source_id=at.resources.get(resource.source),
            )
    _write_resource_labels(at)
    _write_connections(at)


def _resource(at: Rows, resource: ResourceContent) -> Resource:
    return Resource(
        workspace=at.workspace,
        type=resource.type,
        slug=resource.slug,
        name=resource.name,
        source_id=at.resources.get(resource.source),
    )


def _write_resource_labels(at: Rows) -> None:
    for ref, before in at.old.resources.items():
        after = at.new.resources.get(ref)
        gone = [k for k, name in before.labels.items() if not after or after.labels.get(k) != name]
        if gone:
            carried = ResourceLabel.objects.filter(resource=at.resources[ref])
            carried.filter(folded_key__in=gone).delete()
    at.insert(
        ResourceLabel,
        (
            ResourceLabel(
                workspace=at.workspace,
                resource_id=at.resources[ref],
                label_id=at.labels[name],
                folded_key=key,
            )
            for ref, resource in at.new.resources.items()
            for key, name in resource.labels.items()
            if _before(at, ref).labels.get(key) != name
        ),
    )


def _before(at: Rows, ref: str) -> ResourceContent:
    return at.old.resources.get(ref) or ResourceContent("", "", "")


def _write_connections(at: Rows) -> None:
    for ref, before in at.old.resources.items():
        after = at.new.resources.get(ref)
        gone = set(before.connected) - set(after.connected if after else ())
        if gone:
            Connection.objects.filter(
                target=at.resources[ref], source__in=[at.resources[r] for r in gone]
            ).delete()
    at.insert(
        Connection,
        (
            Connection(
                workspace=at.workspace,
                source_id=at.resources[source],
                target_id=at.resources[ref],
            )
            for ref, resource in at.new.resources.items()
            for source in resource.connected
            if source not in _before(at, ref).connected
        ),
    )


def remove_resources(at: Rows) -> None:
    gone = [at.resources[r] for r in at.old.resources.keys() - at.new.resources.keys()]
    if gone:
        going = at.workspace.resources.filter(pk__in=among(gone))
        close_about(at.workspace, going, by=at.by)
    for destinations in (True, False):
        for batch in batches(gone):
            Resource.objects.filter(pk__in=batch, source__isnull=not destinations).delete()
    # A list that shrank to nothing gives nothing; the grant goes with it (R11).
    emptied = at.workspace.grants.filter(scope=Scope.RESOURCES, listed__isnull=True)
    invited = losing(at.workspace, grants=emptied)
    emptied.delete()
    end_emptied(at.workspace, invited, by=at.by)


def remove_labels(at: Rows) -> None:
    """Delete labels; one that a token's or invite's grant still holds is a fault (L4)."""
    for folded in sorted(at.old.labels.keys() - at.new.labels.keys()):
        label = Label.objects.get(pk=at.labels[folded])
        uses = label.grant_uses.count()
        if uses:
            at.faults.add("labels", f"{label} is in {uses} grants of tokens or invites (L4).")
        else:
            label.delete()


def _called(resource: ResourceContent) -> tuple[str, str, str]:
    return resource.name, resource.slug, resource.source
