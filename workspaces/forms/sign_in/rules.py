"""The form of a workspace's sign-in rules."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from config.web.values.dates import DayField
from workspaces.forms.console.changes import ChangeForm, DrawnWith
from workspaces.models import Workspace
from workspaces.operations.sign_in import rules as operations

SEEN = "workspaces.forms.sign_in.rules"
NOTICE = timedelta(days=7)  # what people get before the requirement holds, unless told otherwise


class SignInRulesForm(ChangeForm):
    """Shorter limits, and from when a second factor is needed. Carries what it was drawn with."""

    required = forms.BooleanField(
        label=gettext_lazy("Require a second factor"),
        required=False,
        help_text=gettext_lazy(
            "An authenticator app or a passkey. Whoever has none by that day is led to set one "
            "up, then back to where they were."
        ),
    )
    required_from = DayField(label=gettext_lazy("From (UTC)"), required=False)
    seen = DrawnWith(salt=SEEN)

    data: Any

    def __init__(self, data: Any = None, *, workspace: Workspace) -> None:
        self.now = operations.rules_of(workspace)
        since = self.now.mfa_required_from
        super().__init__(
            data,
            initial={
                "idle_minutes": self.now.idle_minutes,
                "session_hours": self.now.session_hours,
                "required": since is not None,
                "required_from": since.astimezone(UTC).date() if since else _in_a_while(),
                "seen": _signed(self.now),
            },
        )
        self.fields = {**_limits(workspace), **self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("required") and cleaned.get("required_from") is None:
            self._need_day()
        return cleaned

    def _need_day(self) -> None:
        if "required_from" not in self.errors:
            self.add_error("required_from", _("Say from which day on."))

    @property
    def rules(self) -> operations.SignInRules:
        """What a valid form proposes; a day that stands already keeps its exact moment."""
        said = self.cleaned_data
        since = _start_of(said["required_from"]) if said["required"] else None
        kept = self.now.mfa_required_from
        if since is not None and kept is not None and kept.astimezone(UTC).date() == since.date():
            since = kept
        return operations.SignInRules(said["idle_minutes"], said["session_hours"], since)

    def look_again(self, workspace: Workspace) -> None:
        """Take what stands there now as seen: to send the form again is to redo it on top."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data["seen"] = _signed(operations.rules_of(workspace))


def _limits(workspace: Workspace) -> dict[str, forms.Field]:
    """Return the fields of the two limits, held to what would not lengthen anything."""
    most_idle, most_hours = operations.longest_idle(workspace), operations.longest_whole()
    no_idle = (
        _("Empty: {n}, which HIPAA-eligible workspaces have.").format(n=most_idle)
        if workspace.hipaa_eligible
        else _("Empty: no such limit.")
    )
    return {
        "idle_minutes": forms.IntegerField(
            label=_("Minutes without activity"),
            help_text=_("{least} or more. {empty}").format(
                least=operations.SHORTEST_IDLE, empty=no_idle
            ),
            min_value=operations.SHORTEST_IDLE,
            max_value=most_idle,
            required=False,
        ),
        "session_hours": forms.IntegerField(
            label=_("Hours after signing in"),
            help_text=_("Empty: {n}, as everywhere.").format(n=most_hours),
            min_value=operations.SHORTEST_WHOLE,
            max_value=most_hours,
            required=False,
        ),
    }


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _in_a_while() -> date:
    return (timezone.now().astimezone(UTC) + NOTICE).date()


def _signed(rules: operations.SignInRules) -> str:
    return DrawnWith(salt=SEEN).signed(rules.written())
