"""Who is chosen on the members list: some by tick, or everybody whom the filters leave.

A choice by filter is kept as the filter, and asked again when it is acted on.
"""

from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from workspaces.forms.changes import SeveralHidden
from workspaces.forms.members import MemberFilters
from workspaces.models.member import MemberQuerySet
from workspaces.models.workspace import Workspace

MOST = 500  # people ticked one by one; the list shows 50 at a time
LONGEST = 2000  # characters of filters; no list of ours makes more


@dataclass(frozen=True, slots=True)
class Selection:
    """People by public id, or all that match `filters`, a query string."""

    ids: tuple[str, ...]
    matching: bool
    filters: str

    @classmethod
    def of(cls, data: QueryDict) -> "Selection":
        """Read a choice as the list sends it."""
        ids = tuple(dict.fromkeys(data.getlist("who")))[:MOST]
        return cls(ids, data.get("matching") == "on", data.get("filters", ""))

    def members(self, workspace: Workspace) -> MemberQuerySet:
        """Return who is chosen now. Ids of other workspaces choose nobody (A1)."""
        if len(self.filters) > LONGEST:
            return workspace.members.none()
        if self.matching:
            return MemberFilters(QueryDict(self.filters)).narrow(workspace)
        return workspace.members.filter(public_id__in=self.ids)

    @property
    def filtering(self) -> MemberFilters:
        """The filters as a form that was asked, to say what they are."""
        filters = MemberFilters(QueryDict(self.filters))
        filters.is_valid()
        return filters

    def missing(self, workspace: Workspace) -> int:
        """Return how many of those ticked are not, or no longer, in the workspace."""
        return 0 if self.matching else len(self.ids) - self.members(workspace).count()


class SelectionFields(forms.Form):
    """A choice as unseen fields, to carry it from page to page."""

    who = forms.MultipleChoiceField(required=False, widget=SeveralHidden)
    matching = forms.CharField(required=False, widget=forms.HiddenInput)
    filters = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, selection: Selection, workspace: Workspace) -> None:
        found = selection.members(workspace) if not selection.matching else None
        super().__init__(
            auto_id=False,
            initial={
                "who": list(found.values_list("public_id", flat=True)) if found else [],
                "matching": "on" if selection.matching else "",
                "filters": selection.filters,
            },
        )


def gone_words(number: int) -> str:
    """Say that some of those ticked have gone."""
    return _("{n} of the people you chose are not here. Look again at who is left.").format(
        n=number
    )
