"""Coverage: how many resources each grant takes in today, counted in SQL."""

from collections.abc import Iterator, Sequence

from django.db.models import Count

from workspaces.access.dialect import Term, ids, run, sql
from workspaces.access.scopes import all_of
from workspaces.catalogue import ROLES, Scope
from workspaces.models.grant import Grant
from workspaces.models.resource import Resource

# Rows: scope, place among those of the scope, type, number.
LISTED = f"""
SELECT '{Scope.RESOURCES}', gr.grant_id, r.type, COUNT(*) FROM workspaces_grantresource gr
  JOIN workspaces_resource r ON r.id = gr.resource_id
 WHERE gr.grant_id {{one_of}} GROUP BY gr.grant_id, r.type
"""
CARRYING = f"""
SELECT '{Scope.LABELS}', place, r.type, COUNT(*) FROM ({{carrying}}) carrying
  JOIN workspaces_resource r ON r.id = carrying.resource_id GROUP BY place, r.type
"""
TOTALS = f"""
SELECT '{Scope.ALL}', 0, type, COUNT(*) FROM workspaces_resource
 WHERE workspace_id = %s GROUP BY type
"""
TERMS = 400  # SQLite takes at most 500 terms in a UNION

Key = tuple[str, int, str]


def coverage(grants: Sequence[Grant]) -> dict[int, int]:
    """Return the number of resources of its role's type that each grant covers; 1 statement.

    The grants are read `with_details`. Destinations beneath covered sources are not counted;
    roles on the workspace cover 0. Grants that ask for the same labels are counted once.
    """
    asked = _labels_asked(grants)
    sets = {labels: at for at, labels in enumerate(dict.fromkeys(asked.values()))}
    counts = _counted([*_parts(grants), *_carrying(list(sets))])
    places = {pk: sets[labels] for pk, labels in asked.items()}
    return {
        grant.pk: counts.get((grant.scope, _place(grant, places), ROLES[grant.role].type), 0)
        for grant in grants
    }


def _labels_asked(grants: Sequence[Grant]) -> dict[int, tuple[int, ...]]:
    """Return the label sets of grants by primary key.

    A set that is not whole – a label row lost behind our back – gives nothing, as everywhere.
    """
    found = {
        grant.pk: tuple(sorted(row.label_id for row in grant.label_set.all()))
        for grant in grants
        if grant.scope == Scope.LABELS
    }
    sizes = {grant.pk: grant.n_labels for grant in grants}
    return {pk: labels for pk, labels in found.items() if len(labels) == sizes[pk]}


def _place(grant: Grant, places: dict[int, int]) -> int:
    """Return where the count of a grant stands among those of its scope."""
    if grant.scope == Scope.ALL:
        return 0
    return grant.pk if grant.scope == Scope.RESOURCES else places.get(grant.pk, -1)


def _parts(grants: Sequence[Grant]) -> Iterator[Term]:
    """Yield what counts lists, and everything."""
    listing = [grant.pk for grant in grants if grant.scope == Scope.RESOURCES]
    if listing:
        yield sql(LISTED), [ids(listing)]
    everywhere = [grant for grant in grants if grant.scope == Scope.ALL]
    if everywhere:
        yield TOTALS, [everywhere[0].workspace_id]


def _carrying(sets: Sequence[tuple[int, ...]]) -> Iterator[Term]:
    """Yield what counts the resources that carry each label set, some sets at a time."""
    for start in range(0, len(sets), TERMS):
        some = list(enumerate(sets))[start : start + TERMS]
        selects = (f"SELECT %s AS place, s.* FROM ({all_of(len(s))}) s" for _, s in some)
        params = [value for place, labels in some for value in (place, *labels)]
        yield CARRYING.format(carrying=" UNION ALL ".join(selects)), params


def _counted(parts: Sequence[Term]) -> dict[Key, int]:
    """Run the parts as one statement."""
    if not parts:
        return {}
    text = " UNION ALL ".join(text for text, _ in parts)
    rows = run(text, [value for _, params in parts for value in params])
    return {(scope, place, type_): n for scope, place, type_, n in rows}


def totals_of(workspace_id: int) -> dict[str, int]:
    """Return how many resources of each type the workspace has; 1 statement."""
    counted = Resource.objects.filter(workspace_id=workspace_id).order_by().values("type")
    return {row["type"]: row["n"] for row in counted.annotate(n=Count("pk"))}
