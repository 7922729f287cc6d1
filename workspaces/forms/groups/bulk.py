"""What is done to many groups of the list at once."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from workspaces.forms.console.names import PeopleField
from workspaces.forms.console.selection import ManyForm, Selection
from workspaces.forms.groups.groups import GroupFilters
from workspaces.models import GroupQuerySet, Workspace
from workspaces.operations.groups.bulk import AddPeople, Change, Delete


class GroupSelection(Selection[GroupQuerySet]):
    """Groups of the list."""

    NONE = gettext_lazy("No group is chosen.")

    def everything(self, workspace: Workspace) -> GroupQuerySet:
        return workspace.groups.all()

    def filters_of(self, query: QueryDict, workspace: Workspace) -> GroupFilters:
        return GroupFilters(query)


class GroupsForm(ManyForm):
    """A change of groups."""

    @property
    def change(self) -> Change | None:
        """The change it asks for; None where that is not said yet."""
        raise NotImplementedError


class DeleteManyForm(GroupsForm):
    """Deleting asks to type how many they are (U7)."""

    typed = forms.CharField(max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    field_order = ("typed", "reason")

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.number = self.selection.rows(self.workspace).count()
        label = _("Type {n}, the number of groups, to delete them").format(n=self.number)
        self.fields["typed"].label = label

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"].strip()
        if typed != str(self.number):
            raise forms.ValidationError(_("This is not their number."))
        return typed

    @property
    def change(self) -> Change:
        return Delete()


class AddPeopleForm(GroupsForm):
    """The people who come into all of them."""

    people = forms.Field()  # a field of names; it needs the workspace
    field_order = ("people", "reason")

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["people"] = PeopleField(
            self.workspace,
            label=_("People"),
            placeholder=_("Name or email"),
            url=self.workspace.url("pick_members"),
        )
        self.order_fields(self.field_order)

    @property
    def change(self) -> Change | None:
        people = self.cleaned_data.get("people") if self.is_bound else None
        return AddPeople(tuple(people)) if people else None
