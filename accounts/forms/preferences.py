"""Preferences: how pages look, keys, and mail."""

from functools import cache
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User

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
