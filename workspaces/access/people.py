"""People: by which paths each of a page of members reaches one resource."""

from collections.abc import Sequence
from dataclasses import dataclass

from workspaces.access.decide import Held, allows, paths
from workspaces.access.facts import load_facts, load_policies
from workspaces.catalogue import EDIT, READ
from workspaces.models.member import Member
from workspaces.models.resource import Resource


@dataclass(frozen=True, slots=True)
class PersonPaths:
    """A member who reaches the resource; `held` are the grants that let them read it."""

    member: Member
    can_edit: bool
    held: tuple[Held, ...]


def people_paths(resource: Resource, members: Sequence[Member]) -> list[PersonPaths]:
    """Explain a page of members at once; 2 statements."""
    policies = load_policies(members)
    facts = load_facts([resource], policies.values())[resource.pk]
    return [
        PersonPaths(
            member,
            allows(policies[member.pk], EDIT, facts),
            tuple(paths(policies[member.pk], READ, facts)),
        )
        for member in members
    ]
