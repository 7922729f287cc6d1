"""Changes of labels: the workspace's own, and those on one source or space (L1–L6)."""

from collections.abc import Iterable
from dataclasses import dataclass

from labels.models import Label, ResourceLabel
from labels.syntax import LabelName
from workspaces import audit
from workspaces.access.decide import Facts, Policy, allows
from workspaces.access.facts import load_facts, load_policy
from workspaces.audit import Actor, Target
from workspaces.catalogue import LABEL, LABELLED
from workspaces.errors import Conflict, Refused
from workspaces.locks import lock_workspace, reread
from workspaces.models.resource import Resource
from workspaces.models.workspace import Workspace
from workspaces.operations.plans import require_label_in_plan
from workspaces.operations.trail import target


@dataclass(frozen=True, slots=True)
class Uses:
    """Where a label is: on how many resources, in how many grants."""

    resources: int
    grants: int


def create(workspace: Workspace, name: LabelName, *, by: Actor, description: str = "") -> Label:
    """Add a label to the workspace. Raises Refused when it is there in any spelling (L1)."""
    with lock_workspace(workspace.pk, by=by) as locked:
        if locked.labels.named(name).exists():
            raise Refused("L1", f"There is already a label {name}.")
        require_label_in_plan(locked, name.key, name.value)
        label = Label.objects.create(
            workspace=locked, key=name.key, value=name.value, description=description
        )
        audit.record(locked, "label.created", by=by, target=_target(label))
        return label


def delete(label: Label, *, by: Actor, reason: str = "", undoes: int | None = None) -> None:
    """Delete a label nobody uses. Raises Conflict with its uses otherwise (L4)."""
    with lock_workspace(label.workspace_id, by=by) as workspace:
        label = reread(workspace.labels.all(), label)
        uses = Uses(label.uses.count(), label.grant_uses.count())
        if uses.resources or uses.grants:
            raise Conflict(
                "L4",
                f"{label} is on {uses.resources} resources and in {uses.grants} grants.",
            )
        deleted = _target(label)
        label.delete()
        audit.record(
            workspace, "label.deleted", by=by, target=deleted, reason=reason, undoes=undoes
        )


def relabel(
    resource: Resource,
    *,
    by: Actor,
    put: Iterable[Label] = (),
    take: Iterable[Label] = (),
    replace: bool = False,
    reason: str = "",
    undoes: int | None = None,
) -> None:
    """Change the labels one source or space carries.

    A second value of a key is refused unless `replace` is set (L3). Whoever could no
    longer label the resource without the keys that change is refused (L6); that is
    asked here, under the lock.
    """
    with lock_workspace(resource.workspace_id, by=by) as workspace:
        resource = reread(workspace.resources.filter(type__in=LABELLED), resource)
        put = [reread(workspace.labels.all(), label) for label in put]
        carried = {row.folded_key: row.label for row in _carried(resource)}
        before = sorted(str(label) for label in carried.values())
        wanted = _wanted(carried, put, take, replace=replace)
        changed = {key for key in {*carried, *wanted} if carried.get(key) != wanted.get(key)}
        if not changed:
            return
        _require_right_without(workspace, resource, changed, by)
        ResourceLabel.objects.filter(resource=resource, folded_key__in=changed).delete()
        ResourceLabel.objects.bulk_create(
            ResourceLabel(workspace=workspace, resource=resource, label=label, folded_key=key)
            for key, label in wanted.items()
            if key in changed
        )
        audit.record(
            workspace,
            "resource.relabelled",
            by=by,
            target=target(resource),
            before=before,
            after=sorted(str(label) for label in wanted.values()),
            reason=reason,
            undoes=undoes,
        )


def _carried(resource: Resource) -> Iterable[ResourceLabel]:
    return ResourceLabel.objects.filter(resource=resource).select_related("label")


def _wanted(
    carried: dict[str, Label], put: list[Label], take: Iterable[Label], *, replace: bool
) -> dict[str, Label]:
    wanted = dict(carried)
    for label in take:
        if wanted.get(label.key.lower()) == label:
            del wanted[label.key.lower()]
    for label in put:
        there = wanted.get(label.key.lower())
        if there is not None and there != label and not replace:
            raise Refused("L3", f"It already carries {there}; a key has one value.")
        wanted[label.key.lower()] = label
    return wanted


def _require_right_without(
    workspace: Workspace, resource: Resource, keys: set[str], by: Actor
) -> None:
    """Raise Refused when a person's right to label hangs on the keys they change (L6, D2)."""
    member = workspace.members.filter(user=by.user).first() if by.user else None
    if member is None:
        return
    policy: Policy = load_policy(member)
    facts = load_facts([resource], [policy])[resource.pk]
    hanging = {row.label_id for row in _carried(resource) if row.folded_key in keys}
    without = Facts(facts.workspace, facts.type, facts.id, facts.labels - hanging, facts.listed_in)
    if not allows(policy, LABEL, without):
        raise Refused("L6", "Your own right to this resource comes through that label.")


def _target(label: Label) -> Target:
    return Target("label", str(label), str(label))
