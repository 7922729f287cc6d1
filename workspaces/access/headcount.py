"""Headcount: how many people may do an action on each resource of a page, counted in SQL."""

from collections.abc import Sequence

from workspaces.access.dialect import fetch, ids
from workspaces.access.facts import LIVE
from workspaces.access.who import COLUMNS
from workspaces.catalogue import OWNER, Scope, roles_giving, roles_giving_beneath
from workspaces.models.resource import Resource

# Who reaches everything of the type is counted once, not once per resource.
EVERYWHERE = f"""
  SELECT m.id FROM workspaces_member m WHERE m.workspace_id = %s AND m.owner
  UNION
  SELECT g.member_id FROM workspaces_grant g WHERE g.workspace_id = %s
     AND g.scope = '{Scope.ALL}' AND g.role IN ({{roles}}) AND {LIVE} AND g.member_id IS NOT NULL
  UNION
  SELECT gm.member_id FROM workspaces_grant g
    JOIN workspaces_groupmember gm ON gm.group_id = g.group_id
   WHERE g.workspace_id = %s AND g.scope = '{Scope.ALL}' AND g.role IN ({{roles}}) AND {LIVE}
"""
# `{thing}` is the resource itself, or the destination whose source a grant covers.
COVERING = f"""
  SELECT r.id AS thing, {COLUMNS} FROM workspaces_resource r
    JOIN workspaces_grantresource gr ON gr.resource_id = {{thing}}
    JOIN workspaces_grant g ON g.id = gr.grant_id
   WHERE r.id {{one_of}} AND g.scope = '{Scope.RESOURCES}' AND g.role IN ({{roles}}) AND {LIVE}
  UNION ALL
  SELECT r.id, {COLUMNS} FROM workspaces_resource r
    JOIN labels_resourcelabel rl ON rl.resource_id = {{thing}}
    JOIN workspaces_grantlabel gl ON gl.label_id = rl.label_id
    JOIN workspaces_grant g ON g.id = gl.grant_id
   WHERE r.id {{one_of}} AND g.scope = '{Scope.LABELS}' AND g.role IN ({{roles}}) AND {LIVE}
   GROUP BY r.id, g.id, g.member_id, g.group_id, g.n_labels HAVING COUNT(*) = g.n_labels
"""
PRESENT = """
  JOIN accounts_user u ON u.id = m.user_id AND u.is_active
  JOIN workspaces_workspace w ON w.id = m.workspace_id AND w.closed_at IS NULL"""
COUNTS = """
WITH everywhere (member_id) AS ({everywhere}),
     covering AS ({covering}),
     people AS (
  SELECT thing, member_id FROM covering
   WHERE member_id NOT IN (SELECT member_id FROM everywhere)
  UNION
  SELECT thing, gm.member_id FROM covering
    JOIN workspaces_groupmember gm ON gm.group_id = covering.group_id
   WHERE gm.member_id NOT IN (SELECT member_id FROM everywhere))
SELECT people.thing, COUNT(*) FROM people
  JOIN workspaces_member m ON m.id = people.member_id {present}
 GROUP BY people.thing
UNION ALL
SELECT 0, COUNT(*) FROM everywhere
  JOIN workspaces_member m ON m.id = everywhere.member_id {present}
"""


def headcounts(action: str, resources: Sequence[Resource]) -> dict[int, int]:
    """Return how many active members may do the action on each resource; 1 statement.

    The resources are of one type and one workspace, as on a page of a list.
    """
    if not resources:
        return {}
    first = resources[0]
    direct = roles_giving(first.type, action)
    beneath = roles_giving_beneath(first.type, action)
    everywhere = sorted(direct | beneath | {OWNER})
    params: list[object] = [first.workspace_id] * 2 + [*everywhere]
    params += [first.workspace_id, *everywhere]
    covering = []
    for roles, thing in ((direct, "r.id"), (beneath, "r.source_id")):
        if roles:
            covering.append(_filled(COVERING, roles).replace("{thing}", thing))
            params += [ids(r.pk for r in resources), *sorted(roles)] * 2
    text = COUNTS.replace("{present}", PRESENT)
    text = text.replace("{everywhere}", _filled(EVERYWHERE, everywhere))
    counts = dict(fetch(text.replace("{covering}", " UNION ALL ".join(covering)), params))
    return {r.pk: counts.get(0, 0) + counts.get(r.pk, 0) for r in resources}


def _filled(text: str, roles: frozenset[str] | list[str]) -> str:
    return text.replace("{roles}", ", ".join(["%s"] * len(roles)))
