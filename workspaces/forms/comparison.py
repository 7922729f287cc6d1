"""The question whom to compare somebody with, as the address carries it."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from workspaces.forms.changes import ChangeForm
from workspaces.forms.names import PeopleField
from workspaces.models.workspace import Workspace


class CompareForm(ChangeForm):
    """`with` names one person by address."""

    def __init__(self, data: Any = None, *, workspace: Workspace) -> None:
        super().__init__(data)
        self.fields["with"] = PeopleField(
            workspace,
            label=_("Compare with"),
            placeholder=_("Name or email"),
            url=reverse("workspaces:pick_members", args=[workspace.slug]),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        people = cleaned.get("with")
        if people is not None and len(people) != 1:
            raise forms.ValidationError({"with": _("Name one person.")})
        return {**cleaned, "with": people[0]} if people else cleaned
