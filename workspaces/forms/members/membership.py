"""Forms about one member: owning, being taken out, deleting one's account, copying, comparing."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.timesince import timesince
from django.utils.translation import gettext as _, gettext_lazy

from accounts.addresses import sought
from accounts.models.user import User
from workspaces.forms.console.changes import ChangeForm, SeveralHidden
from workspaces.forms.console.names import PeopleField
from workspaces.models import Member, Token, Workspace
from workspaces.operations.members.copying import MOST, Copy

TO, FROM = "to", "from"
ADD, REPLACE = "add", "replace"


class OwnerForm(ChangeForm):
    """What the member shall be; said by the form, so that a resend does not turn it round."""

    owner = forms.TypedChoiceField(
        choices=(("no", ""), ("yes", "")),
        coerce=lambda value: value == "yes",
        widget=forms.HiddenInput,
    )


class RemovalForm(ChangeForm):
    """Which tokens of somebody who goes are revoked (R8): all of them, unless unticked.

    `listed` are the ones that were shown. What was made since is not among them, so it
    cannot have been spared.
    """

    revoke = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Revoke the tokens they made"),
        widget=forms.CheckboxSelectMultiple,
    )
    listed = forms.MultipleChoiceField(required=False, widget=SeveralHidden)
    reason = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("Reason, for the audit trail")
    )

    def __init__(self, data: Any = None, *, tokens: Iterable[Token]) -> None:
        choices = [(token.public_id, _described(token)) for token in tokens]
        shown = [ident for ident, _words in choices]
        super().__init__(data, initial={"revoke": shown, "listed": shown})
        for name in ("revoke", "listed"):
            field: Any = self.fields[name]
            field.choices = choices
        if not choices:
            del self.fields["revoke"], self.fields["listed"]

    @property
    def kept(self) -> set[str]:
        """The public ids of the tokens that were shown and unticked."""
        said = self.cleaned_data
        return set(said.get("listed", ())) - set(said.get("revoke", ()))


def _described(token: Token) -> str:
    """Return a token as one line: name, prefix, when and from where it was last used."""
    if token.last_used_at is None:
        used = _("never used")
    else:
        used = _("last used {when} ago").format(when=timesince(token.last_used_at, depth=1))
        if token.last_used_from:
            used = _("{used} from {address}").format(used=used, address=token.last_used_from)
    return f"{token.name} · {token.prefix} · {used}"


class DeleteAccountForm(ChangeForm):
    """Asks to type the address of the account that is about to go."""

    email = forms.CharField(max_length=254)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.wanted = user.email
        self.fields["email"].label = _("Type your address to delete the account: {email}").format(
            email=user.email
        )
        self.fields["email"].widget.attrs["autocomplete"] = "off"

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        if sought(typed) != self.wanted:
            raise forms.ValidationError(_("That is not your address."))
        return typed


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
            url=workspace.url("pick_members"),
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


class CompareForm(ChangeForm):
    """`with` names one person by address."""

    def __init__(self, data: Any = None, *, workspace: Workspace) -> None:
        super().__init__(data)
        self.fields["with"] = PeopleField(
            workspace,
            label=_("Compare with"),
            placeholder=_("Name or email"),
            url=workspace.url("pick_members"),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        people = cleaned.get("with")
        if people is not None and len(people) != 1:
            raise forms.ValidationError({"with": _("Name one person.")})
        return {**cleaned, "with": people[0]} if people else cleaned
