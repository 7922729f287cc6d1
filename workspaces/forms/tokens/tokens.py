"""The forms of tokens: making one, rotating, filtering the list."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from config.web.lists.filters import Filters, SearchField
from config.web.values.dates import DayField, end_of
from config.web.values.network import normal_range
from config.web.values.text_fields import LineField
from workspaces.forms.console.changes import ChangeForm, CreateForm
from workspaces.models import TokenQuerySet, Workspace

MOST_RANGES = 20
SPANS = (30, 90, 365)  # days
ON_A_DAY, NEVER = "date", "never"
STATES = (
    ("live", gettext_lazy("Live")),
    ("unused", gettext_lazy("Never used")),
    ("ending", gettext_lazy("Ends soon")),
    ("suspended", gettext_lazy("Suspended")),
    ("expired", gettext_lazy("Expired")),
    ("revoked", gettext_lazy("Revoked")),
)


class TokenForm(CreateForm):
    """What a new token is called, when it ends, from where it may be used.

    What it may do is a `PolicyForm` beside this one. The workspace's longest life takes
    choices away; the operation asks it again.
    """

    name = LineField(label=gettext_lazy("Name"), most=150)
    ends = forms.ChoiceField(label=gettext_lazy("Ends"), widget=forms.RadioSelect)
    until = DayField(label=gettext_lazy("Last day (UTC)"), required=False)
    ranges = forms.CharField(
        label=gettext_lazy("Only from these addresses"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "192.0.2.0/24, 2001:db8::/32"}),
    )

    def __init__(self, data: Any = None, *, workspace: Workspace) -> None:
        most = workspace.token_max_days
        spans = [days for days in SPANS if most is None or days <= most]
        super().__init__(data, initial={"ends": str(spans[0]) if spans else ON_A_DAY})
        ends: Any = self.fields["ends"]
        ends.choices = [
            *((str(days), ngettext("{n} day", "{n} days", days).format(n=days)) for days in spans),
            (ON_A_DAY, _("On a day")),
            *([(NEVER, _("Never"))] if most is None else []),
        ]

    def clean_ranges(self) -> list[str]:
        """Return the ranges as networks, each once. Raises ValidationError for what is none."""
        found: dict[str, None] = {}
        for text in re.split(r"[\s,;]+", self.cleaned_data["ranges"].strip()):
            if text:
                found[self._range(text)] = None
        if len(found) > MOST_RANGES:
            raise forms.ValidationError(_("At most {n} ranges.").format(n=MOST_RANGES))
        return list(found)

    def _range(self, text: str) -> str:
        try:
            return normal_range(text)
        except ValueError as error:
            wrong = _("“{text}” is no address or range; write 192.0.2.7 or 192.0.2.0/24.")
            raise forms.ValidationError(wrong.format(text=text[:60])) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("ends") == ON_A_DAY and not cleaned.get("until"):
            self.add_error("until", _("Say the last day on which it works."))
        return cleaned

    @property
    def expires_at(self) -> datetime | None:
        """When the token of a valid form ends; a day counts to its end (UTC)."""
        ends = self.cleaned_data["ends"]
        if ends == NEVER:
            return None
        if ends == ON_A_DAY:
            return end_of(self.cleaned_data["until"])
        return timezone.now() + timedelta(days=int(ends))


class DirectoryTokenForm(TokenForm):
    """The same of a directory's token, which lasts as long as it may unless an owner says so."""

    def __init__(self, data: Any = None, *, workspace: Workspace) -> None:
        super().__init__(data, workspace=workspace)
        ends: Any = self.fields["ends"]
        longest = [value for value, _words in ends.choices if value != ON_A_DAY]
        self.initial["name"] = _("Directory")
        self.initial["ends"] = longest[-1] if longest else ON_A_DAY


class RotateForm(ChangeForm):
    """`seen` is the mark of the secret there was; a second send finds another one (XI7)."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class RevokeForm(ChangeForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason, if you like"), required=False, max_length=500
    )


class TokenFilters(Filters):
    """What the list of tokens is narrowed by."""

    PANEL = frozenset({"grants"})

    q = SearchField(label=gettext_lazy("Name"))
    state = forms.ChoiceField(required=False, label=gettext_lazy("State"), choices=STATES)

    def rows_of(self, rows: TokenQuerySet) -> TokenQuerySet:
        if text := self.asked.get("q"):
            rows = rows.matching(text)
        match self.asked.get("state"):
            case "live":
                rows = rows.live()
            case "unused":
                rows = rows.never_used()
            case "ending":
                rows = rows.ending()
            case "suspended":
                rows = rows.suspended()
            case "expired":
                rows = rows.expired()
            case "revoked":
                rows = rows.revoked()
        return rows
