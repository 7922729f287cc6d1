"""Around: what stands around every page, in one statement.

The workspaces of a user, and how much of everything the one they are in holds.
"""

from dataclasses import dataclass
from types import MappingProxyType

from workspaces.access.dialect import fetch
from workspaces.models import Workspace

CHOSEN = 12  # workspaces named in the switch

# Rows: what, number, slug, name. Workspaces are numbered in the order they are named.
MINE = f"""
SELECT * FROM (
  SELECT 'workspace' AS what, ROW_NUMBER() OVER (ORDER BY w.name, w.id) AS number, w.slug, w.name
    FROM workspaces_member m
    JOIN workspaces_workspace w ON w.id = m.workspace_id AND w.closed_at IS NULL
   WHERE m.user_id = %s ORDER BY 2 LIMIT {CHOSEN}) mine
UNION ALL
SELECT 'workspaces', COUNT(*), '', '' FROM workspaces_member m
  JOIN workspaces_workspace w ON w.id = m.workspace_id AND w.closed_at IS NULL
 WHERE m.user_id = %s
"""
SIZES = """
UNION ALL SELECT 'members', COUNT(*), '', '' FROM workspaces_member WHERE workspace_id = %s
UNION ALL SELECT 'owners', COUNT(*), '', '' FROM workspaces_member m
  JOIN accounts_user u ON u.id = m.user_id AND u.is_active WHERE m.workspace_id = %s AND m.owner
UNION ALL SELECT 'invited', COUNT(*), '', '' FROM workspaces_invite WHERE workspace_id = %s
   AND accepted_at IS NULL AND voided_at IS NULL AND suspended_at IS NULL AND expires_at > {now}
UNION ALL SELECT 'groups', COUNT(*), '', '' FROM workspaces_group WHERE workspace_id = %s
UNION ALL SELECT 'tokens', COUNT(*), '', '' FROM workspaces_token WHERE workspace_id = %s
   AND revoked_at IS NULL
UNION ALL SELECT 'requests', COUNT(*), '', '' FROM workspaces_accessrequest WHERE workspace_id = %s
   AND closed_at IS NULL
UNION ALL SELECT 'labels', COUNT(*), '', '' FROM labels_label WHERE workspace_id = %s
UNION ALL SELECT type, COUNT(*), '', '' FROM workspaces_resource WHERE workspace_id = %s
 GROUP BY type
"""


@dataclass(frozen=True, slots=True)
class Around:
    """The first workspaces of a user by name, as slug and name, and how many there are.

    `sizes` holds the count of each kind of thing, of resources by their type; what there is
    none of may be missing.
    """

    workspaces: list[tuple[str, str]]
    total: int
    sizes: MappingProxyType[str, int]


def around(user_id: int, workspace: Workspace | None = None) -> Around:
    """Return the workspaces of a user, and the sizes of one where it is given; 1 statement."""
    text, params = MINE, [user_id] * MINE.count("%s")
    if workspace is not None:
        text, params = MINE + SIZES, params + [workspace.pk] * SIZES.count("%s")
    rows = fetch(text, [*params])
    named = sorted((number, slug, name) for what, number, slug, name in rows if slug)
    counted = {what: number for what, number, slug, _ in rows if not slug}
    total = counted.pop("workspaces")
    return Around([(slug, name) for _, slug, name in named], total, MappingProxyType(counted))
