"""Deleting one's own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.models.user import User
from workspaces.forms.changes import ChangeForm


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
        if typed.strip().lower() != self.wanted:
            raise forms.ValidationError(_("That is not your address."))
        return typed
