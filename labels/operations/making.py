"""Making and deleting labels of a workspace (L1, L4, L7)."""

from config.web.values.public_ids import public_id
from labels.models import Label
from labels.syntax import LabelName
from workspaces.change import Actor, Target, audit, lock_workspace, reread
from workspaces.errors import Conflict, Refused
from workspaces.models import Workspace
from workspaces.operations.workspace.plans import require_label_in_plan


def create(
    workspace: Workspace, name: LabelName, *, by: Actor, description: str = "", ident: str = ""
) -> Label:
    """Add a label to the workspace; `ident` makes a second send return the first one's (U11, XI7).

    Raises Refused when it is there in any spelling (L1) or the plan is full (L7).
    """
    with lock_workspace(workspace.pk, by=by) as locked:
        made = locked.labels.filter(public_id=ident).first() if ident else None
        if made is not None:
            return made
        require_creatable(locked, name)
        label = Label.objects.create(
            workspace=locked,
            public_id=ident or public_id(),
            key=name.key,
            value=name.value,
            description=description,
        )
        audit.record(locked, "label.created", by=by, target=label_target(label))
        return label


def require_creatable(workspace: Workspace, name: LabelName) -> None:
    """Raise Refused when the workspace has the label in any spelling or takes no more (L1, L7)."""
    there = workspace.labels.named(name).first()
    if there is not None:
        raise Refused("L1", f"There is already a label {there}.", field="name")
    require_label_in_plan(workspace, name)


def delete(label: Label, *, by: Actor) -> None:
    """Delete a label nobody uses. Raises Conflict with its uses otherwise (L4)."""
    with lock_workspace(label.workspace_id, by=by) as workspace:
        label = reread(workspace.labels.all(), label)
        resources, grants = label.uses.count(), label.grant_uses.count()
        if resources or grants:
            raise Conflict("L4", f"{label} is on {resources} resources and in {grants} grants.")
        deleted = label_target(label)
        label.delete()
        audit.record(workspace, "label.deleted", by=by, target=deleted)


def label_target(label: Label) -> Target:
    """Return what the trail keeps of a label."""
    return Target("label", label.public_id, str(label))
