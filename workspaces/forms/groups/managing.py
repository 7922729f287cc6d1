"""Forms of whoever manages a group, and of owners who say who does and who may ask (W4, W6)."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from config.web.values.text_fields import LineField
from workspaces.errors import Refused
from workspaces.forms.console.changes import ReviewedForm
from workspaces.forms.console.names import GroupsField, PeopleField
from workspaces.forms.console.spans import SpanForm
from workspaces.forms.groups.groups import PeopleForm
from workspaces.models import Group, Workspace
from workspaces.operations.taking_up.eligibility import approver_named
from workspaces.terms import OFFER_LONGEST, OFFER_USUAL, SHORTEST, Offered

NOBODY, EVERYBODY, GROUPS = "nobody", "everybody", "groups"
MINUTES, HOURS, DAYS = "minutes", "hours", "days"
UNITS = {DAYS: 24 * 60, HOURS: 60, MINUTES: 1}  # the largest first


class _Addressed(ReviewedForm):
    """People are named by their address alone: whoever manages a group sees no list of members."""

    people = forms.Field()  # a field of names; it needs the workspace
    seen = None  # type: ignore[assignment]

    def __init__(self, data: Any = None, *, workspace: Workspace, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["people"] = PeopleField(
            workspace,
            label=_("People"),
            placeholder=_("name@example.org"),
            help_text=_("Their e-mail addresses, with commas between them."),
        )


class PutInForm(SpanForm, _Addressed):
    """Who comes into a group one manages, and from when until when; or which places move."""

    field_order = ("people", "starts", "ends", "reason")


class TakeOutForm(_Addressed):
    """Who goes out of a group one manages."""

    field_order = ("people", "reason")


class ManagersForm(PeopleForm):
    """Who manages a group; nobody is fine, too."""

    def __init__(self, data: Any = None, *, group: Group, **options: Any) -> None:
        super().__init__(data, workspace=group.workspace, **options)
        self.fields["people"].label = _("Managers")
        self.fields["people"].required = False


class OfferForm(ReviewedForm):
    """To whom a group is offered, for how long at most, and who agrees."""

    to = forms.ChoiceField(
        label=gettext_lazy("Who may ask to be in it"),
        choices=(
            (NOBODY, gettext_lazy("Nobody")),
            (EVERYBODY, gettext_lazy("Everybody in the workspace")),
            (GROUPS, gettext_lazy("Members of certain groups")),
        ),
        widget=forms.RadioSelect,
    )
    groups = forms.Field()  # a field of names; it needs the workspace
    longest = forms.IntegerField(label=gettext_lazy("For how long at most"), min_value=1)
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=(
            (DAYS, gettext_lazy("days")),
            (HOURS, gettext_lazy("hours")),
            (MINUTES, gettext_lazy("minutes")),
        ),
    )
    approvers = LineField(
        label=gettext_lazy("Who agrees"),
        most=2000,
        required=False,
        help_text=gettext_lazy(
            "Addresses, or group:name, with commas between them. Empty: an owner."
        ),
    )
    field_order = ("to", "groups", "longest", "unit", "approvers", "reason")

    def __init__(self, data: Any = None, *, group: Group, now: Offered | None) -> None:
        self.group = group
        super().__init__(data, initial=_initial(now))
        self.fields["groups"] = GroupsField(
            group.workspace,
            label=_("Which groups"),
            required=False,
            placeholder=_("Name of a group"),
            url=group.workspace.url("pick_groups"),
        )

    def clean_approvers(self) -> frozenset[str]:
        """Resolve whom they name."""
        names = (name.strip() for name in self.cleaned_data["approvers"].split(","))
        try:
            return frozenset(approver_named(self.group.workspace, name) for name in names if name)
        except Refused as refused:
            raise forms.ValidationError(str(refused.message)) from refused

    def clean_groups(self) -> list[Group]:
        """Return the groups that are meant, where it is offered to groups."""
        groups: list[Group] = self.cleaned_data["groups"]
        if self.cleaned_data.get("to") != GROUPS:
            return []
        if not groups:
            raise forms.ValidationError(_("Name a group or more."))
        if self.group in groups:
            raise forms.ValidationError(_("Whoever is in it need not ask for it."))
        return groups

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors.keys() & {"longest", "unit"} and not (
            SHORTEST <= self._minutes <= OFFER_LONGEST
        ):
            days = OFFER_LONGEST // UNITS[DAYS]
            words = _("Between {n} minutes and {days} days.").format(n=SHORTEST, days=days)
            self.add_error("longest", words)
        return cleaned

    @property
    def _minutes(self) -> int:
        longest: int = self.cleaned_data["longest"]
        return longest * UNITS[self.cleaned_data["unit"]]

    @property
    def said(self) -> Offered | None:
        """What a valid form says; None where it is offered to nobody."""
        said = self.cleaned_data
        if said["to"] == NOBODY:
            return None
        names = frozenset(group.name for group in said["groups"])
        return Offered(None if said["to"] == EVERYBODY else names, self._minutes, said["approvers"])


def _initial(now: Offered | None) -> dict[str, Any]:
    minutes = now.longest_minutes if now else OFFER_USUAL
    unit = next(unit for unit, size in UNITS.items() if minutes % size == 0)
    said = {"longest": minutes // UNITS[unit], "unit": unit, "to": NOBODY}
    if now is None:
        return said
    said["approvers"] = ", ".join(sorted(now.approvers))
    return {
        **said,
        "to": EVERYBODY if now.to is None else GROUPS,
        "groups": sorted(now.to or ()),
    }
