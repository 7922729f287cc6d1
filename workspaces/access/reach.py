"""List: the resources a policy reaches, as a condition for a QuerySet (semantics §9).

The answer stays in the database: it pages and counts there and never becomes a list of
ids in Python, except for the label sets and grant ids of the policy itself.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from django.db.models.expressions import RawSQL

from workspaces.access.decide import Held, Policy
from workspaces.access.dialect import ids, sql
from workspaces.catalogue import (
    LABELLED,
    PII,
    READ,
    VIEW_PII,
    ResourceType,
    Scope,
    known,
    roles_giving,
    roles_giving_beneath,
)
from workspaces.models.resource import Resource, ResourceQuerySet

NOTHING = Q(pk__in=[])
ONE_LABEL = "SELECT resource_id FROM labels_resourcelabel WHERE label_id {one_of}"
LISTED = "SELECT resource_id FROM workspaces_grantresource WHERE grant_id {one_of}"
NAMED = "{rows_of}"

# SQLite takes at most 500 terms in a UNION.
TERMS = 400


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
    if not known(type_, action):
        return NOTHING
    if policy.covers_all(action, type_):
        return Q()
    if action == VIEW_PII:
        return _reach(policy, READ, type_) if PII in policy.everywhere else NOTHING
    within = _within(policy, roles_giving(type_, action), type_, "pk")
    if type_ == ResourceType.DESTINATION:
        beneath = roles_giving_beneath(type_, action)
        within |= _within(policy, beneath, ResourceType.SOURCE, "source_id")
    return within or NOTHING


def _within(policy: Policy, roles: frozenset[str], type_: str, column: str) -> Q:
    """Match what the scopes of these roles' grants take in, beside scope *all*."""
    held = [h for h in policy.held if h.role in roles]
    within = Q()
    if type_ in LABELLED:
        for text, params in _label_terms(minimal_label_sets(held)):
            within |= Q((f"{column}__in", RawSQL(sql(text), params)))
    by_list = [h.grant for h in held if h.scope == Scope.RESOURCES and h.grant is not None]
    if by_list:
        within |= Q((f"{column}__in", RawSQL(sql(LISTED), [ids(by_list)])))
    named = frozenset[int]().union(*(h.listed for h in held if h.scope == Scope.RESOURCES))
    if named:
        within |= Q((f"{column}__in", RawSQL(sql(NAMED), [ids(named)])))
    return within


def minimal_label_sets(held: Iterable[Held]) -> list[frozenset[int]]:
    """Return the distinct label sets of the grants, without those another one includes.

    What {prod, car} reaches, {prod} reaches too (R2), so only {prod} is asked for.
    """
    sets = {h.labels for h in held if h.scope == Scope.LABELS and h.labels}
    kept: dict[int, list[frozenset[int]]] = defaultdict(list)
    for labels in sorted(sets, key=len):
        # A set that this one includes stands under one of its labels.
        if not any(smaller <= labels for label in labels for smaller in kept.get(label, ())):
            kept[min(labels)].append(labels)
    return [labels for under in kept.values() for labels in under]


def _label_terms(sets: list[frozenset[int]]) -> Iterable[tuple[str, list[object]]]:
    single = [next(iter(s)) for s in sets if len(s) == 1]
    if single:
        yield ONE_LABEL, [ids(single)]
    several = [sorted(s) for s in sets if len(s) > 1]
    for start in range(0, len(several), TERMS):
        chunk = several[start : start + TERMS]
        yield (
            " UNION ".join(_all_of(len(labels)) for labels in chunk),
            [label for labels in chunk for label in labels],
        )


def _all_of(n_labels: int) -> str:
    """Select the resources that carry all of `n_labels` labels, as a self-join."""
    joins = "".join(
        f" JOIN labels_resourcelabel l{i} ON l{i}.resource_id = l0.resource_id"
        f" AND l{i}.label_id = %s"
        for i in range(1, n_labels)
    )
    # The label of l0 stands last in the text, so parameters are given in any order: all
    # must be carried.
    return f"SELECT l0.resource_id FROM labels_resourcelabel l0{joins} WHERE l0.label_id = %s"
