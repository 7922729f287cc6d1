"""Around: what stands around every page, in one statement.

The workspaces of a user, and how much of everything the one they are in holds.
"""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from workspaces.access.dialect import fetch, moment
from workspaces.access.giving import running
from workspaces.catalogue import role_of
from workspaces.models import Workspace

CHOSEN = 12  # workspaces named in the switch
KINDS = ROLE, _GROUP = "taken_role", "taken_group"

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
# What the member has taken up, and until when: the moment leads the name.
TAKEN_UP = f"""
UNION ALL SELECT CASE WHEN g.id IS NULL THEN 'taken_group' ELSE 'taken_role' END,
  t.minutes, t.public_id, CAST(t.ends_at AS TEXT) || '|' || COALESCE(g.role, p.name)
  FROM workspaces_takeup t LEFT JOIN workspaces_grant g ON g.id = t.grant_id
  LEFT JOIN workspaces_groupmember gm ON gm.id = t.membership_id
  LEFT JOIN workspaces_group p ON p.id = gm.group_id
 WHERE t.member_id = %s AND {running("t")}
"""
MANAGED = """
UNION ALL SELECT 'managed', COUNT(*), '', '' FROM workspaces_manager WHERE member_id = %s
"""
# What many rows stand for is not counted here: the database keeps the tally (`models.tally`).
SIZES = """
UNION ALL SELECT what, number, '', '' FROM workspaces_tally WHERE workspace_id = %s
UNION ALL SELECT 'owners', COUNT(*), '', '' FROM workspaces_member m
  JOIN accounts_user u ON u.id = m.user_id AND u.is_active WHERE m.workspace_id = %s AND m.owner
UNION ALL SELECT 'invited', COUNT(*), '', '' FROM workspaces_invite WHERE workspace_id = %s
   AND accepted_at IS NULL AND voided_at IS NULL AND suspended_at IS NULL AND expires_at > {now}
UNION ALL SELECT 'tokens', COUNT(*), '', '' FROM workspaces_token WHERE workspace_id = %s
   AND revoked_at IS NULL
UNION ALL SELECT 'requests', COUNT(*), '', '' FROM workspaces_accessrequest WHERE workspace_id = %s
   AND closed_at IS NULL
UNION ALL SELECT 'reviews', COUNT(*), '', '' FROM workspaces_review WHERE workspace_id = %s
   AND closed_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Around:
    """The first workspaces of a user by name, as slug and name, and how many there are.

    `sizes` holds the count of each kind of thing, of resources by their type; what there is
    none of may be missing. `running` is what one has taken up here, the first to end first;
    `manages` is whether one manages groups (W6).
    """

    workspaces: list[tuple[str, str]]
    total: int
    sizes: MappingProxyType[str, int]
    running: tuple["Running", ...] = ()
    manages: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """Something that is taken up, by its role or group, for so many `minutes` in all."""

    name: str
    ident: str
    minutes: int
    ends: datetime


def around(
    user_id: int, workspace: Workspace | None = None, *, member_id: int | None = None
) -> Around:
    """Return the workspaces of a user, the sizes of one where it is given; 1 statement.

    With a member, also what they have taken up, and whether they manage groups (W6).
    """
    text, params = MINE, [user_id] * MINE.count("%s")
    if member_id is not None:
        text, params = text + TAKEN_UP + MANAGED, [*params, member_id, member_id]
    if workspace is not None:
        text, params = text + SIZES, params + [workspace.pk] * SIZES.count("%s")
    rows = fetch(text, [*params])
    taken = sorted((_running(*row) for row in rows if row[0] in KINDS), key=lambda r: r.ends)
    rows = [row for row in rows if row[0] not in KINDS]
    named = sorted((number, slug, name) for what, number, slug, name in rows if slug)
    counted = {what: number for what, number, slug, _ in rows if not slug}
    total, managed = counted.pop("workspaces"), counted.pop("managed", 0)
    mine = [(slug, name) for _, slug, name in named]
    return Around(mine, total, MappingProxyType(counted), tuple(taken), bool(managed))


def _running(kind: str, minutes: int, ident: str, told: str) -> Running:
    ends, _, name = told.partition("|")
    name = role_of(name).name if kind == ROLE else name
    return Running(name, ident, minutes, moment(ends))
