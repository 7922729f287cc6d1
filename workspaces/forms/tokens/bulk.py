"""What is done to many tokens of the list at once."""

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from config.web.values.dates import DayField, end_of
from workspaces.forms.console.selection import ManyForm, Selection
from workspaces.forms.tokens.tokens import TokenFilters
from workspaces.models import TokenQuerySet, Workspace
from workspaces.operations.tokens.bulk import Change, MoveEnds, Revoke


class TokenSelection(Selection[TokenQuerySet]):
    """Tokens of the list."""

    NONE = gettext_lazy("No token is chosen.")

    def everything(self, workspace: Workspace) -> TokenQuerySet:
        return workspace.tokens.all()

    def filters_of(self, query: QueryDict, workspace: Workspace) -> TokenFilters:
        return TokenFilters(query)


class TokensForm(ManyForm):
    """A change of tokens."""

    @property
    def change(self) -> Change:
        """The change that a valid form asks for, or one that was only opened."""
        raise NotImplementedError


class RevokeManyForm(TokensForm):
    """Revoking says all there is to say."""

    @property
    def change(self) -> Change:
        return Revoke()


class EndsForm(TokensForm):
    """One last day for all tokens that live."""

    ends = DayField(label=gettext_lazy("Last day (UTC)"))
    field_order = ("ends", "reason")

    @property
    def change(self) -> Change:
        return MoveEnds(end_of(self.cleaned_data["ends"]))
