"""Coverage: how many resources each grant takes in today, counted in SQL."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from workspaces.access.dialect import Term, fetch, ids, union_all
from workspaces.catalogue import ResourceType, Scope, role_of
from workspaces.models import Grant, Tally

LabelSet = frozenset[int]
Key = tuple[str, int]  # scope, and which of that scope: a grant, a numbered label set, or 0

USES = "SELECT label_id, COUNT(*) FROM labels_resourcelabel WHERE label_id {one_of} GROUP BY 1"
# Rows of each part: scope, which of it, type, number.
# Of all there are the database keeps the tally (`models.tally`): nothing is counted for it.
TOTALS = f"""
SELECT '{Scope.ALL}', 0, what, number FROM workspaces_tally WHERE workspace_id = %s AND number > 0
"""
LISTED = f"""
SELECT '{Scope.RESOURCES}', gr.grant_id, r.type, COUNT(*)
  FROM workspaces_grantresource gr JOIN workspaces_resource r ON r.id = gr.resource_id
 WHERE gr.grant_id {{one_of}} GROUP BY gr.grant_id, r.type
"""
CARRYING = f"""
SELECT '{Scope.LABELS}', number, r.type, COUNT(*) FROM ({{sets}}) carrying
  JOIN workspaces_resource r ON r.id = carrying.resource_id GROUP BY number, r.type
"""
# SQLite keeps the order of a CROSS JOIN: the rarest label first.
SET = """
SELECT {number} AS number, l0.resource_id FROM labels_resourcelabel l0{joins}
 WHERE l0.label_id = %s{same}
"""


def coverage(grants: Sequence[Grant]) -> dict[int, int]:
    """Return how many resources of its role's type each grant covers; 2 statements at most.

    The grants are read `with_details`. Destinations beneath covered sources are not counted;
    roles on the workspace cover 0. Grants that ask for the same labels are counted once.
    """
    sets = {g.pk: _label_set(g) for g in grants if g.scope == Scope.LABELS}
    numbers = {labels: i for i, labels in enumerate(dict.fromkeys(sets.values())) if labels}
    parts = [*_everything(grants), *_listed(grants), *_carrying(numbers)]
    counts: dict[Key, dict[str, int]] = defaultdict(dict)
    rows = fetch(*union_all(parts)) if parts else []
    for scope, which, type_, n in rows:
        counts[scope, which][type_] = n

    def key(grant: Grant) -> Key:
        if grant.scope == Scope.LABELS:
            return grant.scope, numbers.get(sets[grant.pk], -1)
        return grant.scope, grant.pk if grant.scope == Scope.RESOURCES else 0

    return {grant.pk: counts[key(grant)].get(role_of(grant.role).type, 0) for grant in grants}


def totals_of(workspace_id: int) -> dict[str, int]:
    """Return how many resources of each type the workspace has; 1 statement."""
    kept = Tally.objects.filter(workspace=workspace_id, what__in=list(ResourceType), number__gt=0)
    return dict(kept.values_list("what", "number"))


def _label_set(grant: Grant) -> LabelSet:
    """Return the labels of a grant; none where one was lost behind our back: it covers nothing."""
    labels = frozenset(row.label_id for row in grant.label_set.all())
    return labels if len(labels) == grant.n_labels else frozenset()


def _everything(grants: Sequence[Grant]) -> Iterator[Term]:
    if any(grant.scope == Scope.ALL for grant in grants):
        yield TOTALS, [grants[0].workspace_id]


def _listed(grants: Sequence[Grant]) -> Iterator[Term]:
    listing = [grant.pk for grant in grants if grant.scope == Scope.RESOURCES]
    if listing:
        yield LISTED, [ids(listing)]


def _carrying(numbers: Mapping[LabelSet, int]) -> Iterator[Term]:
    """Yield what counts the things that carry all labels of each set; 1 statement.

    Each set is looked up by the label that is on least: another one may be on everything.
    """
    if not numbers:
        return
    uses = dict(fetch(USES, [ids(frozenset().union(*numbers))]))
    sets, params = union_all(
        (_text(number, len(labels)), sorted(labels, key=lambda pk: uses.get(pk, 0)))
        for labels, number in numbers.items()
    )
    yield CARRYING.replace("{sets}", sets), params


def _text(number: int, n_labels: int) -> str:
    others = range(1, n_labels)
    joins = "".join(f" CROSS JOIN labels_resourcelabel l{i}" for i in others)
    same = "".join(f" AND l{i}.resource_id = l0.resource_id AND l{i}.label_id = %s" for i in others)
    return SET.format(number=number, joins=joins, same=same)
