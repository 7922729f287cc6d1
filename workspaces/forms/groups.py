"""Forms about groups: what they are called, who is in them, that they end."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.addresses import clean_name
from workspaces.forms.changes import ChangeForm, CreateForm
from workspaces.forms.names import GroupsField, PeopleField
from workspaces.models.group import Group
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace


class NameField(forms.CharField):
    """A group's name: nothing in it that makes it look like another one (F6)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=150, label=gettext_lazy("Name"), **options)

    def clean(self, value: Any) -> str:
        try:
            return clean_name(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


def description_field() -> forms.CharField:
    return forms.CharField(
        max_length=1000,
        required=False,
        label=gettext_lazy("Description"),
        help_text=gettext_lazy("Who belongs in it, and what it is for."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class GroupForm(ChangeForm):
    """What a group is called; the name of one that the directory pushes is locked."""

    name = NameField()
    description = description_field()

    def __init__(self, data: Any = None, *, pushed: bool = False, **options: Any) -> None:
        super().__init__(data, **options)
        if pushed:
            self.fields["name"].disabled = True
            self.fields["name"].help_text = _("The directory names this group.")


class NewGroupForm(CreateForm):
    """What a new group is called; one form makes one group (I7)."""

    name = NameField()
    description = description_field()


class ReviewedForm(ChangeForm):
    """A change that is looked at before it is saved: `seen` is the digest of the review.

    `look` in the data asks to look only. So does a form without `seen`: whoever has not
    looked yet is shown what would change.
    """

    reason = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("Why (kept in the audit trail)")
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    @property
    def was_looked_at(self) -> bool:
        """Whether a valid form shall be saved."""
        return bool(self.cleaned_data["seen"]) and "look" not in self.data

    def show(self, digest: str) -> None:
        """Carry the digest of the review that is drawn with the form."""
        if self.is_bound:
            data: Any = self.data
            self.data = data.copy()
            self.data["seen"] = digest  # type: ignore[index]
        else:
            self.initial["seen"] = digest


class PeopleForm(ReviewedForm):
    """People who are in a group, or shall be."""

    people = forms.Field()  # a field of names; it needs the workspace
    field_order = ("people", "to", "reason")

    def __init__(self, data: Any = None, *, workspace: Workspace, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["people"] = PeopleField(
            workspace,
            label=_("People"),
            placeholder=_("Name or email"),
            url=reverse("workspaces:pick_members", args=[workspace.slug]),
        )

    @property
    def members(self) -> list[Member]:
        """The members of a valid form, or of the names that one not sent begins with."""
        if self.is_bound:
            return self.cleaned_data.get("people") or []
        names: Any = self.fields["people"]
        try:
            return list(names.clean(self.initial.get("people")))
        except forms.ValidationError:
            return []


class MoveForm(PeopleForm):
    """People of a group, and the one other group they go to."""

    to = forms.Field()  # a field of names; it needs the workspace

    def __init__(self, data: Any = None, *, group: Group, **options: Any) -> None:
        super().__init__(data, workspace=group.workspace, **options)
        self.group = group
        self.fields["to"] = GroupsField(
            group.workspace,
            label=_("To which group"),
            placeholder=_("Name of a group"),
            url=reverse("workspaces:pick_groups", args=[group.workspace.slug]),
        )

    def clean_to(self) -> Group:
        groups: list[Group] = self.cleaned_data["to"]
        if len(groups) != 1:
            raise forms.ValidationError(_("Name one group."))
        if groups[0] == self.group:
            raise forms.ValidationError(_("They are in this group already."))
        return groups[0]

    @property
    def to_group(self) -> Group | None:
        """The other group, once it is named."""
        return self.cleaned_data.get("to") if self.is_bound else None


class GroupDeletionForm(ReviewedForm):
    """Deleting a group asks to type its name (screens §3, rule 8)."""

    name = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    field_order = ("name", "reason")

    def __init__(self, data: Any = None, *, group: Group) -> None:
        super().__init__(data)
        self.group = group
        self.fields["name"].label = _("Type {name} to delete it").format(name=group.name)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name != self.group.name:
            raise forms.ValidationError(_("This is not its name."))
        return name
