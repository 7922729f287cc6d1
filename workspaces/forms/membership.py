"""Forms about belonging to a workspace: owning it, being taken out of it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workspaces.forms.changes import ChangeForm, SeveralHidden
from workspaces.models.token import Token


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
