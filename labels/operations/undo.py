"""How changes of labels, and of what carries them, are taken back (U6)."""

from dataclasses import dataclass

from labels.models import Label
from labels.operations import making, relabelling, replacing
from labels.syntax import LabelName, parse_label
from workspaces.change import Actor
from workspaces.errors import Conflict
from workspaces.models import Event, Resource, Workspace
from workspaces.operations.trail.inverse import Inverse, moved_on
from workspaces.operations.trail.reading_back import label_of, labels_named, resource_of


@dataclass(frozen=True, slots=True)
class LabelsBack(Inverse):
    resource: Resource
    put: tuple[Label, ...]
    take: tuple[Label, ...]

    def apply(self, *, by: Actor) -> None:
        relabelling.relabel(self.resource, put=self.put, take=self.take, replace=True, by=by)


@dataclass(frozen=True, slots=True)
class LabelBack(Inverse):
    label: Label

    def apply(self, *, by: Actor) -> None:
        making.delete(self.label, by=by)


@dataclass(frozen=True, slots=True)
class ReplaceBack(Inverse):
    """The label that was made takes its old name back, wherever it is by now."""

    label: Label
    name: LabelName

    def apply(self, *, by: Actor) -> None:
        replacing.replace(self.label, self.name, by=by)


def relabelled(workspace: Workspace, event: Event) -> Inverse:
    resource = resource_of(workspace, event)
    carried = {str(row.label) for row in resource.labelled.select_related("label")}
    before, after = event.before["labels"], event.after["labels"]
    if carried != set(after):
        raise moved_on(workspace, event)
    found = labels_named(workspace, [*before, *after])

    def only(these: list[str], those: list[str]) -> tuple[Label, ...]:
        return tuple(found[name.lower()] for name in these if name not in those)

    return LabelsBack(resource, put=only(before, after), take=only(after, before))


def replaced(workspace: Workspace, event: Event) -> Inverse:
    if not event.after["made"]:
        raise Conflict("undo", "The other label was there before; what it took over is not known.")
    label = labels_named(workspace, [event.after["label"]])[event.after["label"].lower()]
    old = parse_label(event.before["label"])
    if workspace.labels.named(old).exists():
        raise Conflict("undo", f"There is a label {old} again; the two would become one.")
    return ReplaceBack(label, old)


def created(workspace: Workspace, event: Event) -> Inverse:
    newer = workspace.events.filter(
        action="label.created", target_name=event.target_name, number__gt=event.number
    )
    if newer.exists():
        raise moved_on(workspace, event)
    label = label_of(workspace, event)
    if label.uses.exists() or label.grant_uses.exists():
        raise Conflict("L4", f"{label} is in use by now; a label in use stays.")
    return LabelBack(label)
