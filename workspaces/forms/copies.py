"""Copying access from one person to others, or from another one to them."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workspaces.forms.changes import ChangeForm
from workspaces.forms.names import PeopleField
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace
from workspaces.operations.copies import MOST, Copy

TO, FROM = "to", "from"
ADD, REPLACE = "add", "replace"


class CopyForm(ChangeForm):
    """Whose access goes to whom, beside what they have or instead of it."""

    direction = forms.ChoiceField(widget=forms.RadioSelect, initial=TO, label="")
    people = forms.Field()  # a field of names; it needs the workspace
    how = forms.ChoiceField(
        label=gettext_lazy("Their own grants"),
        choices=(
            (ADD, gettext_lazy("Keep what they have, and add")),
            (REPLACE, gettext_lazy("Replace what they have")),
        ),
        initial=ADD,
        widget=forms.RadioSelect,
    )
    groups = forms.BooleanField(
        required=False, initial=True, label=gettext_lazy("Join the same groups as well")
    )
    reason = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("Why (kept in the audit trail)")
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, workspace: Workspace, member: Member, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.member = member
        name = member.user.get_short_name()
        direction: Any = self.fields["direction"]
        direction.label = _("Direction")
        direction.choices = (
            (TO, _("Give others what {name} has").format(name=name)),
            (FROM, _("Give {name} what another person has").format(name=name)),
        )
        self.fields["people"] = PeopleField(
            workspace,
            label=_("Who"),
            placeholder=_("Name or email"),
            url=reverse("workspaces:pick_members", args=[workspace.slug]),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        people = [person for person in cleaned.get("people") or () if person.pk != self.member.pk]
        if "people" not in cleaned or "people" in self.errors:
            return cleaned
        if not people:
            self.add_error("people", _("Name somebody else."))
        elif cleaned.get("direction") == FROM and len(people) > 1:
            self.add_error("people", _("Name one person to copy from."))
        elif len(people) > MOST:
            self.add_error("people", _("At most {n} people at once.").format(n=MOST))
        return {**cleaned, "people": people}

    @property
    def copy(self) -> Copy:
        """What a valid form asks to be copied."""
        said = self.cleaned_data
        source = said["people"][0] if said["direction"] == FROM else self.member
        return Copy(source, replacing=said["how"] == REPLACE, grouped=said["groups"])

    @property
    def targets(self) -> list[Member]:
        """Who shall get it."""
        people: list[Member] = self.cleaned_data["people"]
        return [self.member] if self.cleaned_data["direction"] == FROM else people
