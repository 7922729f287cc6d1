"""List: the resources a policy reaches, as a condition for a QuerySet (R14).

The answer stays in the database: it pages and counts there and never becomes a list of
ids in Python, except for the label sets and grant ids of the policy itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q

from workspaces import catalogue
from workspaces.access.decide import Held, Policy
from workspaces.access.scopes import Scopes, TakenIn
from workspaces.models import Resource, ResourceQuerySet

NOTHING = Q(pk__in=[])


def reachable(policy: Policy, action: str, types: Iterable[str]) -> ResourceQuerySet:
    """Return the workspace's resources of these types on which the action is allowed (R1)."""
    return Resource.objects.filter(condition(policy, action, types), workspace_id=policy.workspace)


def condition(policy: Policy, action: str, types: Iterable[str]) -> Q:
    """Return the same as a condition on the workspace's resources, to count by."""
    either = Q()
    for type_ in types:
        either |= Q(type=type_) & _reach(policy, action, type_)
    return either or NOTHING


def _reach(policy: Policy, action: str, type_: str) -> Q:
    if not catalogue.known(type_, action):
        return NOTHING
    if policy.covers_all(action, type_):
        return Q()
    if action == catalogue.VIEW_PII:
        if catalogue.PII not in policy.everywhere:
            return NOTHING
        return _reach(policy, catalogue.READ, type_)
    scopes = scopes_of(policy, catalogue.roles_giving(type_, action), type_)
    within = _taken_in("pk", scopes)
    if type_ == catalogue.ResourceType.DESTINATION:
        beneath = catalogue.roles_giving_beneath(type_, action)
        scopes = scopes_of(policy, beneath, catalogue.ResourceType.SOURCE)
        within |= _taken_in("source_id", scopes)
    return within or NOTHING


def _taken_in(column: str, scopes: Scopes) -> Q:
    return Q(TakenIn(column, scopes)) if scopes else Q()


def scopes_of(policy: Policy, roles: frozenset[str], type_: str) -> Scopes:
    """Return the scopes of these roles' grants on things of the type, beside scope *all*."""
    return scopes_of_held([h for h in policy.held if h.role in roles], type_)


def scopes_of_held(held: Sequence[Held], type_: str) -> Scopes:
    """Return the scopes of these grants on things of the type, beside scope *all*."""
    sets = minimal_label_sets(held) if type_ in catalogue.LABELLED else []
    by_list = [h for h in held if h.scope == catalogue.Scope.RESOURCES]
    return Scopes(
        labels=tuple(label for s in sets if len(s) == 1 for label in s),
        label_sets=tuple(tuple(sorted(s)) for s in sets if len(s) > 1),
        grants=tuple(h.grant for h in by_list if h.grant is not None),
        named=frozenset[int]().union(*(h.listed for h in by_list)),
    )


def minimal_label_sets(held: Iterable[Held]) -> list[frozenset[int]]:
    """Return the distinct label sets of the grants, without those another one includes.

    What {prod, car} reaches, {prod} reaches too (R2), so only {prod} is asked for.
    """
    sets = {h.labels for h in held if h.scope == catalogue.Scope.LABELS and h.labels}
    kept: dict[int, list[frozenset[int]]] = defaultdict(list)
    for labels in sorted(sets, key=len):
        # A set that this one includes stands under one of its labels.
        if not any(smaller <= labels for label in labels for smaller in kept.get(label, ())):
            kept[min(labels)].append(labels)
    return [labels for under in kept.values() for labels in under]
