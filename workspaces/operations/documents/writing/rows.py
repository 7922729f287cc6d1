"""The rows of a workspace while a document is written into it."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.db.models import Model

from workspaces.change import Actor
from workspaces.models import Workspace
from workspaces.operations.documents.content import Content
from workspaces.operations.documents.faults import Collector

AT_ONCE = 1000


class Rows:
    """What one import has and wants in one workspace, under its lock; ids by document key."""

    def __init__(
        self,
        workspace: Workspace,
        old: Content,
        new: Content,
        *,
        by: Actor,
        faults: Collector,
        progress: Callable[[int], object],
    ) -> None:
        self.workspace, self.old, self.new = workspace, old, new
        self.by, self.faults, self.progress = by, faults, progress
        self.labels = {
            f"{key}:{value}".lower(): pk
            for pk, key, value in workspace.labels.values_list("pk", "key", "value")
        }
        self.resources = {
            f"{type_}/{key}": pk
            for pk, type_, key in workspace.resources.values_list(
                "pk", "type", "slug_key"
            ).iterator()
        }
        self.members = dict(workspace.members.values_list("user__email", "pk"))
        self.groups = dict(workspace.groups.values_list("name_key", "pk"))

    @property
    def ids(self) -> dict[str, dict[str, int]]:
        """Primary keys by kind and document key, of what came and of what went too."""
        return {
            "label": self.labels,
            "resource": self.resources,
            "member": self.members,
            "group": self.groups,
        }

    def create(self, model: type[Model], rows: Iterable[Any]) -> Iterable[Any]:
        """Insert rows in batches, yielding each with its id; memory holds one batch."""
        for batch in batches(rows):
            yield from model._default_manager.bulk_create(batch)
            self.progress(len(batch))

    def insert(self, model: type[Model], rows: Iterable[Any]) -> None:
        """Insert rows in batches, whose ids nobody asks for."""
        for _row in self.create(model, rows):
            pass


def batches(rows: Iterable[Any]) -> Iterable[list[Any]]:
    """Yield rows by the thousand, the last time fewer."""
    iterator = iter(rows)
    while batch := list(islice(iterator, AT_ONCE)):
        yield batch
