"""Forms of taking up what is eligible, answering and looking at it (W2, W3, W5)."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from config.web.values.text_fields import LineField
from workspaces.forms.console.changes import ChangeForm
from workspaces.models.eligible import REASON_LENGTH
from workspaces.models.request import ASKED_LENGTH


class TakeUpForm(ChangeForm):
    """Take something up: for how many minutes, and why."""

    minutes = forms.IntegerField(label=gettext_lazy("For how many minutes"), min_value=1)
    reason = LineField(
        label=gettext_lazy("Why"),
        most=REASON_LENGTH,
        help_text=gettext_lazy("Owners read this in the audit trail."),
    )

    which = forms.CharField(
        required=False, max_length=ASKED_LENGTH, widget=forms.HiddenInput
    )  # whose door one stands before

    def __init__(self, data: Any = None, *, longest: int, which: str = "", **options: Any) -> None:
        begins = {"minutes": longest, "which": which[:ASKED_LENGTH]}
        super().__init__(data, initial=begins, **options)
        self.fields["minutes"].help_text = _("{n} at most.").format(n=longest)


class AnswerForm(ChangeForm):
    """Agree, or refuse."""

    agreed = forms.TypedChoiceField(
        choices=(("yes", "yes"), ("no", "no")),
        coerce=lambda said: said == "yes",
        widget=forms.HiddenInput,
    )


class FindingForm(ChangeForm):
    """What an owner found who looked at a broken glass."""

    finding = LineField(label=gettext_lazy("What you found"), most=REASON_LENGTH)
