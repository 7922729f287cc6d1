"""Paths to a yes as rows of chips: group, role, labels, list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from config.web.listing import Drawn
from workspaces.access.decide import Held
from workspaces.access.explain import grants_by_id
from workspaces.access.people import PersonPaths
from workspaces.catalogue import ROLES, Scope
from workspaces.models.grant import Grant
from workspaces.models.member import Member
from workspaces.models.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PathChips(Drawn):
    """One path, ready to draw."""

    role_name: str
    level: str
    scope_kind: str
    labels: list[str]
    group_name: str
    group_url: str
    own_flag: bool


@dataclass(frozen=True, slots=True)
class PersonRow(Drawn):
    """A member with every path by which they reach a resource."""

    member: Member
    url: str
    level: str
    paths: list[PathChips]


def chips_of(workspace: Workspace, held: Iterable[Held]) -> list[PathChips]:
    """Draw held grants; 2 statements."""
    held = list(held)
    rows = grants_by_id(h.grant for h in held)
    return [_chips(workspace, h, rows.get(h.grant or 0)) for h in held]


def path_chips(workspace: Workspace, people: Sequence[PersonPaths]) -> list[PersonRow]:
    """Draw a page of people with their paths; 2 statements for all of them."""
    rows = grants_by_id(h.grant for person in people for h in person.held)
    return [
        PersonRow(
            person.member,
            reverse("workspaces:member", args=[workspace.slug, person.member.public_id]),
            "edit" if person.can_edit else "view",
            [_chips(workspace, h, rows.get(h.grant or 0)) for h in person.held],
        )
        for person in people
    ]


def _chips(workspace: Workspace, held: Held, grant: Grant | None) -> PathChips:
    group = grant.group if grant else None
    labels = grant.label_set.all() if grant and held.scope == Scope.LABELS else ()
    return PathChips(
        ROLES[held.role].name,
        ROLES[held.role].level,
        held.scope,
        sorted(str(row.label) for row in labels),
        group.name if group else "",
        reverse("workspaces:group", args=[workspace.slug, group.public_id]) if group else "",
        own_flag=grant is None,
    )
