"""Writes the rows in which a document differs from its workspace, and no others."""

from workspaces.operations.changes.consequences import overtaking
from workspaces.operations.documents.names import write_names
from workspaces.operations.documents.writing import charges, grants, people, things
from workspaces.operations.documents.writing.rows import Rows
from workspaces.operations.invites.withdrawal import void_orphans


def apply(at: Rows) -> None:
    """Write everything: what others refer to first, removals last."""
    with overtaking(at.workspace, by=at.by):
        _write_workspace(at)
        things.write_labels(at)
        things.write_resources(at)
        people.write_members(at)
        people.write_groups(at)
        grants.write_grants(at)
        charges.write_charges(at)
        write_names(at.workspace, at.old.names, at.new.names)
        people.remove_groups(at)
        people.remove_members(at)
        void_orphans(at.workspace, by=at.by)  # before the labels, which theirs may hold
        things.remove_resources(at)
        things.remove_labels(at)


def _write_workspace(at: Rows) -> None:
    new, workspace = at.new, at.workspace
    workspace.name = new.name
    workspace.plan = new.plan or workspace.plan
    if new.hipaa_eligible is not None:
        workspace.hipaa_eligible = new.hipaa_eligible
    workspace.save(update_fields=["name", "plan", "hipaa_eligible"])
