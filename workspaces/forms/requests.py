"""Forms of pleas for access: asking, extending, answering (Q1)."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workspaces.catalogue import ACTIONS
from workspaces.forms.changes import ChangeForm
from workspaces.forms.policy import end_of
from workspaces.models.grant import Grant
from workspaces.models.request import ANSWER_LENGTH, ASKED_LENGTH, MESSAGE_LENGTH
from workspaces.operations.remedies import Remedy

ENDING = "workspaces.forms.requests.ending"
DAYS = timedelta(days=90)  # offered; whoever approves may say another day, or none
LONGEST = timedelta(days=36_525)  # a hundred years; beyond, it might as well not end
ASKABLE = tuple(dict.fromkeys(action for actions in ACTIONS.values() for action in actions))


class LinesField(forms.CharField):
    """Text of several lines; a line break counts as one character, as in the browser (E14)."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


def message_field() -> LinesField:
    return LinesField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=MESSAGE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Owners read this. Say what you need it for, and until when."),
    )


class AskForm(ChangeForm):
    """Ask for an action on something: `type/slug`, or in one's own words."""

    do = forms.ChoiceField(label=gettext_lazy("I need to"))
    which = forms.CharField(
        label=gettext_lazy("On what"),
        max_length=ASKED_LENGTH,
        help_text=gettext_lazy(
            "Such as source/checkout-web, or in your own words where you do not know its name."
        ),
    )
    message = message_field()

    def __init__(self, *args: Any, words: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["do"].choices = words  # type: ignore[attr-defined]


class ExtendForm(ChangeForm):
    """Ask to keep a grant that ends, named by `name_of_grant`."""

    grant = forms.CharField(widget=forms.HiddenInput, max_length=200)
    message = message_field()


def name_of_grant(grant: Grant) -> str:
    """Return what stands for a grant in an address: no id that can be counted (A6)."""
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

    answer = forms.CharField(
        label=gettext_lazy("A line for the person who asked"),
        required=False,
        max_length=ANSWER_LENGTH,
    )


class ApproveForm(ChangeForm):
    """Say yes to one remedy, until a day; `seen` is the digest of what was looked at."""

    remedy = forms.CharField(widget=forms.HiddenInput, max_length=64)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    ends = forms.DateField(
        label=gettext_lazy("Ends after"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The last day, UTC. Empty: until somebody takes it away."),
    )

    @classmethod
    def of(cls, remedy: Remedy) -> "ApproveForm":
        """Return the form of one remedy; several of them stand on one page."""
        form = cls(
            initial={"remedy": remedy.key, "seen": remedy.digest, "ends": _offered(remedy)},
            auto_id=f"{remedy.key}-%s",
        )
        if remedy.group is not None:
            del form.fields["ends"]
        return form

    def again(self, remedy: Remedy) -> "ApproveForm":
        """Return this form, as it was sent, for a new look at its remedy."""
        self.auto_id = f"{remedy.key}-%s"
        self.data = {key: self.data.get(key) for key in self.data} | {"seen": remedy.digest}
        if remedy.group is not None:
            self.fields.pop("ends", None)
        return self

    def clean_ends(self) -> datetime | None:
        """Return the moment at which it ends. Raises ValidationError for a day that is over."""
        day = self.cleaned_data["ends"]
        if day is None:
            return None
        now = timezone.now()
        if day < now.date():
            raise forms.ValidationError(_("That day is over."))
        if day > now.date() + LONGEST:
            raise forms.ValidationError(_("That is too far ahead. Leave it empty for no end."))
        return end_of(day)


def _offered(remedy: Remedy) -> Any:
    now = timezone.now()
    start = remedy.extends.expires_at if remedy.extends and remedy.extends.expires_at else now
    return (max(start, now) + DAYS).date()
