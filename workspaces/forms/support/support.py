"""Opening a support window, beginning a visit in one, and why."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from workspaces.forms.console.changes import ChangeForm, CreateForm
from workspaces.models.support import REASON_LENGTH
from workspaces.operations.support.support import LONGEST

WRITTEN = "%Y-%m-%dT%H:%M"
USUAL = timedelta(days=1)


class WindowForm(CreateForm):
    """Until when support may visit, in the zone of whoever opens it, and why."""

    reason = forms.CharField(
        label=gettext_lazy("What support should look at"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until"),
        input_formats=[WRITTEN],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=WRITTEN),
    )

    def __init__(self, data: Any = None) -> None:
        now = timezone.localtime().replace(second=0, microsecond=0)
        super().__init__(data, initial={"until": now + USUAL})
        until = self.fields["until"]
        until.help_text = _("Time in {zone}; at most {days} days from now.").format(
            zone=timezone.get_current_timezone_name(), days=LONGEST.days
        )
        until.widget.attrs |= {
            "min": now.strftime(WRITTEN),
            "max": (now + LONGEST).strftime(WRITTEN),
        }


class ActivityForm(ChangeForm):
    """Why an account is deactivated or reactivated; owners of its workspaces read it."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Kept in the audit trail of each workspace they belong to."),
    )


class VisitForm(ChangeForm):
    """Why somebody of support looks round in a workspace; owners read it."""

    reason = forms.CharField(
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("Kept in the workspace's audit trail, where its owners read it."),
    )
