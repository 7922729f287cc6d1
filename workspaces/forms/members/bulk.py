"""Who is chosen on the members list, and what is done to them; one form per kind of change.

Chosen are some by tick, or everybody whom the filters leave: a choice by filter is kept as the
filter, and asked again when it is acted on.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from config.web.values.dates import DayField, end_of
from workspaces.catalogue import OWNER, ROLES, Role, Scope
from workspaces.forms.console import selection
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.console.names import GroupsField
from workspaces.forms.grants.blocks import GrantBlock
from workspaces.forms.members.filters import MemberFilters
from workspaces.forms.taking_up.eligible import PlaceForm
from workspaces.models import MemberQuerySet, Workspace
from workspaces.operations.members.bulk import Change
from workspaces.operations.members.bulk_changes import Give, Join, MoveEnds, Remove

GIVEN = [(role.slug, role.name) for role in ROLES.values() if role.slug != OWNER]


class BulkForm(ChangeForm):
    """What every one of them carries: the reason, and the review that was looked at."""

    reason = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("Why (kept in the audit trail)")
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    field_order = ["group", "role", "starts", "ends", "revoke", "reason"]

    def __init__(self, data: Any = None, *, workspace: Workspace, oneself: int) -> None:
        self.workspace, self.oneself = workspace, oneself
        super().__init__(data)

    def sent_names(self, data: Mapping[str, Any]) -> set[str]:
        """Return the names of what was sent that this form understands."""
        return {name for name in data if name in self.fields or name in selection.ALWAYS}

    @property
    def change(self) -> Change:
        """The change that a valid form asks for."""
        raise NotImplementedError


class JoinForm(PlaceForm, BulkForm):
    """One group for all of them, from a day until another (W1), or to take up (W2)."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.initial["proof"] = True
        self.fields["group"] = GroupsField(
            self.workspace,
            label=_("Group"),
            placeholder=_("Name of the group"),
            url=self.workspace.url("pick_groups"),
        )
        self.order_fields(self.field_order)

    def clean_group(self) -> Any:
        found = self.cleaned_data["group"]
        if len(found) != 1:
            raise forms.ValidationError(_("Name one group."))
        return found[0]

    @property
    def change(self) -> Change:
        return Join(self.cleaned_data["group"], self.span)


class GiveForm(BulkForm):
    """One grant for all of them: a role, and the block that says on what and until when."""

    role = forms.ChoiceField(choices=[("", gettext_lazy("Choose a role")), *GIVEN])
    block: GrantBlock | None = None
    BLOCK = "grant"

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["role"].widget.attrs |= {
            "hx-post": self.workspace.url("members_role"),
            "hx-target": "#bulk-editor",
            "hx-swap": "outerHTML",
            "hx-trigger": "change",
            "hx-sync": "this:replace",
        }
        role = ROLES.get(str(self["role"].value() or ""))
        if role is not None and role.slug != OWNER:
            sent = bool(data) and data.get(f"{self.BLOCK}-role") == role.slug
            self.block = GrantBlock(
                self.workspace,
                role,
                data if sent else None,
                prefix=self.BLOCK,
                initial={"on": True, "scope": _narrowest(role)},
            )

    def sent_names(self, data: Mapping[str, Any]) -> set[str]:
        block = {name for name in data if name.startswith(f"{self.BLOCK}-")}
        return super().sent_names(data) | block

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        block = self.block
        if block is None:
            return cleaned
        if not block.is_bound:
            raise forms.ValidationError(_("Say what {role} is on.").format(role=block.role.name))
        if not block.is_valid():
            raise forms.ValidationError(_("The grant is not complete."))
        if not block.cleaned_data.get("on"):
            raise forms.ValidationError(_("Tick the role that shall be given."))
        block.ask_span()
        if block.errors:
            raise forms.ValidationError(_("The grant is not complete."))
        return cleaned

    @property
    def change(self) -> Change:
        if self.block is None:
            raise ValueError("Only a valid form asks for something.")
        return Give(self.block.proposed)


def _narrowest(role: Role) -> Scope:
    return Scope.LABELS if Scope.LABELS in role.scopes else Scope.ALL


class EndsForm(BulkForm):
    """One last day for all their own grants that live, or for those of one role."""

    role = forms.ChoiceField(
        required=False,
        choices=[("", gettext_lazy("Every role")), *GIVEN],
        label=gettext_lazy("Grants of"),
    )
    ends = DayField(label=gettext_lazy("Last day (UTC)"))

    @property
    def change(self) -> Change:
        return MoveEnds(end_of(self.cleaned_data["ends"]), self.cleaned_data["role"])


class RemoveForm(BulkForm):
    """Whether the tokens they made go with them (R8)."""

    revoke = forms.BooleanField(
        required=False, initial=True, label=gettext_lazy("Revoke the tokens they made")
    )

    @property
    def change(self) -> Change:
        return Remove(self.oneself, revoking=self.cleaned_data["revoke"])

    @property
    def untouched(self) -> Change:
        """What a form that was not touched yet asks for."""
        return Remove(self.oneself)


class Selection(selection.Selection[MemberQuerySet]):
    """People of the members list."""

    TOO_MANY = gettext_lazy("At most {n} people are ticked at once.")
    GONE = gettext_lazy("{n} of the people you chose are not here. Look again at who is left.")
    NONE = gettext_lazy("Nobody is chosen.")

    def everything(self, workspace: Workspace) -> MemberQuerySet:
        return workspace.members.all()

    def filters_of(self, query: QueryDict, workspace: Workspace) -> MemberFilters:
        return MemberFilters(query, workspace=workspace)

    def narrowed(self, workspace: Workspace) -> MemberQuerySet:
        return self.filters_of(QueryDict(self.filters), workspace).members()
