"""What a list is narrowed by, as its address says it.

What is not understood leaves nothing (N4): an unknown filter, a value that is none, a text
too long, a value sent twice. The list then says so beside the filter and is empty; what
acts on everything that matches – changes for many, files – is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _, gettext_lazy

from config.web.lists.returning import BACK
from config.web.values.text import search_words

Rows = TypeVar("Rows", bound=QuerySet[Any])

LONGEST = 200  # characters of a search
SHOWN = 60  # characters of a faulty value
MOST = 10  # faults that are named
ON, OFF = frozenset({"on", "true", "1"}), frozenset({"", "off", "false", "0"})
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fault:
    """A filter that is not understood. `malformed`: nothing of that form means anything."""

    key: str
    text: str
    words: str
    malformed: bool


class Flag(forms.Field):
    """A filter that is on or is not: `on`, `true` or `1`. What is neither is a fault."""

    widget = forms.TextInput

    def __init__(self, *, label: Any, icon: str) -> None:
        super().__init__(required=False, label=label)
        self.icon = icon

    def to_python(self, value: Any) -> bool:
        text = "" if value is None else str(value).lower()
        if text not in ON | OFF:
            raise forms.ValidationError(_("This filter is on, or it is left out."), code=UNKNOWN)
        return text in ON


class SearchField(forms.CharField):
    """A text that rows are searched for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            max_length=LONGEST,
            error_messages={
                "max_length": gettext_lazy("A search has at most %(limit_value)d characters.")
            },
            **options,
        )

    def clean(self, value: Any) -> str:
        """Return the text. Raises ValidationError for one in which nothing can be seen (N3)."""
        text: str = super().clean(value)
        if text and not search_words(text):
            raise forms.ValidationError(_("There is nothing in it to search for."))
        return text


class Filters(forms.Form):
    """The filters of one list; each is a field, and a field left empty is not asked for.

    A field says all there is of a filter: its label and its choices are what the page offers,
    what is understood, and what its chip says.

    `LIST` and `PANEL` are keys of the address that narrow nothing: those of the list, and
    those of what stands beside it. Of the former `PASSING` are where one is and came from.
    `rows_of` says what the filters leave; call `narrow`, which asks first whether all of them
    are understood.
    """

    LIST: ClassVar[frozenset[str]] = frozenset({"page", "sort", BACK})
    PASSING: ClassVar[frozenset[str]] = frozenset({"page", BACK})
    PANEL: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, data: Mapping[str, Any], **options: Any) -> None:
        super().__init__(data, **options)

    def narrow(self, rows: Rows) -> Rows:
        """Return the rows that fit every filter; none of them where one is not understood."""
        found: Rows = rows.none() if self.faults else self.rows_of(rows)
        return found

    def rows_of(self, rows: Any) -> Any:
        """Return the rows that fit; of filters that are understood."""
        raise NotImplementedError

    @cached_property
    def asked(self) -> dict[str, Any]:
        """The filters that are set and understood, as what they mean."""
        self.is_valid()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value and name not in self.faults
        }

    @cached_property
    def faults(self) -> dict[str, Fault]:
        """What is not understood, by its key."""
        found = {
            str(field): self._fault(str(field), errors.as_data()[0])
            for field, errors in self.errors.items()
        }
        for key in self.data:
            if key not in self.fields and key not in self.LIST | self.PANEL:
                words = _("There is no filter of the name “{name}”.").format(name=key[:SHOWN])
                found[key] = Fault(key, self._text(key), words, malformed=True)
            elif key in self.fields and len(self._sent(key)) > 1:
                words = _("This filter is set more than once.")
                found[key] = Fault(key, self._text(key), words, malformed=True)
        return found

    @property
    def said(self) -> dict[str, str]:
        """What each filter that is set is called, by its key in the address."""
        return {name: self.word_of(name, value) for name, value in self.asked.items()}

    def nameable(self, name: str) -> Any | None:
        """Return the rows among which a filter names one; None for filters that name none."""
        return None

    def word_of(self, name: str, value: Any) -> str:
        """Return what a filter is called: by the choice made, by its label where it is on."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            choices: Any = field.choices
            return str(dict(flatten_choices(choices))[value])
        return str(field.label if isinstance(field, Flag) else value)

    @property
    def sort(self) -> str:
        """The sort that the address names, for forms to carry on."""
        return str(self.data.get("sort", ""))

    @property
    def back(self) -> str:
        """The list that was left for this one, as its query; for forms to carry on."""
        return str(self.data.get(BACK, ""))

    @property
    def http_status(self) -> HTTPStatus:
        """422 where something is malformed (R15); what is merely unknown matches nothing."""
        wrong = any(fault.malformed for fault in self.faults.values())
        return HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK

    @property
    def problems(self) -> list[str]:
        """What is not understood in sentences, for what is refused because of it."""
        return [
            _("{filter}: {words}").format(
                filter=f"{fault.key[:SHOWN]} “{fault.text}”", words=fault.words
            )
            for fault in [*self.faults.values()][:MOST]
        ]

    def as_query(self) -> str:
        """Return the list as one sees it as a query string: filters, sort and page.

        Also filters that are not understood: what acts on the list is refused by them too.
        """
        kept = QueryDict(mutable=True)
        for key in self.data:
            values = [value for value in self._sent(key) if value or key not in self.fields]
            if values and key not in self.PANEL | {BACK}:
                kept.setlist(key, values)
        return kept.urlencode()

    @classmethod
    def lasting(cls, sent: QueryDict) -> QueryDict:
        """Return what an address says of the list itself, in one order: filters, sort, columns.

        Filters left empty are left out. What nobody knows stays, so that it can be refused.
        """
        kept = QueryDict(mutable=True)
        for key, values in sorted(sent.lists()):
            said = [value for value in values if value or key not in cls.base_fields]
            if said and key not in cls.PANEL | cls.PASSING:
                kept.setlist(key, said)
        return kept

    @classmethod
    def strangers(cls, sent: QueryDict) -> list[str]:
        """Return the keys of an address that no filter of this list has."""
        return [key for key in sent if key not in cls.base_fields.keys() | cls.LIST | cls.PANEL]

    def _fault(self, key: str, error: forms.ValidationError) -> Fault:
        unknown = error.code in {"invalid_choice", UNKNOWN}
        words = _("There is nothing of that name.") if error.code == "invalid_choice" else ""
        return Fault(key, self._text(key), words or error.messages[0], malformed=not unknown)

    def _text(self, key: str) -> str:
        return ", ".join(map(str, self._sent(key)))[:SHOWN]

    def _sent(self, key: str) -> list[Any]:
        getlist = getattr(self.data, "getlist", None)
        return list(getlist(key)) if getlist else [self.data[key]] if key in self.data else []


def said_in(request: HttpRequest) -> QueryDict:
    """Return what an address and the form sent to it say, together.

    A filter in the one that is passed over would leave all that the other one leaves (N4).
    """
    said = request.GET.copy()
    said.update(request.POST)
    for key in (BACK, "csrfmiddlewaretoken"):
        said.pop(key, None)
    return said


class TextFilters(Filters):
    """A list that is only searched. `field` is the way rows are: `rows.matching(text)`."""

    q = SearchField(label=gettext_lazy("Name"))

    def rows_of(self, rows: Any) -> Any:
        return rows.matching(self.asked["q"]) if "q" in self.asked else rows
