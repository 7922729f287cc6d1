"""Coverage: how many resources each grant takes in today, counted in SQL."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Count

from workspaces.access.dialect import fetch, ids
from workspaces.catalogue import ROLES, Scope
from workspaces.models.grant import Grant
from workspaces.models.resource import Resource

LabelSet = frozenset[int]

USES = "SELECT label_id, COUNT(*) FROM labels_resourcelabel WHERE label_id {one_of} GROUP BY 1"
LISTED = """
SELECT gr.grant_id, r.type, COUNT(*)
  FROM workspaces_grantresource gr JOIN workspaces_resource r ON r.id = gr.resource_id
 WHERE gr.grant_id {one_of} GROUP BY gr.grant_id, r.type
"""
# What carries each set; their types are looked up for all sets at once.
CARRYING = """
SELECT number, r.type, COUNT(*) FROM ({parts}) carrying
  JOIN workspaces_resource r ON r.id = carrying.resource_id GROUP BY number, r.type
"""
# SQLite keeps the order of a CROSS JOIN: the rarest label first.
PART = """
SELECT {number} AS number, l0.resource_id FROM labels_resourcelabel l0{joins}
 WHERE l0.label_id = %s{same}
"""


def coverage(grants: Sequence[Grant]) -> dict[int, int]:
    """Return how many resources of its role's type each grant covers; 4 statements at most.

    The grants come with their labels. Destinations beneath covered sources are not counted;
    roles on the workspace cover 0.
    """
    of_scope = {scope: [g for g in grants if g.scope == scope] for scope in Scope}
    every = totals_of(grants[0].workspace_id) if of_scope[Scope.ALL] else {}
    listed = _listed([g.pk for g in of_scope[Scope.RESOURCES]])
    sets = {g.pk: _label_set(g) for g in of_scope[Scope.LABELS]}
    carrying = _carrying({labels for labels in sets.values() if labels})
    counts = {}
    for grant in grants:
        by_type = every
        if grant.scope == Scope.RESOURCES:
            by_type = listed[grant.pk]
        if grant.scope == Scope.LABELS:
            by_type = carrying[sets[grant.pk]]
        counts[grant.pk] = by_type.get(ROLES[grant.role].type, 0)
    return counts


def totals_of(workspace_id: int) -> dict[str, int]:
    """Return how many resources of each type the workspace has; 1 statement."""
    counted = Resource.objects.filter(workspace_id=workspace_id).order_by().values("type")
    return {row["type"]: row["n"] for row in counted.annotate(n=Count("pk"))}


def _listed(pks: Collection[int]) -> dict[int, dict[str, int]]:
    """Return what each grant lists, by type; 1 statement."""
    return _by_type(fetch(LISTED, [ids(pks)]) if pks else [])


def _label_set(grant: Grant) -> LabelSet:
    """Return the labels of a grant; none where one was lost behind our back: it covers nothing."""
    labels = frozenset(row.label_id for row in grant.label_set.all())
    return labels if len(labels) == grant.n_labels else frozenset()


def _carrying(sets: Collection[LabelSet]) -> dict[LabelSet, dict[str, int]]:
    """Return what carries all labels of each set, by type; 2 statements.

    Each set is looked up by the label that is on least: another one may be on everything.
    """
    if not sets:
        return defaultdict(dict)
    uses = dict(fetch(USES, [ids(frozenset().union(*sets))]))
    numbered = list(sets)
    by_use = [sorted(labels, key=lambda pk: uses.get(pk, 0)) for labels in numbered]
    parts = " UNION ALL ".join(_part(i, len(labels)) for i, labels in enumerate(by_use))
    rows = fetch(CARRYING.format(parts=parts), [pk for labels in by_use for pk in labels])
    found = _by_type(rows)
    return defaultdict(dict, {labels: found[i] for i, labels in enumerate(numbered)})


def _part(number: int, n_labels: int) -> str:
    others = range(1, n_labels)
    joins = "".join(f" CROSS JOIN labels_resourcelabel l{i}" for i in others)
    same = "".join(f" AND l{i}.resource_id = l0.resource_id AND l{i}.label_id = %s" for i in others)
    return PART.format(number=number, joins=joins, same=same)


def _by_type(rows: Iterable[tuple[int, str, int]]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for key, type_, n in rows:
        found[key][type_] = n
    return found
