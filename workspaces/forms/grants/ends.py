"""Moving the days of one grant."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy

from config.web.values.dates import DayField, end_of, last_day
from workspaces.forms.console.changes import ChangeForm
from workspaces.models import Grant

STEP = timedelta(days=30)


class EndForm(ChangeForm):
    """A new last day (UTC) for one grant; 30 days more than it had, unless told otherwise."""

    ends = DayField(label=gettext_lazy("Last day (UTC)"))
    reason = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("Why (kept in the audit trail)")
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, grant: Grant, seen: str) -> None:
        super().__init__(data, initial={"ends": _later(grant), "seen": seen})

    def reviewed(self, digest: str) -> "EndForm":
        """Carry the digest of the review that is drawn now, also after one that was stale."""
        if isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["seen"] = digest
            self.data = data
        return self

    @property
    def expires_at(self) -> Any:
        """The moment at which the day is over."""
        return end_of(self.cleaned_data["ends"])


def _later(grant: Grant) -> date:
    now = timezone.now()
    return last_day(max(grant.expires_at or now, now) + STEP)
