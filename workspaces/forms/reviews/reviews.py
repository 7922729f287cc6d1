"""The forms of access reviews: opening one, answering its items, closing it; and their filters."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _, gettext_lazy

from config.web.lists.filters import Filters, SearchField
from config.web.lists.returning import BACK
from config.web.values.dates import DayField, end_of, today
from config.web.values.text_fields import LineField
from workspaces.forms.console.changes import ChangeForm, CreateForm, SeveralHidden
from workspaces.models import (
    Again,
    Answer,
    Covers,
    Reviewers,
    ReviewItemQuerySet,
    ReviewQuerySet,
    Unanswered,
)
from workspaces.models.review import NOTE_LENGTH
from workspaces.operations.reviews.answering import Said
from workspaces.operations.reviews.opening import Asked

GIVEN = timedelta(days=14)  # until it is due, where nobody says otherwise
COVERS = "covers"
MOST = 1000  # items answered at once
NOTHING = "none"  # takes an answer back
ANSWERS = (*Answer.choices, (NOTHING, gettext_lazy("No answer")))


class ReviewFilters(Filters):
    """What the list of reviews is narrowed by."""

    q = SearchField(label=gettext_lazy("Name"))
    state = forms.ChoiceField(
        required=False,
        label=gettext_lazy("State"),
        choices=(
            ("open", gettext_lazy("Open")),
            ("overdue", gettext_lazy("Overdue")),
            ("closed", gettext_lazy("Closed")),
        ),
    )

    def rows_of(self, rows: ReviewQuerySet) -> ReviewQuerySet:
        if text := self.asked.get("q"):
            rows = rows.matching(text)
        match self.asked.get("state"):
            case "open":
                rows = rows.open()
            case "overdue":
                rows = rows.overdue()
            case "closed":
                rows = rows.filter(closed_at__isnull=False)
        return rows


class ItemFilters(Filters):
    """What the sheet of one review is narrowed by; `after` and `before` page it."""

    LIST = Filters.LIST | {"after", "before"}

    q = SearchField(label=gettext_lazy("Person, group, role"))
    answer = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Answer"),
        choices=(
            ("unanswered", gettext_lazy("Unanswered")),
            ("answered", gettext_lazy("Answered")),
            *Answer.choices,
        ),
    )

    def rows_of(self, rows: ReviewItemQuerySet) -> ReviewItemQuerySet:
        if text := self.asked.get("q"):
            rows = rows.matching(text)
        match self.asked.get("answer"):
            case None:
                return rows
            case "unanswered":
                return rows.unanswered()
            case "answered":
                return rows.exclude(answer="")
            case said:
                return rows.filter(answer=said)


class OpenForm(CreateForm):
    """What a new review is called, who is asked until when, and what follows.

    What it covers stands in the address, as `covers` and the filters of that list.
    """

    name = LineField(label=gettext_lazy("What it is called"), most=150)
    reviewers = forms.ChoiceField(
        label=gettext_lazy("Who reviews"),
        choices=Reviewers.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Owners may always answer. Nobody answers what is their own."),
    )
    due_on = DayField(label=gettext_lazy("Due (UTC)"))
    again = forms.ChoiceField(
        label=gettext_lazy("Comes again"), choices=Again.choices, widget=forms.RadioSelect
    )
    unanswered = forms.ChoiceField(
        label=gettext_lazy("What is not answered when it closes"),
        choices=Unanswered.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, covers: str) -> None:
        day = today()
        super().__init__(
            data,
            initial={
                "name": _("{what}, {month}").format(
                    what=Covers(covers).label, month=date_format(day, "F Y")
                ),
                "reviewers": Reviewers.OWNERS,
                "due_on": day + GIVEN,
                "again": Again.NEVER,
                "unanswered": Unanswered.REPORT,
            },
        )
        self.covers = covers

    def asked(self, filters: Mapping[str, str]) -> Asked:
        """Return what a valid form asks for, of what these filters leave."""
        said = self.cleaned_data
        return Asked(
            name=said["name"],
            covers=self.covers,
            due_on=said["due_on"],
            filters=filters,
            reviewers=said["reviewers"],
            again=said["again"],
            unanswered=said["unanswered"],
        )


def narrowing(said: QueryDict) -> QueryDict:
    """Return what an address says beside `covers`: the filters, as the list's own address."""
    kept = said.copy()
    for key in (COVERS, BACK):
        kept.pop(key, None)
    return kept


class NumbersField(forms.Field):
    """Items by their numbers, each once."""

    widget = SeveralHidden

    def to_python(self, value: Any) -> list[int]:
        texts = list(dict.fromkeys(value or ()))
        if len(texts) > MOST:
            raise forms.ValidationError(_("At most {n} at once.").format(n=MOST))
        if not all(text.isascii() and text.isdecimal() and len(text) < 9 for text in texts):  # noqa: PLR2004
            raise forms.ValidationError(_("There is no such item here."))
        return [int(text) for text in texts]


class AnswerForm(ChangeForm):
    """An answer to one or many items, as its buttons send it.

    `end` is a day of the menu, which ends it; `ends` is a day that was typed, and counts with
    the answer *end*. A note that is left empty stays as it is, unless `noting` says otherwise.
    """

    number = NumbersField(error_messages={"required": gettext_lazy("Nothing is chosen.")})
    answer = forms.ChoiceField(required=False, choices=ANSWERS)
    end = DayField(required=False)
    ends = DayField(required=False, label=gettext_lazy("Last day (UTC)"))
    note = forms.CharField(required=False, max_length=NOTE_LENGTH)
    noting = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("end") and cleaned.get("answer"):
            self.add_error("answer", _("Two answers were sent at once."))
        elif not self.errors and self.said == Said():
            self.add_error(None, _("Say what becomes of it."))
        return cleaned

    @property
    def said(self) -> Said:
        """What a valid form says."""
        cleaned = self.cleaned_data
        answer, day = cleaned["answer"] or None, None
        if cleaned["end"]:
            answer, day = Answer.END, cleaned["end"]
        elif answer == Answer.END:
            day = cleaned["ends"]
        elif answer == NOTHING:
            answer = ""
        note = cleaned["note"] if cleaned["note"] or cleaned["noting"] else None
        return Said(answer, end_of(day) if day else None, note)


class CloseForm(ChangeForm):
    """The digest of all that was looked at together, and perhaps why."""

    reason = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("Why (kept in the audit trail)")
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


def days_from_now() -> list[tuple[str, str]]:
    """Return the days that the menu of an end offers, as they are sent and in words."""
    days = ((n, today() + timedelta(days=n)) for n in (7, 30, 90))
    return [(day.isoformat(), _("In {n} days").format(n=n)) for n, day in days]
