"""Reached: how many people can read and edit one thing, and how many could, counted in SQL (R14).

The twin of `who` and `who_could` for numbers: who holds what is gone through once for all four.
"""

from typing import NamedTuple

from workspaces.access.dialect import Term, fetch, union_all
from workspaces.access.giving import JOINED, active, running
from workspaces.access.who import Giving, covering, giving
from workspaces.catalogue import EDIT, OWNER, READ
from workspaces.models import Resource

# Rows of `matching`: a grant and its holder, and whether it gives edit. A group is read once,
# however many of its grants take the thing in.
REACHED = f"""
WITH matching AS ({{matching}}),
of_groups AS (
  SELECT group_id, MAX(edits) AS could_edit, MAX(1 - set_aside) AS reads,
         MAX(edits * (1 - set_aside)) AS edits
    FROM matching WHERE group_id IS NOT NULL GROUP BY group_id),
holders AS (
  SELECT member_id, edits AS could_edit, 1 - set_aside AS reads, edits * (1 - set_aside) AS edits
    FROM matching WHERE member_id IS NOT NULL
  UNION ALL
  SELECT gm.member_id, og.could_edit, og.reads * (CASE WHEN {JOINED} THEN 1 ELSE 0 END),
         og.edits * (CASE WHEN {JOINED} THEN 1 ELSE 0 END)
    FROM of_groups og JOIN workspaces_groupmember gm ON gm.group_id = og.group_id
   WHERE {active("gm")}
  UNION ALL
  SELECT taken.member_id, 0, 1, matching.edits
    FROM matching JOIN workspaces_takeup taken ON taken.grant_id = matching.id
    LEFT JOIN workspaces_groupmember gm ON gm.id = taken.membership_id
   WHERE matching.set_aside = 1 AND {running("taken")}
     AND (taken.membership_id IS NULL OR {JOINED})
  UNION ALL
  SELECT m.id, 1, 1, 1 FROM workspaces_member m WHERE m.workspace_id = %s AND m.owner),
people AS (
  SELECT member_id, MAX(could_edit) AS could_edit, MAX(reads) AS reads, MAX(edits) AS edits
    FROM holders GROUP BY member_id)
SELECT COUNT(*), SUM(could_edit), SUM(reads), SUM(edits) FROM people
  JOIN workspaces_member m ON m.id = people.member_id
  JOIN accounts_user u ON u.id = m.user_id AND u.is_active
  JOIN workspaces_workspace w ON w.id = m.workspace_id AND w.closed_at IS NULL
"""
MARKED = """SELECT id, CASE WHEN eligible THEN 1 ELSE 0 END AS set_aside, member_id, group_id,
 {edits} AS edits FROM ({{part}}) part"""


class Reached(NamedTuple):
    """How many active members can read and edit a thing, and could if they took up what they can.

    Whoever can edit is among those who can read.
    """

    read: int
    edit: int
    could_read: int
    could_edit: int


def reached(thing: Resource) -> Reached:
    """Count the people of a thing's workspace who reach it; 1 statement."""
    owning, edit, read = frozenset({OWNER}), giving(EDIT, thing.type), giving(READ, thing.type)
    looking = Giving(read.direct - edit.direct, read.beneath - edit.beneath)
    parts = [
        *_marked(covering(edit, thing, everywhere=owning), edits=1),
        *_marked(covering(looking, thing, everywhere=frozenset()), edits=0),
    ]
    text, params = union_all(parts)
    rows = fetch(REACHED.replace("{matching}", text), [*params, thing.workspace_id])
    could_read, could_edit, reads, edits = (int(number or 0) for number in rows[0])
    return Reached(reads, edits, could_read, could_edit)


def _marked(parts: list[Term], *, edits: int) -> list[Term]:
    head, _, tail = MARKED.format(edits=edits).partition("{part}")
    return [(f"{head}{text}{tail}", params) for text, params in parts]
