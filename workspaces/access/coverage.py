"""Coverage: how many resources each grant takes in today, counted in SQL."""

from collections.abc import Sequence

from django.db.models import Count

from workspaces.access.dialect import fetch, ids
from workspaces.catalogue import ROLES, Scope
from workspaces.models.grant import Grant
from workspaces.models.resource import Resource

COUNTS = """
SELECT grant_id, type, COUNT(*) FROM (
  SELECT g.id AS grant_id, r.type AS type
    FROM workspaces_grant g
    JOIN workspaces_grantlabel gl ON gl.grant_id = g.id
    JOIN labels_resourcelabel rl ON rl.label_id = gl.label_id
    JOIN workspaces_resource r ON r.id = rl.resource_id
   WHERE g.id {one_of}
   GROUP BY g.id, g.n_labels, r.id, r.type HAVING COUNT(*) = g.n_labels
  UNION ALL
  SELECT gr.grant_id, r.type
    FROM workspaces_grantresource gr JOIN workspaces_resource r ON r.id = gr.resource_id
   WHERE gr.grant_id {one_of}
) covered GROUP BY grant_id, type
"""


def coverage(grants: Sequence[Grant]) -> dict[int, int]:
    """Return the number of resources of its role's type that each grant covers; 2 statements.

    Destinations beneath covered sources are not counted; roles on the workspace cover 0.
    """
    if not grants:
        return {}
    wanted = ids(g.pk for g in grants if g.scope != Scope.ALL)
    counts = {(pk, type_): n for pk, type_, n in fetch(COUNTS, [wanted, wanted])}
    totals = totals_of(grants[0].workspace_id) if any(g.scope == Scope.ALL for g in grants) else {}
    return {
        grant.pk: totals.get(ROLES[grant.role].type, 0)
        if grant.scope == Scope.ALL
        else counts.get((grant.pk, ROLES[grant.role].type), 0)
        for grant in grants
    }


def totals_of(workspace_id: int) -> dict[str, int]:
    """Return how many resources of each type the workspace has; 1 statement."""
    counted = Resource.objects.filter(workspace_id=workspace_id).order_by().values("type")
    return {row["type"]: row["n"] for row in counted.annotate(n=Count("pk"))}
