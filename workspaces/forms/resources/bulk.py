"""Which resources of a list are chosen; what is done to them stands with labels and files."""

from typing import ClassVar, cast

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from workspaces.catalogue import ResourceType
from workspaces.forms.console.selection import Selection
from workspaces.forms.resources.resources import ResourceFilters
from workspaces.models import ResourceQuerySet, Workspace


class ResourceSelection(Selection[ResourceQuerySet]):
    """Resources of one type."""

    TYPE: ClassVar[str]
    NONE = gettext_lazy("Nothing is chosen.")

    def everything(self, workspace: Workspace) -> ResourceQuerySet:
        return workspace.resources.of_type(self.TYPE)

    def filters_of(self, query: QueryDict, workspace: Workspace) -> ResourceFilters:
        sources = workspace.resources.of_type(ResourceType.SOURCE)
        labels = workspace.labels.by_name()
        return ResourceFilters(query, labels=labels, sources=sources, type_=self.TYPE)


def selection_of(type_: str) -> type[ResourceSelection]:
    """Return the kind of selection of a type's list."""
    return cast("type[ResourceSelection]", type("Chosen", (ResourceSelection,), {"TYPE": type_}))
