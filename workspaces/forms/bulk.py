"""What is done to the people chosen on the members list; one form per kind of change."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workspaces.catalogue import OWNER, ROLES, Role, Scope
from workspaces.forms.changes import ChangeForm
from workspaces.forms.names import GroupsField
from workspaces.forms.policy import GrantBlock, end_of
from workspaces.models.workspace import Workspace
from workspaces.operations.bulk import Change
from workspaces.operations.bulk_changes import Give, Join, MoveEnds, Remove

GIVEN = [(role.slug, role.name) for role in ROLES.values() if role.slug != OWNER]


class BulkForm(ChangeForm):
    """What every one of them carries: the reason, and the review that was looked at."""

    reason = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("Why (kept in the audit trail)")
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    field_order = ["group", "role", "ends", "revoke", "reason"]

    def __init__(self, data: Any = None, *, workspace: Workspace, oneself: int) -> None:
        self.workspace, self.oneself = workspace, oneself
        super().__init__(data)

    @property
    def change(self) -> Change:
        """The change that a valid form asks for."""
        raise NotImplementedError


class JoinForm(BulkForm):
    """One group for all of them."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["group"] = GroupsField(
            self.workspace,
            label=_("Group"),
            placeholder=_("Name of the group"),
            url=reverse("workspaces:pick_groups", args=[self.workspace.slug]),
        )
        self.order_fields(self.field_order)

    def clean_group(self) -> Any:
        found = self.cleaned_data["group"]
        if len(found) != 1:
            raise forms.ValidationError(_("Name one group."))
        return found[0]

    @property
    def change(self) -> Change:
        return Join(self.cleaned_data["group"])


class GiveForm(BulkForm):
    """One grant for all of them: a role, and the block that says on what and until when."""

    role = forms.ChoiceField(choices=[("", gettext_lazy("Choose a role")), *GIVEN])
    block: GrantBlock | None = None
    BLOCK = "grant"

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["role"].widget.attrs |= {
            "hx-post": reverse("workspaces:members_role", args=[self.workspace.slug]),
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
    ends = forms.DateField(
        label=gettext_lazy("Last day (UTC)"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

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
