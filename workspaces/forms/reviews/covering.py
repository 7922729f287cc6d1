"""What the filters of a review mean: they are those of the list of what it covers (V1, N4)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from config.web.lists.filters import Filters
from labels.forms import LabelFilters
from workspaces.errors import Refused
from workspaces.forms.groups.groups import GroupFilters
from workspaces.forms.members.filters import MemberFilters
from workspaces.forms.tokens.tokens import TokenFilters
from workspaces.models import Covers, Review, Workspace
from workspaces.operations.reviews.covering import CHOSEN, Choice

FILTERS: Mapping[str, type[Filters]] = MappingProxyType(
    {Covers.GROUPS: GroupFilters, Covers.LABELS: LabelFilters, Covers.TOKENS: TokenFilters}
)


def filters_of(workspace: Workspace, covers: str, data: Mapping[str, Any]) -> Filters:
    """Return the filters of the list of what is covered; `data` as that list's address has it.

    What is covered as a whole is narrowed by nothing: whatever is sent is a fault.
    """
    if covers == Covers.PEOPLE:
        return MemberFilters(data, workspace=workspace)
    return FILTERS.get(covers, Filters)(data)


def choice_of(workspace: Workspace, covers: str, filters: Mapping[str, str]) -> Choice | None:
    """Return what chooses who or what is meant, as things stand then; None where all is.

    Raises Refused where a filter is not understood, at once and whenever it is asked: it would
    choose more than was meant.
    """
    _understood(workspace, covers, filters)
    if covers not in CHOSEN:
        return None

    def choose(workspace: Workspace) -> QuerySet[Any] | None:
        found = _understood(workspace, covers, filters)
        if covers == Covers.PEOPLE and not found.asked:
            return None
        rows: QuerySet[Any] = found.narrow(_listed(workspace, covers))
        return rows

    return choose


def meant_by(review: Review) -> Choice | None:
    """Return what chooses who a review means now. Raises Refused where nothing tells any more."""
    return choice_of(review.workspace, review.covers, review.filters)


def _understood(workspace: Workspace, covers: str, filters: Mapping[str, str]) -> Filters:
    found = filters_of(workspace, covers, filters)
    if found.faults:
        words = _("What the review covers is not understood: {why}")
        raise Refused("V1", words.format(why=" ".join(found.problems)), field="covers")
    return found


def _listed(workspace: Workspace, covers: str) -> QuerySet[Any]:
    rows: dict[str, QuerySet[Any]] = {
        Covers.PEOPLE: workspace.members.all(),
        Covers.GROUPS: workspace.groups.all(),
        Covers.LABELS: workspace.labels.all(),
        Covers.TOKENS: workspace.tokens.all(),
    }
    return rows[covers]
