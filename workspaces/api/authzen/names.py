"""Finds what the decision API names: users by address, tokens by id, groups by name (N2).

Any number of names of one kind costs one statement; what is not there is simply absent,
which is a no (R5).
"""

from collections.abc import Iterable

from accounts.addresses import sought
from config.web.values.text import same_key
from workspaces.access.decide import Policy
from workspaces.access.facts import Subject, load_policies
from workspaces.api.authzen.questions import Entity
from workspaces.catalogue import WORKSPACE
from workspaces.models import Resource, Workspace

USER, TOKEN, GROUP = "user", "token", "group"

Thing = Resource | Workspace


def policies_of(workspace: Workspace, subjects: Iterable[Entity]) -> dict[Entity, Policy]:
    """Return what each subject holds; at most 2 statements for each kind of subject."""
    wanted = set(subjects)
    found: dict[Entity, Policy] = {}
    for kind in (USER, TOKEN, GROUP):
        named = {subject.id for subject in wanted if subject.type == kind}
        rows = _subjects(workspace, kind, named) if named else {}
        policies = load_policies(list(rows.values()))
        for subject in wanted:
            row = rows.get(_key(subject)) if subject.type == kind else None
            if row is not None:
                found[subject] = policies[row.pk]
    return found


def _key(subject: Entity) -> str:
    if subject.type == USER:
        return sought(subject.id)
    return same_key(subject.id) if subject.type == GROUP else subject.id


def _subjects(workspace: Workspace, kind: str, named: set[str]) -> dict[str, Subject]:
    if kind == USER:
        members = workspace.members.select_related("user")
        rows = members.filter(user__email__in={sought(name) for name in named})
        return {member.user.email: member for member in rows}
    if kind == TOKEN:
        return {token.public_id: token for token in workspace.tokens.filter(public_id__in=named)}
    groups = workspace.groups.filter(name_key__in={same_key(name) for name in named})
    return {group.name_key: group for group in groups}


def things_of(workspace: Workspace, resources: Iterable[Entity]) -> dict[Entity, Thing]:
    """Return what the resources name by their present slugs; at most 1 statement.

    A slug that something had before names nothing here: what a search does not list is no.
    """
    wanted = set(resources)
    below = [entity for entity in wanted if entity.type != WORKSPACE]
    found: dict[tuple[str, str], Thing] = {(WORKSPACE, same_key(workspace.slug)): workspace}
    if below:
        rows = workspace.resources.select_related("source").filter(
            type__in={entity.type for entity in below},
            slug_key__in={same_key(entity.id) for entity in below},
        )
        found |= {(row.type, row.slug_key): row for row in rows}
    keys = {entity: (entity.type, same_key(entity.id)) for entity in wanted}
    return {entity: found[key] for entity, key in keys.items() if key in found}
