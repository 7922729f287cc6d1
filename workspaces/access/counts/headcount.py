"""Headcount: how many people may do each action on each resource of a page (R14).

SQL finds which grants take in which resource. Who is in their groups is read once, a row per
group: joined to the resources, a group of everybody would come back once for each of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from workspaces.access.dialect import fetch, gathered, ids
from workspaces.access.giving import JOINED, LIVE, running
from workspaces.catalogue import OWNER, Scope, roles_giving, roles_giving_beneath
from workspaces.models import Resource

EVERYWHERE = 0  # stands where a resource's id does: all there are
NOT_PRESENT = 0  # stands where a group's id does: deactivated, or the workspace is closed

# Rows: resource, member, group, role. Those who took up an eligible grant are a group of their
# own, which stands under the grant's id below zero (W2). `{thing}` is the resource itself, or the
# source of a destination. Of the grants on labels those whose every label is on the page are
# found first: a label that is on much is in very many of them.
HOLDER = """CASE WHEN NOT g.eligible THEN g.member_id END AS member_id,
  CASE WHEN g.eligible THEN -g.id ELSE g.group_id END AS group_id"""
COVERING = f"""
  SELECT r.id, {HOLDER}, g.role FROM workspaces_resource r
    JOIN workspaces_grantresource gr ON gr.resource_id = {{thing}}
    JOIN workspaces_grant g ON g.id = gr.grant_id
   WHERE r.id {{one_of}} AND g.scope = '{Scope.RESOURCES}' AND g.role IN ({{roles}}) AND {LIVE}
  UNION ALL
  SELECT * FROM (
    WITH on_page AS MATERIALIZED (
      SELECT r.id, rl.label_id FROM workspaces_resource r
        JOIN labels_resourcelabel rl ON rl.resource_id = {{thing}} WHERE r.id {{one_of}}),
    possible AS MATERIALIZED (
      SELECT g.id, {HOLDER}, g.role, g.n_labels FROM workspaces_grant g
        JOIN workspaces_grantlabel gl ON gl.grant_id = g.id
       WHERE g.workspace_id = %s AND g.scope = '{Scope.LABELS}' AND g.role IN ({{roles}})
         AND (g.member_id IS NOT NULL OR g.group_id IS NOT NULL) AND {LIVE}
         AND gl.label_id IN (SELECT label_id FROM on_page)
       GROUP BY g.id, g.eligible, g.member_id, g.group_id, g.role, g.n_labels
      HAVING COUNT(*) = g.n_labels)
    SELECT on_page.id, p.member_id, p.group_id, p.role FROM possible p
      JOIN workspaces_grantlabel gl ON gl.grant_id = p.id
      JOIN on_page ON on_page.label_id = gl.label_id
     GROUP BY on_page.id, p.id, p.member_id, p.group_id, p.role, p.n_labels
    HAVING COUNT(*) = p.n_labels) by_labels
"""
ALL = f"""
  SELECT {EVERYWHERE}, {HOLDER}, g.role FROM workspaces_grant g
   WHERE g.workspace_id = %s AND g.scope = '{Scope.ALL}' AND g.role IN ({{roles}}) AND {LIVE}
     AND (g.member_id IS NOT NULL OR g.group_id IS NOT NULL)
  UNION ALL
  SELECT {EVERYWHERE}, m.id, NULL, '{OWNER}' FROM workspaces_member m
   WHERE m.workspace_id = %s AND m.owner
"""
# Rows: group, its members.
PEOPLE = f"""
SELECT gm.group_id, {{all_of}}(gm.member_id) FROM workspaces_groupmember gm
 WHERE gm.group_id {{one_of}} AND {JOINED} GROUP BY gm.group_id
UNION ALL
SELECT -taken.grant_id, {{all_of}}(taken.member_id) FROM workspaces_takeup taken
  LEFT JOIN workspaces_groupmember gm ON gm.id = taken.membership_id
 WHERE taken.workspace_id = %s AND taken.grant_id IS NOT NULL AND {running("taken")}
   AND (taken.membership_id IS NULL OR {JOINED}) GROUP BY taken.grant_id
UNION ALL
SELECT {NOT_PRESENT}, {{all_of}}(m.id) FROM workspaces_member m
  JOIN accounts_user u ON u.id = m.user_id JOIN workspaces_workspace w ON w.id = m.workspace_id
 WHERE m.workspace_id = %s AND (NOT u.is_active OR w.closed_at IS NOT NULL)
HAVING COUNT(*) > 0
"""


Holder = tuple[int | None, int | None, str]  # member, group, role


def headcounts(actions: Sequence[str], resources: Sequence[Resource]) -> dict[int, tuple[int, ...]]:
    """Return how many active members may do each of the actions on each resource; 2 statements.

    The resources are of one type and one workspace, as on a page of a list.
    """
    if not resources:
        return {}
    first = resources[0]
    direct = [roles_giving(first.type, action) for action in actions]
    beneath = [roles_giving_beneath(first.type, action) for action in actions]
    holders = _holders(resources, frozenset().union(*direct), frozenset().union(*beneath))
    groups = {group for rows in holders.values() for _, group, _ in rows if group}
    people = _read_people(first.workspace_id, groups)
    giving = [a | b | {OWNER} for a, b in zip(direct, beneath, strict=True)]
    counts = [_counts(people, holders, roles, resources) for roles in giving]
    return {resource.pk: tuple(found[resource.pk] for found in counts) for resource in resources}


def _counts(
    people: Mapping[int, list[int]],
    holders: Mapping[int, list[Holder]],
    roles: frozenset[str],
    resources: Sequence[Resource],
) -> dict[int, int]:
    """Return how many people hold one of the roles on each resource: everywhere, or there.

    Who holds it everywhere is counted once, and of each group only who else is in it.
    """
    absent = frozenset(people.get(NOT_PRESENT, ()))
    everywhere: set[int] = set()
    for member, group, role in holders[EVERYWHERE]:
        if role in roles:
            everywhere.update(people.get(group, ()) if group else (member or 0,))
    known, number = everywhere | absent, len(everywhere - absent)
    others: dict[int, list[int]] = {}
    counts = {}
    for resource in resources:
        here: set[int] = set()
        for member, group, role in holders[resource.pk]:
            if role not in roles:
                continue
            if not group:
                here.add(member or 0)
                continue
            if group not in others:
                others[group] = [one for one in people.get(group, ()) if one not in known]
            here.update(others[group])
        counts[resource.pk] = number + len(here - known)
    return counts


def _holders(
    resources: Sequence[Resource], direct: frozenset[str], beneath: frozenset[str]
) -> dict[int, list[Holder]]:
    """Return who holds a grant of these roles on each resource, or EVERYWHERE; 1 statement."""
    workspace, wanted = resources[0].workspace_id, ids(resource.pk for resource in resources)
    parts: list[str] = []
    params: list[object] = []
    for roles, thing in ((direct, "r.id"), (beneath, "r.source_id")):
        if roles:
            parts.append(_filled(COVERING, roles).replace("{thing}", thing))
            params += [wanted, *sorted(roles), wanted, workspace, *sorted(roles)]
    everywhere = direct | beneath | {OWNER}
    parts.append(_filled(ALL, everywhere))
    params += [workspace, *sorted(everywhere), workspace]
    holders: dict[int, list[Holder]] = defaultdict(list)
    for pk, member, group, role in fetch(" UNION ALL ".join(parts), params):
        holders[pk].append((member, group, role))
    return holders


def _filled(text: str, roles: frozenset[str]) -> str:
    return text.replace("{roles}", ", ".join(["%s"] * len(roles)))


def _read_people(workspace_id: int, groups: Iterable[int]) -> dict[int, list[int]]:
    """Return who is in each of these groups; 1 statement."""
    rows = fetch(PEOPLE, [ids(groups), workspace_id, workspace_id])
    return {group: gathered(members) for group, members in rows}
