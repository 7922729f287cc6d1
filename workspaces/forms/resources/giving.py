"""The form that gives somebody access to one thing: to whom, how far, until when.

It saves nothing. What it says is what the access editor of that person or group opens with.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from config.web.values.dates import DayField, end_of
from workspaces.catalogue import ROLES, Role, Scope
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.console.names import GroupsField, PeopleField
from workspaces.models import GrantTerms, Group, Member, Resource
from workspaces.operations.workspace import plans
from workspaces.terms import Terms

LEVELS = {"edit": gettext_lazy("Edit"), "view": gettext_lazy("View")}


def roles_on(resource: Resource) -> list[Role]:
    """Return the roles that can be given on this one thing, as far as the plan takes them (L7)."""
    return [
        role
        for role in ROLES.values()
        if role.type == resource.type
        and Scope.RESOURCES in role.scopes
        and plans.takes(resource.workspace, role, Scope.RESOURCES)
    ]


class GrantOnForm(ChangeForm):
    """One role on the thing, and the last day if there is one."""

    role = forms.ChoiceField(label=gettext_lazy("How far"), widget=forms.RadioSelect)
    ends = DayField(
        required=False,
        label=gettext_lazy("Ends after (UTC)"),
        help_text=gettext_lazy("The last day. Empty: no end."),
    )

    def __init__(self, data: Any = None, *, resource: Resource) -> None:
        super().__init__(data)
        self.resource = resource
        role: Any = self.fields["role"]
        role.choices = [
            (role.slug, f"{LEVELS[role.level]} – {role.name}") for role in roles_on(resource)
        ]

    @property
    def terms(self) -> GrantTerms:
        """The grant that a valid form stands for."""
        said = self.cleaned_data
        ends = end_of(said["ends"]) if said["ends"] else None
        return Terms(said["role"], Scope.RESOURCES, resources=(self.resource,), ends=ends)


class GivingForm(GrantOnForm):
    """Such a grant, and the one person or group that shall have it."""

    field_order = ("people", "groups", "role", "ends")

    def __init__(self, data: Any = None, *, resource: Resource) -> None:
        super().__init__(data, resource=resource)
        workspace = resource.workspace
        self.fields["people"] = PeopleField(
            workspace,
            required=False,
            label=_("Person"),
            placeholder=_("Name or email"),
            url=workspace.url("pick_members"),
        )
        self.fields["groups"] = GroupsField(
            workspace,
            required=False,
            label=_("Or group"),
            placeholder=_("Name of the group"),
            url=workspace.url("pick_groups"),
        )
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors.keys() & {"people", "groups"} and len(self._named) != 1:
            self.add_error("people", _("Name one person or one group."))
        return cleaned

    @property
    def _named(self) -> list[Member | Group]:
        return [*self.cleaned_data["people"], *self.cleaned_data["groups"]]

    @property
    def holder(self) -> Member | Group:
        """Whom a valid form names."""
        return self._named[0]
