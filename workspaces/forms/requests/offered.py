"""Forms of asking to be in a group that is offered, and of answering that (W4)."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from config.web.values.dates import DayField, end_of, last_day
from config.web.values.text_fields import TextField
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.requests.requests import message_field
from workspaces.models import AccessRequest, Offer
from workspaces.models.request import ANSWER_LENGTH


def latest_end(offer: Offer) -> datetime:
    """Return until when one may be in the group at most who comes in now."""
    return timezone.now() + timedelta(minutes=offer.longest_minutes)


def end_within(offer: Offer, day: date) -> datetime:
    """Return when somebody goes whose last day this is: on the last one possible, on time."""
    latest = latest_end(offer)
    return latest if day == last_day(latest) else end_of(day)


class UntilForm(ChangeForm):
    """A form that asks for the last day of somebody in a group that is offered."""

    ends = DayField(label=gettext_lazy("Until"))

    def __init__(self, data: Any = None, *, offer: Offer, **options: Any) -> None:
        super().__init__(data, **options)
        self.offer = offer
        latest = last_day(latest_end(offer)).isoformat()
        field = self.fields["ends"]
        field.help_text = _("The last day, UTC. {day} at the latest.").format(day=latest)
        field.widget.attrs["max"] = latest

    def clean_ends(self) -> datetime | None:
        """Return the moment at which their place ends."""
        day: date | None = self.cleaned_data["ends"]
        return end_within(self.offer, day) if day else None


class AskToJoinForm(UntilForm):
    """Ask to be in a group, until when, and why."""

    message = message_field()
    field_order = ("ends", "message")

    def __init__(self, data: Any = None, *, offer: Offer) -> None:
        super().__init__(data, offer=offer, initial={"ends": last_day(latest_end(offer))})
        self.fields["message"].help_text = _("Whoever answers reads this.")


class AnswerForm(UntilForm):
    """Put whoever asked in until a day, or refuse with a line; `seen` is what was looked at."""

    agreed = forms.TypedChoiceField(
        choices=(("yes", "yes"), ("no", "no")),
        coerce=lambda said: said == "yes",
        widget=forms.HiddenInput,
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    answer = TextField(
        label=gettext_lazy("A line for the person who asked"),
        required=False,
        most=ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("ends", "answer")

    def __init__(
        self, data: Any = None, *, offer: Offer, asked: AccessRequest, seen: str = ""
    ) -> None:
        self.until = asked.until if asked.until and asked.until > timezone.now() else None
        initial = {"ends": self.until and last_day(self.until), "seen": seen}
        super().__init__(data, offer=offer, initial=initial)
        if data is not None and data.get("agreed") == "no":
            self.fields["ends"].required = False

    def renew(self, digest: str) -> None:
        """Carry the digest of what is drawn now with a form that was sent."""
        self.data = {**self.data.dict(), "seen": digest}  # type: ignore[attr-defined]

    def clean_ends(self) -> datetime | None:
        """Return what was asked for where its day is named, else the end of the day."""
        day: date | None = self.cleaned_data["ends"]
        if day and self.until and day == last_day(self.until):
            return self.until
        return super().clean_ends()
