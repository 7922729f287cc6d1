"""What people set about their own account: its address, how pages look, keys, and mail."""

from functools import cache
from http import HTTPStatus
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from accounts.forms.sign_in import AddressField
from accounts.models import User

PREFERENCES = ("theme", "density", "time_zone", "single_keys", "mail_about_access")


@cache
def time_zones() -> list[tuple[str, str]]:
    """Return the zones one lives in, without the abbreviations and fixed offsets kept for old."""
    places = sorted(name for name in available_timezones() if "/" in name)
    named = [name for name in places if not name.startswith("Etc/")]
    return [(name, name.replace("_", " ")) for name in ("UTC", *named)]


class PreferencesForm(forms.ModelForm):
    """How pages look, keys, and what mail one gets."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)

    class Meta:
        model = User
        fields = PREFERENCES
        labels = {
            "theme": _("Theme"),
            "density": _("Rows of lists"),
            "single_keys": _("Single-letter keys, such as j, k and g m"),
            "mail_about_access": _("Mail me when my access changes or is about to end"),
        }
        widgets = {"theme": forms.RadioSelect, "density": forms.RadioSelect}


class AddressForm(forms.Form):
    """Where mail to the account goes from now on."""

    email = AddressField(label=_("New e-mail address"))

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    @property
    def status(self) -> HTTPStatus:
        wrong = self.is_bound and self.errors
        return HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK

    def clean_email(self) -> str:
        new: str = self.cleaned_data["email"]
        if new == self.user.email:
            raise forms.ValidationError(gettext("That is your address already."))
        return new
