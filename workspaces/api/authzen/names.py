"""Finds what the decision API names: users by address, tokens by id, groups by name (N2).

A single name costs one statement, any number of names of one kind two; what is not there is
simply absent, which is a no (R5).
"""

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from accounts.addresses import sought
from config.web.values.text import same_key
from workspaces.access.decide import Facts, Policy
from workspaces.access.named import (
    facts_named,
    facts_of_named,
    policies_named,
    policy_named,
    question_named,
)
from workspaces.api.authzen.questions import Entity
from workspaces.catalogue import ROLES, WORKSPACE
from workspaces.models import Group, Member, Resource, Token, Workspace

USER, TOKEN, GROUP = "user", "token", "group"

Thing = Resource | Workspace


class Asked(NamedTuple):
    """What a type of subject is here, and the form in which its names are kept."""

    model: type[Member | Token | Group]
    kept: Callable[[str], str]


SUBJECTS = {USER: Asked(Member, sought), TOKEN: Asked(Token, str), GROUP: Asked(Group, same_key)}


def asked_about(
    workspace: int, pairs: Collection[tuple[Entity, Entity]], roles: Collection[str]
) -> tuple[dict[Entity, Policy], dict[Entity, Facts]]:
    """Return what the subjects of pairs hold by these roles, and the facts of their resources.

    1 statement for one pair, however often it comes; else those of `policies_of` and `facts_of`.
    """
    if len(set(pairs)) == 1:
        subject, resource = next(iter(pairs))
        if subject.type in SUBJECTS and resource.type != WORKSPACE:
            model, kept = SUBJECTS[subject.type]
            thing = resource.type, same_key(resource.id)
            policy, facts = question_named(model, workspace, kept(subject.id), roles, thing)
            return {subject: policy} if policy else {}, {resource: facts} if facts else {}
    policies = policies_of(workspace, [subject for subject, _ in pairs], roles)
    return policies, facts_of(workspace, [thing for _, thing in pairs], policies.values())


def policies_of(
    workspace: int, subjects: Iterable[Entity], roles: Collection[str] = tuple(ROLES)
) -> dict[Entity, Policy]:
    """Return what each subject holds by these roles; 1 statement, or 2 for many of one type."""
    found: dict[Entity, Policy] = {}
    for kind, (model, kept) in SUBJECTS.items():
        names = {subject: kept(subject.id) for subject in subjects if subject.type == kind}
        different = set(names.values())
        if len(different) == 1:
            policy = policy_named(model, workspace, next(iter(different)), roles)
            held = dict.fromkeys(different, policy) if policy else {}
        else:
            held = policies_named(model, workspace, different, roles) if different else {}
        found |= {subject: held[name] for subject, name in names.items() if name in held}
    return found


def facts_of(
    workspace: int, resources: Iterable[Entity], policies: Iterable[Policy]
) -> dict[Entity, Facts]:
    """Return the facts of what resources name by their present slugs, as far as policies ask
    for them; 1 statement for one, 2 for many.

    A slug that something had before names nothing here: what a search does not list is no.
    """
    names = _names_below(resources)
    different = set(names.values())
    if len(different) == 1:
        (type_, slug) = next(iter(different))
        facts = facts_named(workspace, type_, slug, policies)
        found = dict.fromkeys(different, facts) if facts else {}
    else:
        found = facts_of_named(workspace, different, policies) if different else {}
    return {entity: found[name] for entity, name in names.items() if name in found}


def _names_below(resources: Iterable[Entity]) -> dict[Entity, tuple[str, str]]:
    """Return type and key of all that names something below the workspace."""
    return {e: (e.type, same_key(e.id)) for e in resources if e.type != WORKSPACE}


def is_itself(slug: str, entity: Entity) -> bool:
    """Whether a resource names the workspace of this slug; no other one is ever named."""
    return entity.type == WORKSPACE and same_key(entity.id) == same_key(slug)


def things_of(workspace: Workspace, resources: Iterable[Entity]) -> dict[Entity, Thing]:
    """Return what the resources name by their present slugs; at most 1 statement."""
    found: dict[Entity, Thing] = {}
    names = _names_below(resources)
    if names:
        rows = workspace.resources.select_related("source").filter(
            type__in={type_ for type_, _ in names.values()},
            slug_key__in={slug for _, slug in names.values()},
        )
        at = {(row.type, row.slug_key): row for row in rows}
        found = {entity: at[name] for entity, name in names.items() if name in at}
    return found | {e: workspace for e in resources if is_itself(workspace.slug, e)}
