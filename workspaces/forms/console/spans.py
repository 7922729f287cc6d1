"""The two days between which something holds (W1): both may be left out, both are days of UTC."""

from typing import Any

from django.utils.translation import gettext_lazy

from config.web.values.dates import DayField, end_of, start_of
from workspaces.forms.console.changes import ChangeForm
from workspaces.spans import ALWAYS, Span, require_span


class SpanForm(ChangeForm):
    """A form that asks from when until when; what cannot be is said beside the day."""

    starts = DayField(
        required=False,
        label=gettext_lazy("Starts"),
        help_text=gettext_lazy("The first day, UTC. Empty: at once."),
    )
    ends = DayField(
        required=False,
        label=gettext_lazy("Ends after"),
        help_text=gettext_lazy("The last day, UTC. Empty: no end."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors.keys() & {"starts", "ends"}:
            span = self.span
            with self.refusals():
                require_span(span.starts, span.ends)
        return cleaned

    @property
    def span(self) -> Span:
        """What a form that was checked says."""
        starts, ends = (self.cleaned_data.get(name) for name in ("starts", "ends"))
        return Span(starts and start_of(starts), ends and end_of(ends))

    @property
    def span_now(self) -> Span | None:
        """What the form says as it stands: nothing of one not sent, None where it is faulty."""
        if not self.is_bound:
            return ALWAYS
        return None if self.errors.keys() & {"starts", "ends"} else self.span
