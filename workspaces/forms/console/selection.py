"""Which rows of a list are chosen: some by tick, or all that its filters leave.

A choice by filter is kept as the filter, and asked again when it is acted on.
"""

from abc import ABC, abstractmethod
from collections.abc import Container
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar, Generic, Self, TypeVar

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _, gettext_lazy

from config.web.lists.filters import Filters
from workspaces.forms.console.changes import ChangeForm, ReviewedForm, SeveralHidden
from workspaces.models import Workspace

R = TypeVar("R", bound=QuerySet[Any])
Words = str | Promise
ALWAYS = frozenset({"csrfmiddlewaretoken", "look"})
MOST = 500  # rows ticked one by one; a list shows 50 at a time
LONGEST = 2000  # characters of filters; no list of ours makes more
KEYS = frozenset({"who", "matching", "filters"})


@dataclass(frozen=True, slots=True)
class Selection(ABC, Generic[R]):
    """Rows by public id, or all that match `filters`, a query string.

    What of it is not understood stands in `faults`, and then it chooses nothing (N4).
    """

    TOO_MANY: ClassVar[Words] = gettext_lazy("At most {n} rows are ticked at once.")
    GONE: ClassVar[Words] = gettext_lazy(
        "{n} of those you chose are not here. Look again at what is left."
    )
    NONE: ClassVar[Words] = gettext_lazy("Nothing is chosen.")

    ids: tuple[str, ...]
    matching: bool
    filters: str
    faults: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: QueryDict, *, beside: Container[str] = ()) -> Self:
        """Read a choice as the list sends it. `beside`: what else may be sent with it."""
        ids = tuple(dict.fromkeys(data.getlist("who")))
        filters, matching = data.get("filters", ""), data.get("matching", "")
        faults = [
            _("There is no filter of the name “{name}”.").format(name=key[:60])
            for key in data
            if key not in KEYS and key not in beside
        ]
        if len(ids) > MOST:
            faults.append(str(cls.TOO_MANY).format(n=MOST))
        if any(len(data.getlist(key)) > 1 for key in ("matching", "filters")):
            faults.append(_("It is said more than once who is meant."))
        if matching not in {"", "on"}:
            faults.append(_("All that match are either meant or not."))
        if len(filters) > LONGEST:
            faults.append(_("These filters are longer than any of ours."))
        return cls(ids, matching == "on", filters, tuple(faults[:10]))

    @abstractmethod
    def everything(self, workspace: Workspace) -> R:
        """Return all rows of the list."""

    @abstractmethod
    def filters_of(self, query: QueryDict, workspace: Workspace) -> Filters:
        """Return what a query narrows the list by."""

    def narrowed(self, workspace: Workspace) -> R:
        """Return the rows that the filters leave."""
        return self.filtering(workspace).narrow(self.everything(workspace))

    def rows(self, workspace: Workspace) -> R:
        """Return what is chosen now. Ids of other workspaces choose nothing (XA1)."""
        found = self.everything(workspace)
        if self.faults:
            chosen: R = found.none()
            return chosen
        return self.narrowed(workspace) if self.matching else found.filter(public_id__in=self.ids)

    def filtering(self, workspace: Workspace) -> Filters:
        """Return the filters as a form, to say what they are."""
        text = self.filters if len(self.filters) <= LONGEST else ""
        return self.filters_of(QueryDict(text), workspace)

    def problems(self, workspace: Workspace) -> list[str]:
        """Say why this chooses nothing, or not what was meant; empty where it does."""
        if self.faults:
            return list(self.faults)
        if self.matching:
            return self.filtering(workspace).problems
        missing = len(self.ids) - self.rows(workspace).count() if self.ids else 0
        return [str(self.GONE).format(n=missing)] if missing else []

    def faults_of_acting(self, workspace: Workspace) -> list[str]:
        """Say why nothing can be done to it: silence chooses nothing, nor do filters that leave
        nothing."""
        problems = self.problems(workspace)
        if not problems and not self.rows(workspace).exists():
            return [str(self.NONE)]
        return problems

    def said(self, workspace: Workspace) -> list[str]:
        """Return what each filter is called by which rows were chosen."""
        return [*self.filtering(workspace).said.values()] if self.matching else []

    def list_left(self, workspace: Workspace, url: str) -> str:
        """Return the list at an address as one left it: its filters, its sort and its page."""
        left = self.filtering(workspace).as_query()
        return f"{url}?{left}" if left else url


class SelectionFields(forms.Form):
    """A choice as unseen fields, to carry it from page to page."""

    who = forms.MultipleChoiceField(required=False, widget=SeveralHidden)
    matching = forms.CharField(required=False, widget=forms.HiddenInput)
    filters = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, selection: Selection[Any], workspace: Workspace) -> None:
        found = selection.rows(workspace) if not selection.matching else None
        super().__init__(
            auto_id=False,
            initial={
                "who": list(found.values_list("public_id", flat=True)) if found else [],
                "matching": "on" if selection.matching else "",
                "filters": selection.filters,
            },
        )


class ChosenForm(ChangeForm):
    """Carries what is chosen along unseen; by itself there is nothing to say but yes.

    `NAMED` are fields that are made with the form.
    """

    NAMED: ClassVar[frozenset[str]] = frozenset()

    who = forms.Field(required=False, widget=SeveralHidden)
    matching = forms.CharField(required=False, widget=forms.HiddenInput)
    filters = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, workspace: Workspace, selection: Selection[Any]
    ) -> None:
        self.workspace, self.selection = workspace, selection
        super().__init__(data, initial=dict(SelectionFields(selection, workspace).initial))

    @cached_property
    def problems(self) -> list[str]:
        """Why nothing can be done to what is chosen."""
        return self.selection.faults_of_acting(self.workspace)

    @property
    def status(self) -> HTTPStatus:
        """The same of a form that is only opened: 422 where nothing can be done by it."""
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.problems else super().status

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for words in self.problems:
            self.add_error(None, words)
        return cleaned


class ManyForm(ChosenForm, ReviewedForm):
    """A change of all that is chosen, looked at before it is saved."""
