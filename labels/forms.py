"""Forms of labels: their names, putting them on one thing or on many, replacing one (L1–L6)."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labels.models import Label
from labels.operations.assigning import Assignment
from labels.operations.relabelling import carried_by
from labels.syntax import LabelName, parse_label
from workspaces.catalogue import ResourceType
from workspaces.forms.changes import ChangeForm, CreateForm
from workspaces.forms.names import LabelsField
from workspaces.models.resource import RESOURCE_SLUG, Resource, ResourceQuerySet
from workspaces.models.workspace import Workspace

KINDS = (
    (ResourceType.SOURCE, gettext_lazy("Sources")),
    (ResourceType.SPACE, gettext_lazy("Spaces")),
)
CHOSEN = 1000  # boxes ticked one by one
OFFERED = 1000  # labels offered in menus; beyond them one searches
WHY = gettext_lazy("Why (kept in the audit trail)")


class LabelNameField(forms.CharField):
    """`key:value` as typed; what is wrong with it is said beside the field (L1)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, **options)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return text
        try:
            return parse_label(text)
        except ValueError as error:
            raise forms.ValidationError(str(error), code="L1") from error

    def run_validators(self, value: Any) -> None:
        super().run_validators(str(value) if isinstance(value, LabelName) else value)


def sent_again(form: ChangeForm, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return what a form was sent of these fields, for a second form that saves the same."""
    getlist = getattr(form.data, "getlist", None)
    return [(name, value) for name in names for value in (getlist(name) if getlist else ())]


class LabelForm(CreateForm):
    """A new label."""

    name = LabelNameField(
        label=gettext_lazy("Label"),
        help_text=gettext_lazy("key:value, such as environment:staging"),
    )
    description = forms.CharField(label=gettext_lazy("Description"), max_length=500, required=False)


class DeleteForm(ChangeForm):
    """Nothing to say but yes."""


class ReplaceForm(ChangeForm):
    """The label that takes the place of another one, there already or new."""

    new = LabelNameField(label=gettext_lazy("Replace it by"))
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(label=WHY, required=False, max_length=500)


class RelabelForm(ChangeForm):
    """The labels of one source or space: a menu per key.

    A key that is not sent stays as it is. Where the workspace has more labels than menus
    can hold, the others are named in a text that searches.
    """

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(label=WHY, required=False, max_length=500)

    def __init__(self, data: Any, *, resource: Resource) -> None:
        sent = data.copy() if data is not None else None
        super().__init__(sent)
        self.carried = carried_by(resource)
        workspace = resource.workspace
        found = list(workspace.labels.by_name()[: OFFERED + 1])
        self.labels = {str(label): label for label in (*found[:OFFERED], *self.carried.values())}
        for key, labels in _by_key(self.labels.values()).items():
            now = str(self.carried.get(key, ""))
            if sent is not None:
                sent.setdefault(f"key-{key}", now)
            self.fields[f"key-{key}"] = forms.ChoiceField(
                label=labels[0].key,
                required=False,
                initial=now,
                choices=[("", _("None")), *((str(label), label.value) for label in labels)],
            )
        if len(found) > OFFERED:
            self.fields["put"] = LabelsField(
                workspace,
                required=False,
                label=_("Other labels"),
                placeholder=_("Add a label…"),
                url=reverse("workspaces:pick_labels", args=[workspace.slug]),
            )

    @property
    def menus(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("key-") or name == "put"]

    @property
    def put(self) -> list[Label]:
        chosen = [self.labels[text] for text in self._chosen().values() if text]
        return [*chosen, *self.cleaned_data.get("put", ())]

    @property
    def take(self) -> list[Label]:
        emptied = (key for key, text in self._chosen().items() if not text)
        return [self.carried[key] for key in emptied if key in self.carried]

    def _chosen(self) -> dict[str, str]:
        names = [name for name in self.fields if name.startswith("key-")]
        return {name.removeprefix("key-"): self.cleaned_data[name] for name in names}


def _by_key(labels: Iterable[Label]) -> dict[str, list[Label]]:
    """Group labels by their key in small letters, both in order."""
    found: dict[str, list[Label]] = {}
    for label in sorted(labels, key=lambda one: (one.key.lower(), one.value.lower())):
        found.setdefault(label.key.lower(), []).append(label)
    return found


class SlugsField(forms.MultipleChoiceField):
    """Slugs of ticked rows; whether they are there is asked of the workspace."""

    def valid_value(self, value: str) -> bool:
        return re.fullmatch(RESOURCE_SLUG, value) is not None

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if len(value) > CHOSEN:
            raise forms.ValidationError(_("At most {n} at once.").format(n=CHOSEN))


class AssignForm(ChangeForm):
    """Which sources or spaces – ticked ones, or every one that matches – get or lose labels."""

    type = forms.ChoiceField(choices=KINDS)
    q = forms.CharField(required=False, max_length=200)
    label = forms.CharField(required=False, max_length=127)
    on = SlugsField(required=False)
    every = forms.BooleanField(required=False)
    replacing = forms.BooleanField(required=False)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(label=WHY, required=False, max_length=500)

    def __init__(self, data: Any, *, workspace: Workspace) -> None:
        super().__init__(data)
        self.workspace = workspace
        url = reverse("workspaces:pick_labels", args=[workspace.slug])
        for name, label, hint in (
            ("put", _("Label them as"), _("Add a label…")),
            ("take", _("Take off"), _("A label to take off…")),
        ):
            self.fields[name] = LabelsField(
                workspace, required=False, label=label, placeholder=hint, url=url
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if not cleaned["every"]:
            if not cleaned["on"]:
                self.add_error("on", _("Tick at least one row."))
            elif self.things.count() != len(set(cleaned["on"])):
                self.add_error("on", _("Some of the rows are no longer here."))
        if not cleaned["put"] and not cleaned["take"]:
            self.add_error("put", _("Name a label to put on, or one to take off."))
        return cleaned

    @property
    def things(self) -> ResourceQuerySet:
        said = self.cleaned_data
        if said["every"]:
            return things_matching(self.workspace, said["type"], said["q"], said["label"])
        return self.workspace.resources.of_type(said["type"]).filter(slug__in=said["on"])

    @cached_property
    def assignment(self) -> Assignment:
        said = self.cleaned_data
        return Assignment(said["type"], self.things, tuple(said["put"]), tuple(said["take"]))


def things_matching(workspace: Workspace, type_: str, text: str, label: str) -> ResourceQuerySet:
    """Return the sources or spaces that a search and a label leave."""
    rows = workspace.resources.of_type(type_)
    if text:
        rows = rows.matching(text)
    if ":" in label:
        rows = rows.labelled(workspace.labels.written(label))
    return rows
