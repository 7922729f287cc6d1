"""The new address of an account."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.addresses import normalise
from accounts.models.user import User


class AddressForm(forms.Form):
    """An address in its one form; look-alikes are refused (E4)."""

    email = forms.CharField(
        label=gettext_lazy("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    @property
    def status(self) -> HTTPStatus:
        wrong = self.is_bound and self.errors
        return HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK

    def clean_email(self) -> str:
        try:
            new = normalise(self.cleaned_data["email"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if new == self.user.email:
            raise forms.ValidationError(_("That is your address already."))
        return new
