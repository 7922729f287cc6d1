"""What the forms of every change share: refusals beside the field, honest statuses, one send.

A form checks shape and choice; the operation behind it may still refuse. Both end on the
form, so that a page draws itself the same way for either (R15).

Then the fields in which people name rows of their workspace: addresses, groups, labels,
resources. Without script one types the names, several with commas between them; what is chosen
already stands as ticked boxes. The script turns the same markup into a search (U9). A name of
another workspace is as unknown as one that does not exist (XA2).
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from django import forms
from django.core import signing
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.addresses import sought
from config.web.values.public_ids import public_id
from labels.models import Label
from workspaces.change import Actor
from workspaces.errors import Conflict, Denied, Refused, TooOften
from workspaces.forms.console.names import labels_named, things_named
from workspaces.forms.invites.pasted import HARD, SOFT, addresses_in
from workspaces.models import Group, Member, Resource, Workspace

ONCE = "workspaces.forms.once"
M = TypeVar("M", bound=Model)
SEPARATORS = re.compile(rf"[\n{SOFT}{HARD}]")
MOST = 1000


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


class NamesWidget(forms.Widget):
    """Ticked boxes for what is chosen, and a text to add more; `url` answers the search."""

    template_name = "parts/forms/picker.html"
    allow_multiple_selected = True

    def __init__(self, placeholder: str = "", url: str = "") -> None:
        super().__init__()
        self.placeholder, self.url = placeholder, url

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        getlist = getattr(data, "getlist", None)
        values = getlist(name) if getlist else data.get(name, [])
        return [value for value in values if value.strip()]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        chosen = list(dict.fromkeys(value or ()))
        context["widget"] |= {
            "chosen": chosen, "placeholder": self.placeholder, "url": self.url
        }  # fmt: skip
        return context


class NamesField(forms.Field, ABC):
    """Resolves names to rows. Raises ValidationError that quotes the names nobody knows."""

    # What the names mean, where a form looks up those of several fields together.
    known: Mapping[str, Any] | None = None

    def __init__(
        self, workspace: Workspace, *, placeholder: str = "", url: str = "", **options: Any
    ):
        self.workspace = workspace
        super().__init__(widget=NamesWidget(placeholder, url), **options)

    def prepare_value(self, value: Any) -> list[str]:
        """Write rows, or what was typed, as the names to show, each for itself."""
        texts = [item if isinstance(item, str) else self.name_of(item) for item in value or ()]
        several = [text for text in texts if SEPARATORS.search(text)]
        whole = self.rows_named([text.strip() for text in several]) if several else {}
        return [
            part
            for text in texts
            for part in ([text] if text.strip() in whole else self._parts(text))
        ]

    def _parts(self, text: str) -> list[str]:
        return [part for part in map(str.strip, SEPARATORS.split(text)) if part]

    def names_in(self, value: list[str] | None) -> list[str]:
        """Return all that may be a name in what was sent: each text as a whole, and its parts."""
        texts = [text.strip() for text in value or ()]
        return list(dict.fromkeys([*texts, *(part for t in texts for part in self._parts(t))]))

    def to_python(self, value: list[str] | None) -> list[Any]:
        texts = [text.strip() for text in value or ()]
        parts = {text: self._parts(text) for text in texts}
        names = self.names_in(value)
        if len(names) > 2 * MOST:
            raise forms.ValidationError(_("At most {n} at once.").format(n=MOST))
        known = self.rows_named(names) if self.known is None else self.known
        meant = [name for text in texts for name in ([text] if text in known else parts[text])]
        unknown = dict.fromkeys(name for name in meant if name not in known)
        found = {known[name].pk: known[name] for name in meant if name in known}
        if len(found) + len(unknown) > MOST:
            raise forms.ValidationError(_("At most {n} at once.").format(n=MOST))
        if unknown:
            raise forms.ValidationError([self.unknown(name) for name in unknown])
        return list(found.values())

    def rows_named(self, names: Sequence[str]) -> dict[str, Any]:
        """Return the rows of the names that somebody bears, by the name as it was typed."""
        found = ((name, self.row_named(name)) for name in names)
        return {name: row for name, row in found if row is not None}

    def name_of(self, row: Any) -> str:
        return str(row)

    @abstractmethod
    def row_named(self, name: str) -> Any | None:
        """Return the one row of this name, or None."""

    def unknown(self, name: str) -> str:
        return _("There is no “{name}” here.").format(name=name)


class PeopleField(NamesField):
    """Members by their address."""

    def name_of(self, row: Member) -> str:
        return row.user.email

    def _parts(self, text: str) -> list[str]:
        """Read what was pasted from a mail client, too."""
        return addresses_in(text)

    def row_named(self, name: str) -> Member | None:
        return self.rows_named([name]).get(name)

    def rows_named(self, names: Sequence[str]) -> dict[str, Member]:
        """Find all of them in 1 statement."""
        members = self.workspace.members.select_related("user")
        meant = {name: sought(name) for name in names}
        rows = members.filter(user__email__in=set(meant.values()))
        by_address = {row.user.email: row for row in rows}
        return {name: by_address[form] for name, form in meant.items() if form in by_address}


class GroupsField(NamesField):
    """Groups by their name (N2)."""

    def row_named(self, name: str) -> Group | None:
        return self.workspace.groups.named(name).first()


class LabelsField(NamesField):
    """Labels as `key:value`, without regard to case (L1)."""

    def row_named(self, name: str) -> Label | None:
        return self.rows_named([name]).get(name)

    def rows_named(self, names: Sequence[str]) -> dict[str, Label]:
        return labels_named(self.workspace, names)


class ResourcesField(NamesField):
    """Resources of one type by slug, `type/slug`, or a name that only one of them has.

    `among` narrows what may be named to what the asker may see.
    """

    def __init__(self, workspace: Workspace, type_: str, *, among: Any = None, **options: Any):
        self.type = type_
        rows = workspace.resources.all() if among is None else among
        self.among = rows.filter(type=type_)
        super().__init__(workspace, **options)

    def name_of(self, row: Resource) -> str:
        return row.ref

    def row_named(self, name: str) -> Resource | None:
        return self.rows_named([name]).get(name)

    def rows_named(self, names: Sequence[str]) -> dict[str, Resource]:
        found = things_named(self.among, [(self.type, name) for name in names])
        return {name: thing for (_type, name), thing in found.items()}
