"""What the sections of a run share: the workspace, and people and things to ask about."""

import random
from dataclasses import dataclass, field

from django.db import connection

from tests.bench.contestants.guardian_side.models import Thing
from tests.bench.worlds.world import KINDS, OF_A_KIND, USUAL, Size, address
from workspaces.catalogue import ResourceType
from workspaces.models import Member, Resource, Workspace

ASKED = 12  # usual people, and things, that questions are about


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: its world and size, how long a question may be asked, what was loaded when."""

    workspace: Workspace
    size: Size
    seconds: float
    url: str
    loaded: dict
    draw: random.Random = field(default_factory=lambda: random.Random(2))  # noqa: S311

    def target(self, sqlite: float, postgresql: float) -> float:
        """Return the target that holds for the database in use."""
        return sqlite if connection.vendor == "sqlite" else postgresql

    def members(self, kind: str, number: int = ASKED) -> list[Member]:
        """Return some members of a kind; of the usual ones so many."""
        number = number if kind == USUAL else OF_A_KIND
        emails = [address(kind, n) for n in range(number)]
        rows = self.workspace.members.select_related("user").filter(user__email__in=emails)
        return list(rows.order_by("pk"))

    def everybody(self) -> list[Member]:
        return [member for kind in KINDS for member in self.members(kind)]

    def sources(self, number: int = ASKED) -> list[Resource]:
        """Return sources spread over all there are."""
        rows = self.workspace.resources.of_type(ResourceType.SOURCE).order_by("pk")
        pks = list(rows.values_list("pk", flat=True))
        chosen = random.Random(number).sample(pks, min(number, len(pks)))  # noqa: S311
        return list(rows.filter(pk__in=chosen))


def things(sources: list[Resource]) -> dict[Resource, Thing]:
    """Return each source as guardian has it, in the same order; none where it has none."""
    found = Thing.objects.in_bulk([source.pk for source in sources])
    return {source: found[source.pk] for source in sources if source.pk in found}
