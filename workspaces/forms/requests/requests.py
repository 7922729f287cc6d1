"""Forms of requests for access: asking, extending, answering (Q1)."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from config.web.lists.filters import Filters, SearchField
from config.web.values.dates import DayField, end_of, last_day, start_of
from config.web.values.text_fields import LineField, TextField
from workspaces.access.naming import itself_called, meaning, ref_of
from workspaces.catalogue import QUESTIONS
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.console.names import OneNameWidget
from workspaces.models import AccessRequestQuerySet, Grant, Outcome, ResourceQuerySet, Workspace
from workspaces.models.request import ANSWER_LENGTH, ASKED_LENGTH, MESSAGE_LENGTH
from workspaces.operations.requests.remedies import Remedy

ENDING = "workspaces.forms.requests.requests.ending"
DAYS = timedelta(days=90)  # offered; whoever approves may say another day, or none
ASKABLE = QUESTIONS


class RequestFilters(Filters):
    """What the list of requests is narrowed by."""

    OPEN = "open"

    q = SearchField(label=gettext_lazy("Person or thing"))
    status = forms.ChoiceField(
        required=False,
        label=gettext_lazy("State"),
        choices=[(OPEN, gettext_lazy("Waiting")), *Outcome.choices],
    )

    def rows_of(self, rows: AccessRequestQuerySet) -> AccessRequestQuerySet:
        if "q" in self.asked:
            rows = rows.matching(self.asked["q"])
        status = self.asked.get("status")
        if status == self.OPEN:
            return rows.open()
        return rows.filter(outcome=status) if status else rows


def message_field() -> TextField:
    """Text of several lines; a line break counts as one character, as in the browser (XE14)."""
    return TextField(
        label=gettext_lazy("Why"),
        required=False,
        most=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Owners read this. Say what you need it for, and until when."),
    )


class AskForm(ChangeForm):
    """Ask for an action on something: `type/slug`, or in one's own words."""

    do = forms.ChoiceField(label=gettext_lazy("I need to"))
    which = LineField(
        label=gettext_lazy("On what"),
        most=ASKED_LENGTH,
        widget=OneNameWidget(),
        help_text=gettext_lazy(
            "By its name, or in your own words where you do not know what it is called."
        ),
    )
    message = message_field()

    def __init__(
        self,
        *args: Any,
        words: list[tuple[str, list[tuple[str, str]]]],
        workspace: Workspace,
        things: ResourceQuerySet,
        **options: Any,
    ) -> None:
        """`things` are what the asker can see: among these alone a name is read."""
        super().__init__(*args, **options)
        self.fields["do"].choices = words  # type: ignore[attr-defined]
        self.workspace, self.things = workspace, things
        self.widget.url = workspace.url("pick_things")

    @property
    def widget(self) -> OneNameWidget:
        widget: OneNameWidget = self.fields["which"].widget
        return widget

    def clean_which(self) -> str:
        """Return `type/slug` of what the asker can see and means; else their own words."""
        typed: str = self.cleaned_data["which"]
        found = meaning(typed, self.things, beside=itself_called(self.workspace, typed))
        if len(found.bearers) > 1:
            self.widget.unclear = found
            words = _("“{name}” is the name of more than one. Which do you mean?")
            raise forms.ValidationError(words.format(name=typed))
        return ref_of(found.one) if found.one is not None else typed


class ExtendForm(ChangeForm):
    """Ask to keep a grant that ends, named by `name_of_grant`."""

    grant = forms.CharField(widget=forms.HiddenInput, max_length=200)
    message = message_field()


def name_of_grant(grant: Grant) -> str:
    """Return what stands for a grant in an address: no id that can be counted (XA6)."""
    return signing.dumps(grant.pk, salt=ENDING)


def grant_named(name: str) -> int | None:
    """Return the primary key behind the name, or None for what is not one of ours."""
    try:
        pk: int = signing.loads(name, salt=ENDING)
    except signing.BadSignature:
        return None
    return pk


class DeclineForm(ChangeForm):
    """Say no, with a line."""

    answer = TextField(
        label=gettext_lazy("A line for the person who asked"),
        required=False,
        most=ANSWER_LENGTH,
    )


class ApproveForm(ChangeForm):
    """Say yes to one remedy, from a day to a day; `seen` is the digest of what was looked at."""

    remedy = forms.CharField(widget=forms.HiddenInput, max_length=64)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    thing = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)
    starts = DayField(
        label=gettext_lazy("Starts on"),
        required=False,
        help_text=gettext_lazy("The first day, UTC. Empty: at once."),
    )
    ends = DayField(
        label=gettext_lazy("Ends after"),
        required=False,
        help_text=gettext_lazy("The last day, UTC. Empty: until somebody takes it away."),
    )

    @classmethod
    def of(cls, remedy: Remedy, thing: str) -> "ApproveForm":
        """Return the form of one remedy, for this thing; several of them stand on one page."""
        form = cls(
            initial={
                "remedy": remedy.key,
                "seen": remedy.digest,
                "thing": thing,
                "ends": None if remedy.group else _offered(remedy),
            },
            auto_id=f"{remedy.key}-%s",
        )
        form._leave_out(remedy)
        return form

    def again(self, remedy: Remedy) -> "ApproveForm":
        """Return this form, as it was sent, for a new look at its remedy."""
        self.auto_id = f"{remedy.key}-%s"
        self.data = {key: self.data.get(key) for key in self.data} | {"seen": remedy.digest}
        self._leave_out(remedy)
        return self

    def _leave_out(self, remedy: Remedy) -> None:
        """Ask for no start where an end is moved: what is there keeps its own."""
        if remedy.extends is not None:
            self.fields.pop("starts", None)

    def clean_starts(self) -> datetime | None:
        """Return the moment at which it starts."""
        day = self.cleaned_data["starts"]
        return day and start_of(day)

    def clean_ends(self) -> datetime | None:
        """Return the moment at which it ends."""
        day = self.cleaned_data["ends"]
        return day and end_of(day)


def _offered(remedy: Remedy) -> Any:
    now = timezone.now()
    start = remedy.extends.expires_at if remedy.extends and remedy.extends.expires_at else now
    return last_day(max(start, now) + DAYS)
