"""What the forms of every change share: refusals beside the field, honest statuses, one send.

A form checks shape and choice; the operation behind it may still refuse. Both end on the
form, so that a page draws itself the same way for either (R15).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from django import forms
from django.core import signing
from django.db.models import Model
from django.utils.translation import gettext as _, gettext_lazy

from config.web.values.public_ids import public_id
from workspaces.change import Actor
from workspaces.errors import Conflict, Denied, Refused, TooOften

ONCE = "workspaces.forms.once"
M = TypeVar("M", bound=Model)


class SeveralHidden(forms.MultipleHiddenInput):
    """Several unseen values of one name."""

    allow_multiple_selected = True


class ChangeForm(forms.Form):
    """A form whose operation may refuse.

    A single-valued field that is sent twice is an error: the last value never wins
    silently (XB4). Fields the form does not know are ignored (XB1).
    """

    APART: ClassVar[tuple[str, ...]] = ()  # fields that pages draw apart from the others
    clash = False
    wait = 0  # seconds, after which it may be sent again

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Put an operation's refusal on the form; a right that was lost passes on (XC4)."""
        try:
            yield
        except Denied:
            raise
        except Refused as refused:
            self.clash = isinstance(refused, Conflict)
            self.wait = refused.wait if isinstance(refused, TooOften) else 0
            self.add_error(refused.field if refused.field in self.fields else None, refused)

    def said_by(self, actor: Actor) -> Actor:
        """Return the actor with the reason, and the review looked at, that a valid form names."""
        said = self.cleaned_data
        return actor.because(said.get("reason", "")).having_seen(said.get("seen", ""))

    @property
    def status(self) -> HTTPStatus:
        """200 for a form not sent yet, 422 for errors, 409 for a clash, 429 for too often."""
        if self.wait:
            return HTTPStatus.TOO_MANY_REQUESTS
        if self.clash:
            return HTTPStatus.CONFLICT
        wrong = self.is_bound and self.errors
        return HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            several = getattr(field.widget, "allow_multiple_selected", False)
            if not several and self._times_sent(name) > 1:
                self.add_error(name, _("This was sent more than once."))
        return cleaned

    def _times_sent(self, name: str) -> int:
        getlist = getattr(self.data, "getlist", None)
        return len(getlist(self.add_prefix(name))) if getlist else 0


class ReviewedForm(ChangeForm):
    """A change that is looked at before it is saved: `seen` is the digest of the review.

    `look` in the data asks to look only. So does a form without `seen`: whoever has not
    looked yet is shown what would change.
    """

    reason = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("Why (kept in the audit trail)")
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    @property
    def was_looked_at(self) -> bool:
        """Whether a valid form shall be saved."""
        return bool(self.cleaned_data["seen"]) and "look" not in self.data

    def show(self, digest: str) -> None:
        """Carry the digest of the review that is drawn with the form."""
        if self.is_bound:
            data: Any = self.data
            self.data = data.copy()
            self.data["seen"] = digest  # type: ignore[index]
        else:
            self.initial["seen"] = digest


class DrawnWith(forms.CharField):
    """Values that stood there when the form was drawn, signed: so a later save can compare (XI8).

    `salt` tells the forms apart.
    """

    widget = forms.HiddenInput

    def __init__(self, *, salt: str) -> None:
        super().__init__(max_length=2000)
        self.salt = salt

    def signed(self, values: dict[str, Any]) -> str:
        return signing.dumps(values, salt=self.salt)

    def clean(self, value: Any) -> dict[str, Any]:
        """Return the values. Raises ValidationError for what this form never carried."""
        try:
            seen: dict[str, Any] = signing.loads(super().clean(value), salt=self.salt)
        except signing.BadSignature as error:
            raise forms.ValidationError(
                _("This form is not one of ours. Open the page again.")
            ) from error
        return seen


class CreateForm(ChangeForm):
    """A form that makes one new thing however often it is sent (XI7).

    It carries the public id the new row will have, signed when the form was drawn: a
    double click, a retry or a resend names the same row, and the view answers with what
    the first one made.
    """

    once = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("once", signing.dumps(public_id(), salt=ONCE))

    def clean_once(self) -> str:
        """Return the public id for the new row. Raises ValidationError when it was made up."""
        try:
            ident: str = signing.loads(self.cleaned_data["once"], salt=ONCE)
        except signing.BadSignature as error:
            raise forms.ValidationError(
                _("This form is not one of ours. Open the page again.")
            ) from error
        return ident
