"""Forms of labels: their names, putting them on one thing or on many, replacing one (L1–L6)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _, gettext_lazy

from config.web.lists.filters import UNKNOWN, Filters, SearchField, TextFilters
from config.web.values.text_fields import TextField
from labels.models import Label
from labels.operations.assigning import Assignment
from labels.operations.relabelling import carried_by
from labels.syntax import LabelName, parse_label
from workspaces.catalogue import ResourceType
from workspaces.forms.console.changes import ChangeForm, CreateForm
from workspaces.forms.console.names import LabelsField
from workspaces.models import Resource, ResourceQuerySet, Workspace
from workspaces.slugs import RESOURCE

KINDS = (
    (ResourceType.SOURCE, gettext_lazy("Sources")),
    (ResourceType.SPACE, gettext_lazy("Spaces")),
)
BESIDE = frozenset({"csrfmiddlewaretoken", "page"})
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
    description = TextField(label=gettext_lazy("Description"), most=500, required=False)


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
                url=workspace.url("pick_labels"),
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
        return RESOURCE.fullmatch(value) is not None

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if len(value) > CHOSEN:
            raise forms.ValidationError(_("At most {n} at once.").format(n=CHOSEN))


class LabelFilters(TextFilters):
    """The list of labels is searched."""

    q = SearchField(label=gettext_lazy("Key or value"))


class ThingFilters(Filters):
    """What the grid of sources or spaces is narrowed by; sources where nothing is said.

    `on` are rows that stay ticked.
    """

    LIST = Filters.LIST | {"on"}

    type = forms.ChoiceField(required=False, choices=KINDS)
    q = SearchField(label=gettext_lazy("Name or slug"))
    label = forms.CharField(required=False, max_length=127)

    def __init__(self, data: Mapping[str, Any], *, workspace: Workspace) -> None:
        super().__init__(data)
        self.workspace = workspace

    @property
    def kind(self) -> str:
        return str(self.asked.get("type", ResourceType.SOURCE))

    def clean_label(self) -> str:
        text: str = self.cleaned_data["label"]
        if text and not self.workspace.labels.called(text).exists():
            raise forms.ValidationError(_("There is no such label."), code=UNKNOWN)
        return text

    def things(self) -> ResourceQuerySet:
        """Return the sources or spaces that fit every filter that is set."""
        return self.narrow(self.workspace.resources.of_type(self.kind))

    def rows_of(self, rows: ResourceQuerySet) -> ResourceQuerySet:
        if "q" in self.asked:
            rows = rows.matching(self.asked["q"])
        if "label" in self.asked:
            rows = rows.labelled(self.workspace.labels.called(self.asked["label"]))
        return rows


class AssignForm(ChangeForm):
    """Which sources or spaces – ticked ones, or every one that matches – get or lose labels."""

    type = forms.ChoiceField(choices=KINDS)
    q = forms.CharField(required=False)  # this and the label are asked as filters
    label = forms.CharField(required=False)
    on = SlugsField(required=False)
    every = forms.BooleanField(required=False)
    replacing = forms.BooleanField(required=False)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(label=WHY, required=False, max_length=500)

    def __init__(self, data: Any, *, workspace: Workspace) -> None:
        super().__init__(data)
        self.workspace = workspace
        url = workspace.url("pick_labels")
        for name, label, hint in (
            ("put", _("Label them as"), _("Add a label…")),
            ("take", _("Take off"), _("A label to take off…")),
        ):
            self.fields[name] = LabelsField(
                workspace, required=False, label=label, placeholder=hint, url=url
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for key in self.data:
            if key not in self.fields and key not in BESIDE:
                self.add_error(None, _("There is no “{name}” here.").format(name=key[:60]))
        for key, fault in self.filters.faults.items() if cleaned.get("every") else ():
            self.add_error(key, fault.words)
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

    @cached_property
    def filters(self) -> ThingFilters:
        """The filters by which every row that matches is meant."""
        asked = {key: self.data.get(key, "") for key in ThingFilters.base_fields}
        return ThingFilters(asked, workspace=self.workspace)

    @property
    def things(self) -> ResourceQuerySet:
        said = self.cleaned_data
        if said["every"]:
            return self.filters.things()
        return self.workspace.resources.of_type(said["type"]).filter(slug__in=said["on"])

    @cached_property
    def assignment(self) -> Assignment:
        said = self.cleaned_data
        return Assignment(said["type"], self.things, tuple(said["put"]), tuple(said["take"]))
