"""The form that keeps a list as one sees it, and which lists can be kept."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy as _

from config.web.lists.filters import SHOWN, Filters
from config.web.lists.returning import LONGEST
from config.web.values.text_fields import LineField
from labels.forms import LabelFilters
from workspaces.catalogue import ResourceType
from workspaces.forms.console.changes import ChangeForm
from workspaces.forms.groups.groups import GroupFilters
from workspaces.forms.invites.invites import InviteFilters
from workspaces.forms.members.filters import MemberFilters
from workspaces.forms.requests.requests import RequestFilters
from workspaces.forms.resources.resources import ResourceFilters
from workspaces.forms.reviews.reviews import ReviewFilters
from workspaces.forms.tokens.tokens import TokenFilters
from workspaces.forms.trail.trail import AuditFilters
from workspaces.models.saved_view import NAME_LENGTH

# By the name of the list's route; resources by their type.
OF_OWNERS: Mapping[str, type[Filters]] = MappingProxyType(
    {
        "members": MemberFilters,
        "invites": InviteFilters,
        "groups": GroupFilters,
        "tokens": TokenFilters,
        "requests": RequestFilters,
        "reviews": ReviewFilters,
        "labels": LabelFilters,
        "audit": AuditFilters,
    }
)
FILTERS: Mapping[str, type[Filters]] = MappingProxyType(
    {**OF_OWNERS, **dict.fromkeys(ResourceType, ResourceFilters)}
)


class SaveViewForm(ChangeForm):
    """A name for the list one sees. Only keys that the list knows are kept (N4)."""

    name = LineField(most=NAME_LENGTH, label=_("Name of this view"))
    query = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def __init__(self, data: Any = None, *, which: str, query: QueryDict) -> None:
        """`query` is what the list's address says."""
        self.filters = FILTERS[which]
        self.kept = self.filters.lasting(query).urlencode()
        super().__init__(data, auto_id="view_%s", initial={"query": self.kept})

    def clean_query(self) -> str:
        """Return the query to keep. Raises ValidationError by the name of what is no filter."""
        sent = QueryDict(self.cleaned_data["query"])
        for key in self.filters.strangers(sent):
            words = gettext("There is no filter of the name “{name}”.").format(name=key[:SHOWN])
            raise forms.ValidationError(words)
        found = self.filters.lasting(sent).urlencode()
        if not found:
            raise forms.ValidationError(gettext("Filter or sort the list first."))
        if len(found) > LONGEST:
            raise forms.ValidationError(gettext("These filters are too long to be kept."))
        return found
