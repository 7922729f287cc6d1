"""The part of an address that names a label: `environment:prod`, in any spelling (L1)."""

from django.http import Http404

from labels.models import Label
from labels.syntax import LabelName, parse_label
from workspaces.models.workspace import Workspace

PART = "[A-Za-z][A-Za-z0-9_-]{0,62}"


class LabelPath:
    """Turns `environment:prod` into the name of a label and back."""

    regex = f"{PART}:{PART}"

    def to_python(self, value: str) -> LabelName:
        return parse_label(value)

    def to_url(self, value: Label | LabelName) -> str:
        return str(value)


def label_or_404(workspace: Workspace, name: LabelName) -> Label:
    """Return the workspace's label of this name. Raises Http404 for any other (A1)."""
    label = workspace.labels.named(name).first()
    if label is None:
        raise Http404
    label.workspace = workspace
    return label
