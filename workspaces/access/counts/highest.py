"""Highest: how many people own, edit, view or have minimal access, by the roles they hold (R14).

As the list of members draws it: by the strongest role that gives something now, whatever it covers.
Who edits at any time, without taking anything up, is counted beside it.
"""

from typing import NamedTuple

from workspaces.access.dialect import fetch
from workspaces.access.giving import JOINED, LIVE, OWN, STANDING, running
from workspaces.catalogue import OWNER, ROLES, Scope

MINIMAL, VIEW, EDIT, OWN_ALL = range(4)
STRENGTH = {"view": VIEW, "edit": EDIT, "owner": OWN_ALL}


def _in(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


# Of roles and scopes that a newer version wrote nothing is understood, so they give nothing.
_UNDERSTOOD = f"g.role IN ({_in(list(ROLES))}) AND g.scope IN ({_in([str(s) for s in Scope])})"
_EDITING = [slug for slug, role in ROLES.items() if role.level == "edit"]
_STRENGTH = f"""CASE WHEN g.role = '{OWNER}' THEN {OWN_ALL}
 WHEN g.role IN ({_in(_EDITING)}) THEN {EDIT} ELSE {VIEW} END"""
# Rows: workspace, strength, people, those of them who edit or own at any time.
COUNTED = f"""
WITH of_groups AS (
  SELECT g.group_id, MAX({_STRENGTH}) AS strength FROM workspaces_grant g
   WHERE g.group_id IS NOT NULL AND {_UNDERSTOOD} AND {STANDING} AND {{within_g}}
   GROUP BY g.group_id),
holders AS (
  SELECT g.member_id, {_STRENGTH} AS strength, CASE WHEN g.eligible THEN 0 ELSE 1 END AS standing
    FROM workspaces_grant g
   WHERE g.member_id IS NOT NULL AND {_UNDERSTOOD} AND {OWN} AND {{within_g}}
  UNION ALL
  SELECT gm.member_id, og.strength, CASE WHEN gm.eligible THEN 0 ELSE 1 END
    FROM of_groups og JOIN workspaces_groupmember gm ON gm.group_id = og.group_id
   WHERE {JOINED}
  UNION ALL
  SELECT taken.member_id, {_STRENGTH}, 0 FROM workspaces_takeup taken
    JOIN workspaces_grant g ON g.id = taken.grant_id AND g.eligible AND {LIVE} AND {_UNDERSTOOD}
    JOIN workspaces_groupmember gm ON gm.id = taken.membership_id AND {JOINED}
   WHERE {running("taken")} AND {{within_g}}
  UNION ALL
  SELECT m.id, {OWN_ALL}, 1 FROM workspaces_member m WHERE m.owner AND {{within_m}}),
people AS (
  SELECT m.workspace_id, COALESCE(MAX(h.strength), {MINIMAL}) AS strength,
         MAX(CASE WHEN h.strength >= {EDIT} THEN h.standing ELSE 0 END) AS standing
    FROM workspaces_member m
    JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    JOIN workspaces_workspace w ON w.id = m.workspace_id AND w.closed_at IS NULL
    LEFT JOIN holders h ON h.member_id = m.id
   WHERE {{within_m}} GROUP BY m.workspace_id, m.id)
SELECT workspace_id, strength, COUNT(*), SUM(standing) FROM people GROUP BY workspace_id, strength
"""


class Highest(NamedTuple):
    """How many active members there are of each strength, and who edits at any time."""

    owner: int = 0
    edit: int = 0
    view: int = 0
    minimal: int = 0
    standing: int = 0

    @property
    def people(self) -> int:
        return self.owner + self.edit + self.view + self.minimal


def highest_access(workspace: int) -> Highest:
    """Count the people of a workspace by the strongest role they hold now; 1 statement."""
    text = COUNTED.replace("{within_g}", "g.workspace_id = %s")
    rows = fetch(text.replace("{within_m}", "m.workspace_id = %s"), [workspace] * 5)
    people = {strength: number for _workspace, strength, number, _standing in rows}
    owner, edit, view, minimal = (people.get(n, 0) for n in (OWN_ALL, EDIT, VIEW, MINIMAL))
    return Highest(owner, edit, view, minimal, int(sum(row[3] for row in rows)))


def standing_editors() -> dict[int, int]:
    """Return by open workspace how many people edit something at any time; 1 statement."""
    rows = fetch(COUNTED.replace("{within_g}", "1 = 1").replace("{within_m}", "1 = 1"), [])
    found: dict[int, int] = {}
    for workspace, _strength, _people, standing in rows:
        found[workspace] = found.get(workspace, 0) + int(standing)
    return found
